// The fixtures of every test: a server, people who have entered, and the check that the browser reports no errors.
import { type BrowserContextOptions, expect, test as base } from '@playwright/test';
import { Person } from './person';
import { BrowserErrors } from './errors';
import { Server } from './server';

export interface Visit extends BrowserContextOptions {
  /** False: opens no page. */
  enter?: boolean;
  /** False: does not wait for hydration, because the test holds the module back. */
  live?: boolean;
  /** Another URL of the same server. */
  url?: string;
  /** Runs before the first page is opened. */
  prepare?: (person: Person) => Promise<unknown>;
}

interface Fixtures {
  /** Configuration keys of `[rill]` for this test's server. */
  settings: Record<string, string | number>;
  server: Server;
  errors: BrowserErrors;
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
    expect(
      server.log.split('\n').filter((line) => /panicked| ERROR /.test(line)),
      'errors in the log',
    ).toEqual([]);
    expect(code, 'exit code after SIGTERM').toBe(0);
  },

  errors: async ({}, use) => {
    const errors = new BrowserErrors();
    await use(errors);
    expect(errors.unexpected(), 'errors of the browser').toEqual([]);
  },

  person: async ({ browser, server, errors }, use) => {
    const people: Person[] = [];
    await use(async (name, { enter = true, live = true, url = server.url, prepare, ...options } = {}) => {
      const context = await browser.newContext(options);
      errors.watch(context);
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

/** The URL pattern of sending. */
export const SEND = '**/api/messages/send';
/** A phone: a small touch screen. */
export const PHONE: Visit = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
/** A browser that requests Chinese. */
export const CHINESE: Visit = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' };
