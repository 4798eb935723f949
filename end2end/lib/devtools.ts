// A Chromium with the back-forward cache, driven over the DevTools protocol. Playwright starts its browsers without that cache.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { chromium } from '@playwright/test';
import { executable } from '../playwright.config';

type Fields = Record<string, unknown>;
interface ProtocolMessage extends Fields {
  id?: number;
  method?: string;
  params?: Fields;
  result?: Fields;
  error?: { message: string };
}

export class Browser {
  /** Exceptions, errors and warnings of all pages. */
  readonly errors: string[] = [];
  #process!: ChildProcess;
  #calls = 0;
  #session?: string;
  readonly #waiting = new Map<number, (message: ProtocolMessage) => void>();
  readonly #events: ProtocolMessage[] = [];
  readonly #dir = mkdtempSync(join(tmpdir(), 'rill-chromium-'));

  private constructor() {}

  /** Starts the browser with one page. */
  static async start(): Promise<Browser> {
    const browser = new Browser();
    const path = executable || chromium.executablePath();
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--remote-debugging-pipe',
      '--host-resolver-rules=MAP rill.test 127.0.0.1',
    ];
    // The protocol runs over two pipes, which need neither a port nor a WebSocket client.
    const child = spawn(path, [...flags, `--user-data-dir=${browser.#dir}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    browser.#process = child;
    let text = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop() ?? '';
      for (const one of messages) browser.#receive(JSON.parse(one) as ProtocolMessage);
    });
    const { targetInfos } = await browser.call<{ targetInfos: Array<{ type: string; targetId: string }> }>('Target.getTargets');
    const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
    const { sessionId } = await browser.call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    browser.#session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Log']) await browser.call(`${domain}.enable`);
    return browser;
  }

  #receive(message: ProtocolMessage): void {
    if (message.id !== undefined) return void this.#waiting.get(message.id)?.(message);
    this.#events.push(message);
    if (message.method === 'Runtime.exceptionThrown') this.errors.push(JSON.stringify(message.params));
    if (message.method === 'Log.entryAdded') {
      const { level, text, url } = message.params?.entry as Record<string, string>;
      if (level === 'error' || level === 'warning') this.errors.push(`${level}: ${text} (${url})`);
    }
    if (message.method === 'Runtime.consoleAPICalled' && ['error', 'warning'].includes(String(message.params?.type))) {
      this.errors.push(JSON.stringify(message.params?.args));
    }
  }

  /** Returns the events of this name so far, such as `Page.backForwardCacheNotUsed`. */
  events(method: string): Fields[] {
    return this.#events.filter((message) => message.method === method).map(({ params }) => params ?? {});
  }

  async call<T = Fields>(method: string, params: Fields = {}): Promise<T> {
    const id = ++this.#calls;
    const answer = new Promise<ProtocolMessage>((done) => this.#waiting.set(id, done));
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId: this.#session })}\0`);
    const { result, error } = await answer;
    this.#waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /** Evaluates `script` in the page, awaits a promise, and returns the value. */
  async evaluate<T>(script: string): Promise<T> {
    const { result, exceptionDetails } = await this.call<{ result: { value: T }; exceptionDetails?: unknown }>(
      'Runtime.evaluate',
      {
        expression: script,
        awaitPromise: true,
        returnByValue: true,
      },
    );
    if (exceptionDetails) throw new Error(`${script}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  async goto(url: string): Promise<void> {
    const loads = this.events('Page.loadEventFired').length;
    await this.call('Page.navigate', { url });
    while (this.events('Page.loadEventFired').length === loads) await new Promise((next) => setTimeout(next, 20));
  }

  /** Goes back in the history, as the Back button does. */
  async back(): Promise<void> {
    const { currentIndex, entries } = await this.call<{ currentIndex: number; entries: Array<{ id: number }> }>(
      'Page.getNavigationHistory',
    );
    await this.call('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1].id });
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    // The executable may be a wrapper script, so the browser is asked to close instead of being killed.
    this.#session = undefined;
    void this.call('Browser.close').catch(() => undefined);
    await exit;
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 10 });
  }
}
