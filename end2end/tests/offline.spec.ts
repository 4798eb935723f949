// Messages written without a connection: they outlive page, tab and server, and are sent in order and once.
import { LOST, STOPPED } from '../lib/errors';
import { expect, SEND, test } from '../lib/test';
import type { Person } from '../lib/person';

const heading = { level: 1 } as const;

/** Opens a room by its link, and joins it where that is due. */
async function visit(person: Person, room: string): Promise<void> {
  await person.openRoom(room);
  await expect(person.page.getByRole('heading', heading)).toHaveText(room);
}

test('messages in two rooms wait without a network and are sent when it returns', async ({ person, errors, server }) => {
  errors.allow(LOST);
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  await visit(ada, 'Second');
  await visit(ada, 'General');
  const here = ['first here', 'second here', 'third here'];
  const there = ['first there', 'second there', 'third there'];
  await ada.context.setOffline(true);
  for (const text of here) await ada.send(text);
  await expect(ada.page.getByText('Waiting for connection')).toHaveCount(3);
  await visit(ada, 'Second');
  for (const text of there) await ada.send(text);
  await expect(ada.page.getByText('Waiting for connection')).toHaveCount(3);
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

test('the message box says that messages are sent later when the connection is lost', async ({ person, errors, server }) => {
  errors.allow(LOST);
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  proxy.cut();
  await expect(ada.page.getByText('You are offline. Messages will be sent when you reconnect.')).toBeVisible();
  proxy.restore();
  const hint = ada.page.getByText('You are offline. Messages will be sent when you reconnect.');
  await expect(hint).toHaveCount(0, { timeout: 45_000 });
});

test('the next page sends unsent messages in order and once when a page closed while the server was down', async ({
  person,
  errors,
  server,
}) => {
  errors.allow(LOST);
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
  // No message is left for a further page to send.
  let posts = 0;
  await ada.context.route(SEND, async (route) => (posts++, await route.continue()));
  await later.reload();
  const third = await ada.tab();
  await third.send('four');
  await third.sees('four');
  expect(posts).toBe(1);
});

test('a message is sent once when the page reloads during the send', async ({ person, server }) => {
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

test('another open tab sends the unsent messages of a crashed tab', async ({ person, errors, server }) => {
  errors.allow(LOST, STOPPED);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  const other = await ada.tab();
  await ada.page.route(SEND, (route) => route.abort());
  await ada.send('from the one that crashes');
  await ada.send('and another');
  await expect(ada.page.getByText('Waiting for connection')).toHaveCount(2);
  const crashed = ada.page.waitForEvent('crash');
  await ada.page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  // The next `hello` of the stream makes the other tab check.
  await server.restart();
  for (const text of ['from the one that crashes', 'and another'])
    await expect(other.row(text)).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  expect(await guest.texts()).toEqual(['from the one that crashes', 'and another']);
});

test('a tab sends its own unsent messages while it is open, and no other tab does', async ({ person, errors, server }) => {
  errors.allow(LOST);
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

test('a message deleted in another tab stays deleted when the reader goes back to its page', async ({
  person,
  errors,
  server,
}) => {
  errors.allow(LOST, STOPPED);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await ada.context.route(SEND, (route) => route.abort());
  await ada.send('better not');
  await expect(ada.row('better not').getByText('Waiting for connection')).toBeVisible();
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

test('every message is stored once and in order when the server is killed ten times during sending', async ({
  person,
  errors,
  server,
}) => {
  test.setTimeout(240_000);
  errors.allow(LOST);
  const ada = await person('Ada');
  const words: string[] = [];
  for (let round = 0; round < 10; round++) {
    // Alternates between a kill before the request is read and a kill at an arbitrary moment.
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

test('messages of others and own messages appear once and in order after a break', async ({ person, errors, server }) => {
  errors.allow(LOST);
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  const guest = await server.guest('Guest');
  await guest.send('before');
  await ada.sees('before');
  proxy.cut();
  await expect.poll(() => proxy.streams).toBe(0);
  const missed = (await guest.sendMany(40, 'missed')).map(({ text }) => text);
  const own = ['own 1', 'own 2', 'own 3'];
  for (const text of own) await ada.send(text);
  await expect(ada.page.getByText('Reconnecting…')).toBeVisible();
  proxy.restore();
  await expect(ada.row('missed 40')).toHaveCount(1, { timeout: 45_000 });
  await expect(ada.row('own 3')).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  const all = ['before', ...missed, ...own];
  expect(await guest.texts()).toEqual(all);
  expect(await ada.texts()).toEqual(all);
});

test('unsent messages become a draft when their session ends, and are not sent under another name', async ({
  person,
  errors,
  server,
}) => {
  errors.allow(STOPPED, /status of 401/);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await ada.page.route(SEND, (route) => route.abort());
  await ada.send('one thought');
  await ada.send('another thought');
  await ada.type('and half of a third');
  await ada.context.request.post(`${ada.url}/api/auth/leave`, { headers: { accept: 'application/json' } });
  await expect(ada.page.getByRole('status').getByText('You have been signed out.')).toBeVisible();
  for (const text of ['one thought', 'another thought']) {
    await expect(ada.row(text).getByText('You have been signed out.')).toBeVisible();
    await expect(ada.row(text).getByRole('button', { name: 'Retry' })).toHaveCount(0);
  }
  await ada.page.unroute(SEND);
  await ada.page.getByRole('link', { name: 'Join again' }).click();
  await ada.enterAs('Ada again');
  await expect(ada.box).toHaveValue('one thought\n\nanother thought\n\nand half of a third');
  await expect(ada.rows).toHaveCount(0);
  expect(await guest.texts()).toEqual([]);
  await ada.box.press('Enter');
  await ada.sees('one thought');
  expect(await guest.texts()).toEqual(['one thought\n\nanother thought\n\nand half of a third']);
});

test('unsent messages become a draft when the session ends in another tab', async ({ person, errors, server }) => {
  errors.allow(STOPPED, /status of 401/);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  // The first tab leads and receives the end of the session.
  const tab = await ada.tab();
  await tab.page.route(SEND, (route) => route.abort());
  await tab.send('said in the second tab');
  await ada.context.request.post(`${ada.url}/api/auth/leave`, { headers: { accept: 'application/json' } });
  for (const { page } of [ada, tab]) await expect(page.getByRole('status').getByText('You have been signed out.')).toBeVisible();
  await expect(tab.row('said in the second tab').getByText('You have been signed out.')).toBeVisible();
  await tab.page.unroute(SEND);
  await tab.page.getByRole('link', { name: 'Join again' }).click();
  await tab.enterAs('Ada again');
  await expect(tab.box).toHaveValue('said in the second tab');
  expect(await guest.texts()).toEqual([]);
});

test('unsent messages and drafts are deleted when the person leaves', async ({ person, errors, server }) => {
  errors.allow(STOPPED);
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await ada.page.route(SEND, (route) => route.abort());
  await ada.send('unsent');
  await ada.type('a draft');
  await expect
    .poll(() => ada.page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('rill.unsent')).length))
    .toBe(1);
  await ada.menu('Sign out');
  await ada.page.waitForURL(/\/enter$/);
  const stored = () => ada.page.evaluate(() => [localStorage, sessionStorage].map((storage) => JSON.stringify(storage)).join());
  await expect.poll(stored).not.toMatch(/unsent\W+at|a draft|key/);
  await ada.page.unroute(SEND);
  await ada.enterAs('Somebody else');
  await expect(ada.box).toHaveValue('');
  await ada.send('hello');
  await ada.sees('hello');
  expect(await guest.texts()).toEqual(['hello']);
});

test('what another release has stored for this session stays, and what is of another session goes', async ({ person }) => {
  const ada = await person('Ada');
  const answer = await ada.context.request.post(`${ada.url}/api/auth/me`, { headers: { accept: 'application/json' } });
  const { session } = (await answer.json()) as { session: string };
  const [own, other] = [`rill.unsent.${session}.tomorrow`, 'rill.unsent.another.tomorrow'];
  await ada.page.evaluate((names) => names.forEach((name) => localStorage.setItem(name, '{"of":"tomorrow"}')), [own, other]);
  await ada.reload();
  await expect.poll(() => ada.page.evaluate((name) => localStorage.getItem(name), other)).toBeNull();
  expect(await ada.page.evaluate((name) => localStorage.getItem(name), own)).toBe('{"of":"tomorrow"}');
});

test('a new version is announced, and the draft is kept when the reader reloads', async ({ person }) => {
  const ada = await person('Ada');
  await ada.page.route('**/rooms/1', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/"build":"[^"]*"/, '"build":"of yesterday"') });
  });
  await ada.reload();
  await ada.type('half a thought');
  await ada.mark();
  await expect(ada.page.getByText('Rill was updated. Reload to use it.')).toBeVisible();
  await ada.send('and it goes on working');
  await ada.sees('and it goes on working');
  await ada.type('half a thought');
  expect(await ada.marked()).toBe(true);
  await ada.page.unroute('**/rooms/1');
  await Promise.all([ada.page.waitForEvent('load'), ada.page.getByRole('button', { name: 'Reload' }).click()]);
  await ada.ready();
  expect(await ada.marked()).toBe(false);
  await expect(ada.box).toHaveValue('half a thought');
  await expect(ada.page.getByText('Rill was updated. Reload to use it.')).toHaveCount(0);
});
