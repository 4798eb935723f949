// A proxy between one browser and the server. A test can cut it, restore it, and hold back the event stream.
import { createServer, request, type Server as Http, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Proxy {
  /** The URL under which a browser reaches the server through this proxy. */
  url = '';
  #cut = false;
  #held = false;
  #queued: Array<() => void> = [];
  readonly #streams = new Set<ServerResponse>();
  readonly #http: Http;

  private constructor(server: string) {
    this.#http = createServer((incoming, answer) => {
      if (this.#cut) return void incoming.socket.destroy();
      const stream = incoming.url?.startsWith('/events') ?? false;
      const { hostname, port } = new URL(server);
      const upstream = request(
        { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers, agent: false },
        (from) => {
          answer.writeHead(from.statusCode ?? 502, from.headers);
          // The head of the stream is forwarded at once, as a proxy should.
          answer.flushHeaders();
          if (stream) this.#streams.add(answer);
          from.on('data', (chunk: Buffer) => this.#pass(stream, () => answer.write(chunk)));
          from.on('end', () => this.#pass(stream, () => answer.end()));
          from.on('error', () => answer.destroy());
        },
      );
      upstream.on('error', () => answer.destroy());
      answer.on('close', () => {
        this.#streams.delete(answer);
        upstream.destroy();
      });
      incoming.pipe(upstream);
    });
  }

  static async to(server: string): Promise<Proxy> {
    const proxy = new Proxy(server);
    await new Promise<void>((ready) => proxy.#http.listen(0, '127.0.0.1', ready));
    proxy.url = `http://127.0.0.1:${(proxy.#http.address() as AddressInfo).port}`;
    return proxy;
  }

  #pass(stream: boolean, write: () => void): void {
    if (stream && this.#held) this.#queued.push(write);
    else write();
  }

  /** Breaks all connections and refuses new ones. */
  cut(): void {
    this.#cut = true;
    this.#http.closeAllConnections();
  }

  /** Accepts connections again. */
  restore(): void {
    this.#cut = false;
  }

  /** Holds back the data of event streams; other requests pass. */
  holdStream(): void {
    this.#held = true;
  }

  /** Forwards the data held back, in order. */
  releaseStream(): void {
    this.#held = false;
    for (const write of this.#queued.splice(0)) write();
  }

  /** The number of open event streams. */
  get streams(): number {
    return this.#streams.size;
  }

  close(): void {
    this.#http.closeAllConnections();
    this.#http.close();
  }
}
