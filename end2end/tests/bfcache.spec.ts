// Owns: the back-forward cache: a page that is left lets everything go, and one that comes back is current, without a reload.
import { Browser } from '../lib/devtools';
import { expect, test as base } from '../lib/test';

const test = base.extend<{ chromium: Browser }>({
  // After `server`, so that it goes first: a page left alone by its server says so in the console.
  chromium: async ({ server: _ }, use) => {
    const browser = await Browser.start();
    await use(browser);
    await browser.stop();
    expect(browser.complaints, 'complaints of the browser').toEqual([]);
  },
});

const TEXTS = `[...document.querySelectorAll('li.message .body')].map((body) => body.innerText)`;
const LIVE = `document.documentElement.hasAttribute('data-live')`;

/** Comes in by the door and stands in General; from then on the page notes how it comes to be shown. */
async function enter(browser: Browser, url: string, name: string): Promise<void> {
  await browser.goto(`${url}/enter`);
  await browser.evaluate(`document.querySelector('#name').value = ${JSON.stringify(name)}`);
  await browser.evaluate(`void document.querySelector('form[action="/api/auth/enter"] button').click()`);
  await expect.poll(() => browser.evaluate(`location.pathname === '/rooms/1' && ${LIVE}`).catch(() => false)).toBe(true);
  await browser.evaluate(`window.shown = []; addEventListener('pageshow', (event) => shown.push(event.persisted)), undefined`);
}

/** The page itself is there for the `times`th time: not another one of the same address. */
async function back(browser: Browser, times: number): Promise<void> {
  const shown = () => browser.evaluate(`window.shown ?? 'another page'`).catch(() => 'on the way');
  await expect.poll(shown).not.toBe('on the way');
  await expect.poll(() => browser.evaluate('location.pathname').catch(() => '')).toBe('/rooms/1');
  expect(browser.heard('Page.backForwardCacheNotUsed'), 'why it was not kept').toEqual([]);
  await expect.poll(shown).toEqual(Array(times).fill(true));
}

for (const [where, host] of [
  ['on this machine', '127.0.0.1'],
  ['on plain http by a name, where there are no locks', 'rill.test'],
]) {
  test(`Back brings the page itself, with what was said meanwhile once, and it goes on hearing: ${where}`, async ({ chromium, server }) => {
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

test('a page that is left holds no lock and waits for none', async ({ chromium, server }) => {
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
