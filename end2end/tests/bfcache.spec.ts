// The back-forward cache: a page that is left releases its resources; a page that returns is current without a reload.
import { Browser } from '../lib/devtools';
import { expect, test as base } from '../lib/test';

const test = base.extend<{ chromium: Browser }>({
  // Depends on `server`, so that the browser stops first: a page without its server reports errors.
  chromium: async ({ server: _ }, use) => {
    const browser = await Browser.start();
    await use(browser);
    await browser.stop();
    expect(browser.errors, 'errors of the browser').toEqual([]);
  },
});

const TEXTS = `[...document.querySelectorAll('li.message .body')].map((body) => body.innerText)`;
const LIVE = `document.documentElement.hasAttribute('data-live')`;

/** Enters and waits for General; the page records every `pageshow` from then on. */
async function enter(browser: Browser, url: string, name: string): Promise<void> {
  await browser.goto(`${url}/enter`);
  await browser.evaluate(`document.querySelector('#name').value = ${JSON.stringify(name)}`);
  await browser.evaluate(`void document.querySelector('form[action="/api/auth/enter"] button').click()`);
  await expect.poll(() => browser.evaluate(`location.pathname === '/rooms/1' && ${LIVE}`).catch(() => false)).toBe(true);
  await browser.evaluate(`window.shown = []; addEventListener('pageshow', (event) => shown.push(event.persisted)), undefined`);
}

/** Expects the same page, not a new one of the same URL, to be shown for the `times`th time. */
async function back(browser: Browser, times: number): Promise<void> {
  const shown = () => browser.evaluate(`window.shown ?? 'another page'`).catch(() => 'on the way');
  await expect.poll(shown).not.toBe('on the way');
  await expect.poll(() => browser.evaluate('location.pathname').catch(() => '')).toBe('/rooms/1');
  expect(browser.events('Page.backForwardCacheNotUsed'), 'why it was not kept').toEqual([]);
  await expect.poll(shown).toEqual(Array(times).fill(true));
}

for (const [where, host] of [
  ['on this machine', '127.0.0.1'],
  ['on plain http without Web Locks', 'rill.test'],
]) {
  test(`the page returns from the cache with every message once when the reader goes back, ${where}`, async ({
    chromium,
    server,
  }) => {
    const url = server.url.replace('127.0.0.1', host);
    const guest = await server.guest('Guest');
    await guest.send('before');
    await enter(chromium, url, 'Ada');
    await expect.poll(() => server.streams()).toBe(1);
    for (const n of [1, 2, 3]) {
      await chromium.goto(`${url}/healthz`);
      await expect.poll(() => server.streams(), { message: 'a page that is left has no stream' }).toBe(0);
      await guest.send(`meanwhile ${n}`);
      await chromium.back();
      await back(chromium, n);
      await guest.send(`and on ${n}`);
      const said = ['before', ...Array.from({ length: n }, (_, k) => [`meanwhile ${k + 1}`, `and on ${k + 1}`]).flat()];
      await expect.poll(() => chromium.evaluate(TEXTS)).toEqual(said);
      await expect.poll(() => server.streams()).toBe(1);
    }
  });
}

test('a page releases its lock and its lock request when it is left', async ({ chromium, server }) => {
  await enter(chromium, server.url, 'Ada');
  await expect.poll(() => server.streams()).toBe(1);
  const locks = () => chromium.evaluate(`navigator.locks.query().then(({ held, pending }) => [held.length, pending.length])`);
  expect(await locks()).toEqual([1, 0]);
  await chromium.goto(`${server.url}/healthz`);
  expect(await locks()).toEqual([0, 0]);
  await chromium.back();
  await back(chromium, 1);
  await expect.poll(locks).toEqual([1, 0]);
});
