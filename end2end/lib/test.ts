// Owns: what every test is given: a server of its own, people who came in by the door, and the demand that all stays quiet.
import { type BrowserContextOptions, expect, test as base } from '@playwright/test';
import { Person } from './person';
import { Quiet } from './quiet';
import { Server } from './server';

export interface Visit extends BrowserContextOptions {
  /** False: stays before the door, on no page. */
  enter?: boolean;
  /** False: waits for nothing to come alive, because the test holds the program back. */
  live?: boolean;
  /** Another address of the same server. */
  url?: string;
  /** Before the first page is opened. */
  prepare?: (person: Person) => Promise<unknown>;
}

interface Fixtures {
  /** Keys of `[rill]` for this test's server. */
  settings: Record<string, string | number>;
  server: Server;
  quiet: Quiet;
  person: (name: string, visit?: Visit) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  settings: [{}, { option: true }],

  server: async ({ settings }, use) => {
    const server = new Server(settings);
    await server.start();
    await use(server);
    const code = await server.stop();
    server.remove();
    expect(server.log.split('\n').filter((line) => /panicked| ERROR /.test(line)), 'errors in the log').toEqual([]);
    expect(code, 'exit code after SIGTERM').toBe(0);
  },

  quiet: async ({}, use) => {
    const quiet = new Quiet();
    await use(quiet);
    expect(quiet.complaints(), 'complaints of the browser').toEqual([]);
  },

  person: async ({ browser, server, quiet }, use) => {
    const people: Person[] = [];
    await use(async (name, { enter = true, live = true, url = server.url, prepare, ...options } = {}) => {
      const context = await browser.newContext(options);
      quiet.watch(context);
      const person = new Person(name, context, await context.newPage(), url, live && options.javaScriptEnabled !== false);
      people.push(person);
      await prepare?.(person);
      if (enter) await person.enter();
      return person;
    });
    for (const { context } of people) await context.close();
  },
});

export { expect };

/** A phone: a small screen, and fingers only. */
export const PHONE: Visit = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
/** Somebody whose browser asks for Chinese. */
export const CHINESE: Visit = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' };
