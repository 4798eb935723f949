// Owns: a line between one browser and the server, which can be cut and mended, and which can hold the stream back.
import { createServer, request, type Server as Http, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Line {
  /** Where the browser finds the server over this line. */
  url = '';
  #cut = false;
  #held = false;
  #kept: Array<() => void> = [];
  readonly #streams = new Set<ServerResponse>();
  readonly #http: Http;

  private constructor(server: string) {
    this.#http = createServer((asked, answer) => {
      if (this.#cut) return void asked.socket.destroy();
      const stream = asked.url?.startsWith('/events') ?? false;
      const { hostname, port } = new URL(server);
      const onward = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers, agent: false }, (from) => {
        answer.writeHead(from.statusCode ?? 502, from.headers);
        // The stream's head goes on at once, as a proxy should.
        answer.flushHeaders();
        if (stream) this.#streams.add(answer);
        from.on('data', (chunk: Buffer) => this.#pass(stream, () => answer.write(chunk)));
        from.on('end', () => this.#pass(stream, () => answer.end()));
        from.on('error', () => answer.destroy());
      });
      onward.on('error', () => answer.destroy());
      answer.on('close', () => {
        this.#streams.delete(answer);
        onward.destroy();
      });
      asked.pipe(onward);
    });
  }

  static async to(server: string): Promise<Line> {
    const line = new Line(server);
    await new Promise<void>((ready) => line.#http.listen(0, '127.0.0.1', ready));
    line.url = `http://127.0.0.1:${(line.#http.address() as AddressInfo).port}`;
    return line;
  }

  #pass(stream: boolean, write: () => void): void {
    if (stream && this.#held) this.#kept.push(write);
    else write();
  }

  /** From now on nothing gets through, and what was open breaks off. */
  cut(): void {
    this.#cut = true;
    this.#http.closeAllConnections();
  }

  mend(): void {
    this.#cut = false;
  }

  /** What the stream says is kept until it is let go; everything else goes on. */
  holdStream(): void {
    this.#held = true;
  }

  letStreamGo(): void {
    this.#held = false;
    for (const write of this.#kept.splice(0)) write();
  }

  /** How many streams are open. */
  get streams(): number {
    return this.#streams.size;
  }

  close(): void {
    this.#http.closeAllConnections();
    this.#http.close();
  }
}
