// A person without a browser, who posts through the HTTP API.
import { randomBytes } from 'node:crypto';

/** The fields of a message from `/api/messages/*` that tests read. */
export interface Message {
  id: number;
  room: number;
  n: number;
  text: string;
}

export class Guest {
  private constructor(
    private readonly url: string,
    private readonly cookie: string,
    readonly name: string,
  ) {}

  static async enter(url: string, name: string): Promise<Guest> {
    const answer = await fetch(`${url}/api/auth/enter`, request({ name }));
    if (!answer.ok) throw new Error(`${name} could not enter: ${answer.status} ${await answer.text()}`);
    const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
    return new Guest(url, cookie.join('; '), name);
  }

  async post<T>(path: string, fields: Record<string, string | number>): Promise<T> {
    const answer = await fetch(this.url + path, request(fields, this.cookie));
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async send(text: string, room = 1): Promise<Message> {
    return await this.post('/api/messages/send', { room, text, key: randomBytes(16).toString('hex') });
  }

  /** Sends `word 1`, `word 2` … in order. */
  async sendMany(count: number, word = 'message', room = 1): Promise<Message[]> {
    const sent: Message[] = [];
    for (let n = 1; n <= count; n++) sent.push(await this.send(`${word} ${n}`, room));
    return sent;
  }

  /** Returns the texts of a room on the server in order, at most the newest hundred. */
  async texts(room = 1): Promise<string[]> {
    const { messages } = await this.post<{ messages: Array<Message & { deleted?: boolean }> }>('/api/messages/page', {
      room,
      limit: 100,
    });
    return messages.filter(({ deleted }) => !deleted).map(({ text }) => text);
  }

  async createRoom(name: string): Promise<number> {
    return (await this.post<{ id: number }>('/api/rooms/create', { name })).id;
  }

  async join(room: number): Promise<void> {
    await this.post('/api/rooms/join', { room });
  }
}

function request(fields: Record<string, string | number>, cookie = ''): RequestInit {
  const body = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  return { method: 'POST', body, headers: { accept: 'application/json', cookie } };
}
