// A Rill server for one test: a fresh data directory, a free port, and a clean shutdown.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Guest } from './guest';
import { Proxy } from './proxy';

/** Returns the server under test: E2E_SERVER, else the newest build. */
function binary(): string {
  const built = ['release', 'debug']
    .map((profile) => resolve(__dirname, '../../target', profile, 'rill'))
    .filter((path) => existsSync(path));
  const newest = built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  const path = process.env.E2E_SERVER || newest;
  if (!path) throw new Error('no server to test: run `make build`, or name one in E2E_SERVER');
  return path;
}

export class Server {
  /** The server's URL after the first start, such as `http://127.0.0.1:41234`. */
  url = '';
  /** What the server has printed since its start, beside the log. */
  #printed = '';
  /** The server's log so far. */
  log = '';
  readonly #dir = mkdtempSync(join(tmpdir(), 'rill-e2e-'));
  readonly #proxies: Proxy[] = [];
  #process?: ChildProcess;

  /** `settings` are keys of `[rill]`: `{ posts_per_second: 1 }`. */
  constructor(private readonly settings: Record<string, string | number> = {}) {}

  /** Starts the server, on the same port and data where it ran before. */
  async start(): Promise<void> {
    const limits = { entry: 'open', enters_per_minute: 0, posts_per_second: 0, streams_per_address: 0, ...this.settings };
    const env: NodeJS.ProcessEnv = { ...process.env };
    for (const name of Object.keys(env)) if (/^(RILL|LEPTOS)_/.test(name)) delete env[name];
    for (const [key, value] of Object.entries(limits)) env[`RILL_${key.toUpperCase()}`] = String(value);
    const address = this.url ? new URL(this.url).host : '127.0.0.1:0';
    const child = spawn(binary(), ['serve', '--addr', address, '--data-dir', join(this.#dir, 'data')], {
      // A folder without a Leptos.toml, so that defaults apply.
      cwd: this.#dir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let output = '';
    this.#printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (this.#printed += text));
    await new Promise<void>((ready, failed) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        this.log += text;
        // The URL of that line is the `public_url`, if one is set.
        const found = /Rill is ready: .* address=([\d.]+:\d+) /.exec(output);
        if (found) {
          this.url = `http://${found[1]}`;
          ready();
        }
      });
      child.once('error', failed);
      child.once('exit', () => failed(new Error(`the server did not start:\n${output}`)));
    });
  }

  /** Returns the link to set the workspace up that the server has printed. */
  async setUpLink(): Promise<string> {
    for (let tries = 0; tries < 100; tries++) {
      const path = /\/setup#\w{64}/.exec(this.#printed)?.[0];
      if (path) return this.url + path;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the server has printed no link to set it up');
  }

  /** Suspends the process; requests wait. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Kills the process without a shutdown. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Shuts the server down and returns its exit code, 0 for a clean shutdown. */
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

  /** Starts a proxy to the server that a test can cut; it closes with the server. */
  async proxy(): Promise<Proxy> {
    const proxy = await Proxy.to(this.url);
    this.#proxies.push(proxy);
    return proxy;
  }

  /** Removes the data directory and closes the proxies. */
  remove(): void {
    for (const proxy of this.#proxies) proxy.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** Returns the number of open event streams. */
  async streams(): Promise<number> {
    const figures = await (await fetch(`${this.url}/healthz?verbose`)).text();
    return Number(/^streams (\d+)$/m.exec(figures)?.[1] ?? Number.NaN);
  }

  /** Enters a person without a browser. */
  async guest(name: string): Promise<Guest> {
    return await Guest.enter(this.url, name);
  }
}
