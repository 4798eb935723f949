// Owns: what is written without a connection: it waits, survives page, tab and server, and goes out by itself, in order, once.
import { LOST, STOPPED } from '../lib/quiet';
import { expect, test } from '../lib/test';
import type { Person } from '../lib/person';

const SEND = '**/api/messages/send';
const heading = { level: 1 } as const;

/** Goes to a room by its link. */
async function visit(person: Person, room: string): Promise<void> {
  await person.room(room).click();
  await expect(person.page.getByRole('heading', heading)).toHaveText(room);
}

test('what is written in two rooms without a network waits in words, and goes out by itself when it is back', async ({ person, quiet, server }) => {
  quiet.allow(LOST);
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  await visit(ada, 'Second');
  await visit(ada, 'General');
  const here = ['first here', 'second here', 'third here'];
  const there = ['first there', 'second there', 'third there'];
  await ada.context.setOffline(true);
  for (const text of here) await ada.send(text);
  await expect(ada.page.getByText('Not sent yet: waiting for the network')).toHaveCount(3);
  await visit(ada, 'Second');
  for (const text of there) await ada.send(text);
  await expect(ada.page.getByText('Not sent yet: waiting for the network')).toHaveCount(3);
  await expect(ada.box).toBeEnabled();
  await ada.type('a draft in the tunnel');
  await ada.context.setOffline(false);
  for (const text of there) await ada.sees(text);
  await expect.poll(() => guest.texts(second)).toEqual(there);
  await expect.poll(() => guest.texts()).toEqual(here);
  await expect(ada.box).toHaveValue('a draft in the tunnel');
  await visit(ada, 'General');
  for (const text of here) await ada.sees(text);
  expect(await ada.texts()).toEqual(here);
  await expect(ada.page.getByText('Not sent')).toHaveCount(0);
});

test('while there is no connection the box says that messages go out later', async ({ person, quiet, server }) => {
  quiet.allow(LOST);
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  line.cut();
  await expect(ada.page.getByText('Offline: messages will go out later')).toBeVisible();
  line.mend();
  await expect(ada.page.getByText('Offline: messages will go out later')).toHaveCount(0, { timeout: 45_000 });
});

test('a page closed while the server is down: the next page sends what was written, in order, once', async ({ person, quiet, server }) => {
  quiet.allow(LOST);
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  await visit(ada, 'Second');
  await server.kill();
  await ada.send('elsewhere');
  await visit(ada, 'General');
  const words = ['one', 'two', 'three'];
  for (const word of words) await ada.send(word);
  await expect(ada.rows).toHaveCount(3);
  await ada.page.close();
  await server.start();
  const later = await ada.tab();
  for (const word of words) await expect(later.row(word)).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  expect(await later.texts()).toEqual(words);
  await expect.poll(() => guest.texts()).toEqual(words);
  await expect.poll(() => guest.texts(second)).toEqual(['elsewhere']);
  // And nothing is left that a further page would send.
  let posts = 0;
  await ada.context.route(SEND, async (route) => (posts++, await route.continue()));
  await later.reload();
  const third = await ada.tab();
  await third.send('four');
  await third.sees('four');
  expect(posts).toBe(1);
});

test('a reload in the middle of a send sends it once', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  for (let n = 1; n <= 5; n++) {
    await ada.send(`before reload ${n}`);
    await ada.page.reload();
    await ada.ready();
    await ada.sees(`before reload ${n}`);
  }
  expect(await guest.texts()).toEqual([1, 2, 3, 4, 5].map((n) => `before reload ${n}`));
});

test('a tab that crashed: another one that was open takes over what it had not sent', async ({ person, quiet, server }) => {
  quiet.allow(LOST, STOPPED);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  const other = await ada.tab();
  await ada.page.route(SEND, (route) => route.abort());
  await ada.send('from the one that crashes');
  await ada.send('and another');
  await expect(ada.page.getByText('Not sent yet')).toHaveCount(2);
  const crashed = ada.page.waitForEvent('crash');
  await ada.page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  // The next hello of the stream makes the other look.
  await server.restart();
  for (const text of ['from the one that crashes', 'and another']) await expect(other.row(text)).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  expect(await guest.texts()).toEqual(['from the one that crashes', 'and another']);
});

