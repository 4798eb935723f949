// Owns: a Rill of one's own for each test: a fresh data directory, a free port, and an end that leaves nothing behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Guest } from './guest';
import { Line } from './line';

/** The server under test: E2E_SERVER, else the newest one that was built. */
function binary(): string {
  const built = ['release', 'debug'].map((profile) => resolve(__dirname, '../../target', profile, 'rill')).filter((path) => existsSync(path));
  const newest = built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  const path = process.env.E2E_SERVER || newest;
  if (!path) throw new Error('no server to test: run `make build`, or name one in E2E_SERVER');
  return path;
}

export class Server {
  /** Where it listens, from its first start on: `http://127.0.0.1:41234`. */
  url = '';
  /** Everything it has logged. */
  log = '';
  readonly #dir = mkdtempSync(join(tmpdir(), 'rill-e2e-'));
  readonly #lines: Line[] = [];
  #process?: ChildProcess;

  /** `settings` are keys of `[rill]`: `{ posts_per_second: 1 }`. */
  constructor(private readonly settings: Record<string, string | number> = {}) {}

  /** Starts it, or starts it again: on the same port, over the same data. */
  async start(): Promise<void> {
    const limits = { enters_per_minute: 0, posts_per_second: 0, streams_per_address: 0, ...this.settings };
    const env: NodeJS.ProcessEnv = { ...process.env };
    for (const name of Object.keys(env)) if (/^(RILL|LEPTOS)_/.test(name)) delete env[name];
    for (const [key, value] of Object.entries(limits)) env[`RILL_${key.toUpperCase()}`] = String(value);
    const address = this.url ? new URL(this.url).host : '127.0.0.1:0';
    const child = spawn(binary(), ['serve', '--addr', address, '--data-dir', join(this.#dir, 'data')], {
      // Its own folder, so that no Leptos.toml lies about.
      cwd: this.#dir,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    let said = '';
    await new Promise<void>((ready, failed) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        this.log += text;
        const found = /Rill is ready: (http:\/\/[\d.]+:\d+)/.exec(said);
        if (found) {
          this.url = found[1];
          ready();
        }
      });
      child.once('error', failed);
      child.once('exit', () => failed(new Error(`the server did not start:\n${said}`)));
    });
  }

  /** Stops its work without ending it: requests wait. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to end; answers its exit code, 0 for a clean end. */
  async stop(): Promise<number | null> {
    return await this.#end('SIGTERM');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? 0;
    const exit = once(child, 'exit');
    child.kill(signal);
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    const [code] = await exit;
    return code as number | null;
  }

  /** A line to it that a test can cut; it lasts as long as the server. */
  async line(): Promise<Line> {
    const line = await Line.to(this.url);
    this.#lines.push(line);
    return line;
  }

  /** Takes its data and its lines away. */
  remove(): void {
    for (const line of this.#lines) line.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** How many streams it has open. */
  async streams(): Promise<number> {
    const figures = await (await fetch(`${this.url}/healthz?verbose`)).text();
    return Number(/^streams (\d+)$/m.exec(figures)?.[1] ?? Number.NaN);
  }

  /** A person who enters without a browser. */
  async guest(name: string): Promise<Guest> {
    return await Guest.enter(this.url, name);
  }
}
