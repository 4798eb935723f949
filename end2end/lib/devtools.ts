// Owns: a Chromium of a test's own, driven over the bare DevTools protocol. Playwright starts its browsers without the
// back-forward cache; this one has it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { chromium } from '@playwright/test';
import { executable } from '../playwright.config';

type Fields = Record<string, unknown>;
interface Said extends Fields {
  id?: number;
  method?: string;
  params?: Fields;
  result?: Fields;
  error?: { message: string };
}

export class Browser {
  /** What pages have complained about: exceptions, errors and warnings. */
  readonly complaints: string[] = [];
  #process!: ChildProcess;
  #calls = 0;
  #session?: string;
  readonly #waiting = new Map<number, (said: Said) => void>();
  readonly #heard: Said[] = [];
  readonly #dir = mkdtempSync(join(tmpdir(), 'rill-chromium-'));

  private constructor() {}

  /** Starts it with one page. */
  static async start(): Promise<Browser> {
    const browser = new Browser();
    const path = executable || chromium.executablePath();
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--remote-debugging-pipe', '--host-resolver-rules=MAP rill.test 127.0.0.1'];
    // The protocol comes over two pipes: no port, and no client for WebSockets.
    const child = spawn(path, [...flags, `--user-data-dir=${browser.#dir}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    browser.#process = child;
    let text = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const said = (text + chunk).split('\0');
      text = said.pop() ?? '';
      for (const one of said) browser.#hear(JSON.parse(one) as Said);
    });
    const { targetInfos } = await browser.call<{ targetInfos: Array<{ type: string; targetId: string }> }>('Target.getTargets');
    const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
    const { sessionId } = await browser.call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    browser.#session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Log']) await browser.call(`${domain}.enable`);
    return browser;
  }

  #hear(said: Said): void {
    if (said.id !== undefined) return void this.#waiting.get(said.id)?.(said);
    this.#heard.push(said);
    if (said.method === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(said.params));
    if (said.method === 'Log.entryAdded') {
      const { level, text, url } = said.params?.entry as Record<string, string>;
      if (level === 'error' || level === 'warning') this.complaints.push(`${level}: ${text} (${url})`);
    }
    if (said.method === 'Runtime.consoleAPICalled' && ['error', 'warning'].includes(String(said.params?.type))) {
      this.complaints.push(JSON.stringify(said.params?.args));
    }
  }

  /** Everything the browser has said of its own under this name, as in `Page.backForwardCacheNotUsed`. */
  heard(method: string): Fields[] {
    return this.#heard.filter((said) => said.method === method).map(({ params }) => params ?? {});
  }

  async call<T = Fields>(method: string, params: Fields = {}): Promise<T> {
    const id = ++this.#calls;
    const answer = new Promise<Said>((done) => this.#waiting.set(id, done));
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId: this.#session })}\0`);
    const { result, error } = await answer;
    this.#waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** What `script` comes to in the page; a promise is waited for. */
  async evaluate<T>(script: string): Promise<T> {
    const { result, exceptionDetails } = await this.call<{ result: { value: T }; exceptionDetails?: unknown }>('Runtime.evaluate', {
      expression: script,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(`${script}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  async goto(url: string): Promise<void> {
    const loads = this.heard('Page.loadEventFired').length;
    await this.call('Page.navigate', { url });
    while (this.heard('Page.loadEventFired').length === loads) await new Promise((next) => setTimeout(next, 20));
  }

  /** The button Back. */
  async back(): Promise<void> {
    const { currentIndex, entries } = await this.call<{ currentIndex: number; entries: Array<{ id: number }> }>('Page.getNavigationHistory');
    await this.call('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1].id });
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    // A wrapper script may stand before the browser: it is asked to end by itself.
    this.#session = undefined;
    void this.call('Browser.close').catch(() => undefined);
    await exit;
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 10 });
  }
}