test('two tabs: what one has not sent stays its own while it lives, and is sent by it alone', async ({ person, quiet, server }) => {
  quiet.allow(LOST);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  const other = await ada.tab();
  let posts = 0;
  await other.page.route(SEND, async (route) => (posts++, await route.continue()));
  await server.kill();
  const words = ['one', 'two', 'three'];
  for (const word of words) await ada.send(word);
  await server.start();
  const third = await ada.tab();
  for (const word of words) {
    await expect(ada.row(word)).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
    await expect(other.row(word)).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
    await third.sees(word);
  }
  expect(await guest.texts()).toEqual(words);
  expect(posts).toBe(0);
});

test('Back to a page whose messages another has taken over: what was deleted there stays deleted', async ({ person, quiet, server }) => {
  quiet.allow(LOST, STOPPED);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await ada.context.route(SEND, (route) => route.abort());
  await ada.send('better not');
  await expect(ada.row('better not').getByText('Not sent yet')).toBeVisible();
  await ada.page.goto(`${ada.url}/healthz`);
  const other = await ada.tab();
  await other.row('better not').getByRole('button', { name: 'Delete' }).click({ timeout: 45_000 });
  await expect(other.row('better not')).toHaveCount(0);
  await ada.context.unroute(SEND);
  await ada.page.goBack();
  await ada.ready();
  await ada.send('instead');
  await ada.sees('instead');
  await expect(ada.row('better not')).toHaveCount(0);
  expect(await guest.texts()).toEqual(['instead']);
});

test('the server killed ten times in the middle of sending: every message is there once, in order', async ({ person, quiet, server }) => {
  test.setTimeout(240_000);
  quiet.allow(LOST);
  const ada = await person('Ada');
  const words: string[] = [];
  for (let round = 0; round < 10; round++) {
    // By turns: killed before it reads the request, and whenever it happens to be.
    if (round % 2 === 0) server.pause();
    for (const n of [1, 2, 3]) {
      words.push(`round ${round} word ${n}`);
      await ada.send(words.at(-1) as string);
    }
    await server.kill();
    await server.start();
  }
  await expect(ada.row(words.at(-1) as string)).toHaveAttribute('id', /^m\d+$/, { timeout: 90_000 });
  const guest = await server.guest('Guest');
  expect(await guest.texts()).toEqual(words);
  expect(await ada.texts()).toEqual(words);
  await ada.reload();
  expect(await ada.texts()).toEqual(words);
});

test('forty messages of others and three of one\'s own during a break: all there once, in order, when it is over', async ({ person, quiet, server }) => {
  quiet.allow(LOST);
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  const guest = await server.guest('Guest');
  await guest.send('before');
  await ada.sees('before');
  line.cut();
  await expect.poll(() => line.streams).toBe(0);
  const missed = (await guest.sendMany(40, 'missed')).map(({ text }) => text);
  const own = ['own 1', 'own 2', 'own 3'];
  for (const text of own) await ada.send(text);
  await expect(ada.page.getByText('Reconnecting…')).toBeVisible();
  line.mend();
  await expect(ada.row('missed 40')).toHaveCount(1, { timeout: 45_000 });
  await expect(ada.row('own 3')).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  const all = ['before', ...missed, ...own];
  expect(await guest.texts()).toEqual(all);
  expect(await ada.texts()).toEqual(all);
});

