// A short journey in Firefox, driven over WebDriver BiDi by Puppeteer: Playwright drives a Firefox build of its own only.
import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { expect, test } from '../lib/test';

/** E2E_FIREFOX, else Debian's Firefox. */
const firefox = [process.env.E2E_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => path && existsSync(path));
if (!firefox) console.log('No Firefox: its journey is skipped. Install firefox-esr, or name a Firefox in E2E_FIREFOX.');

let browser: Browser;
test.skip(!firefox, 'no Firefox');
test.beforeAll(async () => {
  browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefox, headless: true });
});
test.afterAll(async () => await browser?.close());

/** Returns the texts of the list, in order. */
const texts = async (page: Page) =>
  await page.$$eval('li.message[id] .body', (bodies) => bodies.map((body) => (body as HTMLElement).innerText));

test('Firefox enters, sends, receives in a second tab, and shows the same after a reload', async ({ server }) => {
  const errors: string[] = [];
  const open = async (path: string) => {
    const page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => void (['error', 'warn'].includes(message.type()) && errors.push(message.text())));
    await page.goto(server.url + path);
    return page;
  };
  const ada = await open('/enter');
  await ada.locator('#name').fill('Ada');
  await ada.locator('.door form button.primary').click();
  await ada.waitForSelector('html[data-live] #message-box');
  expect(ada.url()).toBe(`${server.url}/rooms/1`);
  const tab = await open('/rooms/1');
  await tab.waitForSelector('html[data-live]');

  await ada.locator('#message-box').fill('from **Firefox**, 你好');
  await (await ada.$('#message-box'))?.press('Enter');
  await expect.poll(() => texts(ada)).toEqual(['from Firefox, 你好']);
  await expect.poll(() => texts(tab)).toEqual(['from Firefox, 你好']);

  const guest = await server.guest('Guest');
  await guest.send('from elsewhere');
  for (const page of [ada, tab]) await expect.poll(() => texts(page)).toEqual(['from Firefox, 你好', 'from elsewhere']);
  await tab.reload();
  await tab.waitForSelector('html[data-live]');
  expect(await texts(tab)).toEqual(['from Firefox, 你好', 'from elsewhere']);
  expect(errors).toEqual([]);
});