test('a session that ends under what is not sent yet: nothing is lost, and nothing goes out in another name by itself', async ({ person, quiet, server }) => {
  quiet.allow(STOPPED, /status of 401/);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await ada.page.route(SEND, (route) => route.abort());
  await ada.send('one thought');
  await ada.send('another thought');
  await ada.type('and half of a third');
  await ada.context.request.post(`${ada.url}/api/auth/leave`, { headers: { accept: 'application/json' } });
  await expect(ada.page.getByRole('status').getByText('Your session has ended.')).toBeVisible();
  for (const text of ['one thought', 'another thought']) {
    await expect(ada.row(text).getByText('Your session has ended.')).toBeVisible();
    await expect(ada.row(text).getByRole('button', { name: 'Retry' })).toHaveCount(0);
  }
  await ada.page.unroute(SEND);
  await ada.page.getByRole('link', { name: 'Enter again' }).click();
  await ada.page.locator('#name').fill('Ada again');
  await ada.page.locator('.door form button.primary').click();
  await ada.page.waitForURL(/\/rooms\/1$/);
  await ada.ready();
  await expect(ada.box).toHaveValue('one thought\n\nanother thought\n\nand half of a third');
  await expect(ada.rows).toHaveCount(0);
  expect(await guest.texts()).toEqual([]);
  await ada.box.press('Enter');
  await ada.sees('one thought');
  expect(await guest.texts()).toEqual(['one thought\n\nanother thought\n\nand half of a third']);
});

test('a session that ends in another tab: what this one has not sent stays for its person', async ({ person, quiet, server }) => {
  quiet.allow(STOPPED, /status of 401/);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  // The first tab leads, and it is the one that hears of the end.
  const tab = await ada.tab();
  await tab.page.route(SEND, (route) => route.abort());
  await tab.send('said in the second tab');
  await ada.context.request.post(`${ada.url}/api/auth/leave`, { headers: { accept: 'application/json' } });
  for (const { page } of [ada, tab]) await expect(page.getByRole('status').getByText('Your session has ended.')).toBeVisible();
  await expect(tab.row('said in the second tab').getByText('Your session has ended.')).toBeVisible();
  await tab.page.unroute(SEND);
  await tab.page.getByRole('link', { name: 'Enter again' }).click();
  await tab.page.locator('#name').fill('Ada again');
  await tab.page.locator('.door form button.primary').click();
  await tab.page.waitForURL(/\/rooms\/1$/);
  await tab.ready();
  await expect(tab.box).toHaveValue('said in the second tab');
  expect(await guest.texts()).toEqual([]);
});

test('leaving erases what was not sent and the drafts: whoever enters next finds nothing', async ({ person, quiet, server }) => {
  quiet.allow(STOPPED);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await ada.page.route(SEND, (route) => route.abort());
  await ada.send('unsent');
  await ada.type('a draft');
  await expect.poll(() => ada.page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('rill.unsent')).length)).toBe(1);
  await ada.menu('Leave');
  await ada.page.waitForURL(/\/enter$/);
  const kept = () => ada.page.evaluate(() => [localStorage, sessionStorage].map((storage) => JSON.stringify(storage)).join());
  await expect.poll(kept).not.toMatch(/unsent\W+at|a draft|key/);
  await ada.page.unroute(SEND);
  await ada.page.locator('#name').fill('Somebody else');
  await ada.page.locator('.door form button.primary').click();
  await ada.page.waitForURL(/\/rooms\/1$/);
  await ada.ready();
  await expect(ada.box).toHaveValue('');
  await ada.send('hello');
  await ada.sees('hello');
  expect(await guest.texts()).toEqual(['hello']);
});

test('a new version waits: it is said, nothing reloads by itself, and the draft is there after Reload', async ({ person }) => {
  const ada = await person('Ada');
  await ada.page.route('**/rooms/1', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/"build":"[^"]*"/, '"build":"of yesterday"') });
  });
  await ada.reload();
  await ada.type('half a thought');
  await ada.mark();
  await expect(ada.page.getByText('A new version is ready.')).toBeVisible();
  await ada.send('and it goes on working');
  await ada.sees('and it goes on working');
  await ada.type('half a thought');
  expect(await ada.marked()).toBe(true);
  await ada.page.unroute('**/rooms/1');
  await Promise.all([ada.page.waitForEvent('load'), ada.page.getByRole('button', { name: 'Reload' }).click()]);
  await ada.ready();
  expect(await ada.marked()).toBe(false);
  await expect(ada.box).toHaveValue('half a thought');
  await expect(ada.page.getByText('A new version is ready.')).toHaveCount(0);
});
