// Pins: set and taken off for everyone in the room, listed in its head, gone with a deleted message; offline, without JavaScript.
import { LOST, STOPPED } from '../lib/errors';
import { expect, test } from '../lib/test';
import type { Person } from '../lib/person';
import type { Locator } from '@playwright/test';

const pinButton = (within: Locator) => within.getByRole('button', { name: /^(Pin|Unpin) message$/ });

/** Presses the pin button of a row. */
async function pin(person: Person, text: string): Promise<void> {
  await person.row(text).hover();
  await pinButton(person.row(text)).click();
}

/** An entry of the list by its whole excerpt. */
const entry = (list: Locator, text: string) =>
  list.locator('li').filter({ has: list.page().locator('.excerpt', { hasText: new RegExp(`^${text}$`) }) });

/** Opens the list in the head. */
async function openList(person: Person): Promise<Locator> {
  await person.page.locator('.pins > summary').click();
  return person.page.locator('.pins .panel');
}

test('a pin appears for everyone in the room at once, and goes again', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.send('the **wifi** password');
  await lin.sees('password');
  await pin(lin, 'password');
  for (const one of [ada, lin]) {
    await expect(one.row('password').locator('.pinned')).toHaveText(/Pinned by .?Lin/);
    await expect(one.page.locator('.pins > summary')).toHaveAccessibleName('1 pinned message');
  }
  const list = await openList(ada);
  await expect(list.locator('.author')).toHaveText('Ada');
  await expect(list.locator('.excerpt')).toContainText('wifi');
  await pinButton(list).click();
  for (const one of [ada, lin]) {
    await expect(one.row('password').locator('.pinned')).toHaveCount(0);
    await expect(one.page.locator('.pins > summary')).toHaveAccessibleName('0 pinned messages');
  }
  await expect(list).toContainText('Nothing is pinned yet');
});

test('the list leads to messages that are not loaded, newest pin first', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const sent = await guest.sendMany(180);
  for (const at of [0, 40]) await guest.post('/api/pins/set', { message: sent[at].id, on: 'true' });
  const ada = await person('Ada');
  await ada.mark();
  const list = await openList(ada);
  await expect(list.locator('.excerpt')).toHaveText(['message 41', 'message 1']);
  // A pin is taken off in the list although its message is not loaded.
  await pinButton(entry(list, 'message 1')).click();
  await expect(list.locator('.excerpt')).toHaveText(['message 41']);
  const onServer = async () => (await guest.post<{ items: unknown[] }>('/api/pins/list', { room: 1 })).items.length;
  await expect.poll(onServer).toBe(1);
  await guest.post('/api/pins/set', { message: sent[0].id, on: 'true' });
  await expect(list.locator('.excerpt')).toHaveText(['message 1', 'message 41']);
  await list.getByRole('link', { name: /message 1$/ }).click();
  await expect(ada.page).toHaveURL(new RegExp(`/rooms/1/${sent[0].id}$`));
  await expect(ada.page.locator(`#m${sent[0].id}`)).toBeInViewport();
  await expect(ada.page.locator(`#m${sent[0].id} .pinned`)).toBeVisible();
  expect(await ada.marked(), 'the page was never reloaded').toBe(true);
  // A pin of a message that no page has loaded appears in the list too.
  await guest.post('/api/pins/set', { message: sent[100].id, on: 'true' });
  await expect(ada.page.locator('.pins .excerpt').first()).toHaveText('message 101');
});

test('the list has every pin of the room from the start', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const sent = await guest.sendMany(25);
  for (const { id } of sent) await guest.post('/api/pins/set', { message: id, on: 'true' });
  const ada = await person('Ada');
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('25 pinned messages');
  const list = await openList(ada);
  await expect(list.locator('.excerpt')).toHaveText(sent.map(({ text }) => text).reverse());
});

test('a list that could not be read is not called empty, and is read when the connection is back', async ({
  person,
  errors,
  server,
}) => {
  errors.allow(LOST, STOPPED);
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const there = await guest.send('of the second', second);
  await guest.post('/api/pins/set', { message: there.id, on: 'true' });
  const ada = await person('Ada');
  await ada.page.route('**/api/pins/excerpts', (route) => route.abort());
  await ada.openRoom('Second');
  await ada.sees('of the second');
  const list = await openList(ada);
  await expect(list.locator('.nothing')).toHaveText('Loading…');
  await ada.page.unroute('**/api/pins/excerpts');
  await server.restart();
  await expect(ada.page.locator('.pins .excerpt')).toHaveText('of the second', { timeout: 45_000 });
});

test('a burst of pins of messages that are not loaded is read with few requests', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const sent = await guest.sendMany(120);
  const ada = await person('Ada');
  let requests = 0;
  await ada.page.route('**/api/pins/excerpts', async (route) => {
    requests++;
    await new Promise((later) => setTimeout(later, 1_000));
    await route.continue();
  });
  await Promise.all(sent.slice(0, 30).map(({ id }) => guest.post('/api/pins/set', { message: id, on: 'true' })));
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('30 pinned messages');
  // One request at a time: a burst within a second is one, and a repeat; a slow machine may need one more.
  expect(requests).toBeLessThanOrEqual(3);
  // The message of this one is loaded, so nothing has to be read.
  const before = requests;
  await pin(ada, 'message 120');
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('31 pinned messages');
  expect(requests).toBe(before);
});

test('an own deletion takes its pin along before the stream says it', async ({ person, server }) => {
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  await ada.send('soon gone');
  await ada.sees('soon gone');
  await pin(ada, 'soon gone');
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('1 pinned message');
  await expect(ada.row('soon gone').locator('.pinned')).toBeVisible();
  proxy.holdStream();
  await ada.row('soon gone').hover();
  await ada.row('soon gone').locator('.actions > summary').click();
  await ada.row('soon gone').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(ada.row('soon gone')).toHaveCount(0);
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('0 pinned messages');
  proxy.releaseStream();
});

test('a deleted message leaves the list', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.send('soon gone');
  await lin.sees('soon gone');
  await pin(lin, 'soon gone');
  await expect(lin.page.locator('.pins > summary')).toHaveAccessibleName('1 pinned message');
  await ada.row('soon gone').hover();
  await ada.row('soon gone').locator('.actions > summary').click();
  await ada.row('soon gone').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(lin.row('soon gone')).toHaveCount(0);
  for (const one of [ada, lin]) await expect(one.page.locator('.pins > summary')).toHaveAccessibleName('0 pinned messages');
});

test('each room has a list of its own', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const there = await guest.send('of the second', second);
  await guest.post('/api/pins/set', { message: there.id, on: 'true' });
  const ada = await person('Ada');
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('0 pinned messages');
  await ada.openRoom('Second');
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('1 pinned message');
  await expect(ada.row('of the second').locator('.pinned')).toBeVisible();
  await ada.room('General').click();
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('General');
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('0 pinned messages');
});

test('a pin set without a network waits, also over a reload, and is sent when it returns', async ({ person, errors, server }) => {
  errors.allow(LOST);
  const proxy = await server.proxy();
  const lin = await person('Lin');
  const ada = await person('Ada', { url: proxy.url });
  for (const text of ['never mind', 'keep this']) {
    await lin.send(text);
    await ada.sees(text);
  }
  await ada.context.setOffline(true);
  // Of one message the last press takes the first back, of the other there is one.
  await pin(ada, 'never mind');
  await expect(pinButton(ada.row('never mind'))).toHaveAccessibleName('Unpin message');
  await pin(ada, 'never mind');
  await expect(pinButton(ada.row('never mind'))).toHaveAccessibleName('Pin message');
  await pin(ada, 'keep this');
  await expect(pinButton(ada.row('keep this'))).toHaveAccessibleName('Unpin message');
  await expect(lin.page.locator('.pinned')).toHaveCount(0);
  // The page that sends is another one.
  await ada.page.close();
  await ada.context.setOffline(false);
  const later = await ada.tab();
  await expect(lin.row('keep this').locator('.pinned')).toHaveText(/Pinned by .?Ada/);
  const waiting = () => Object.values(localStorage).filter((item) => String(item).includes('wishes')).length;
  await expect.poll(() => later.page.evaluate(waiting)).toBe(0);
  await expect(lin.page.locator('.pinned')).toHaveCount(1);
});

test('presses in quick succession are sent one after the other, and the last one counts', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.send('yes or no');
  await lin.sees('yes or no');
  const sent: Array<string | null> = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await ada.page.route('**/api/pins/set', async (route) => {
    sent.push(new URLSearchParams(route.request().postData() ?? '').get('on'));
    if (sent.length === 1) await held;
    await route.continue();
  });
  await pin(ada, 'yes or no');
  await expect(pinButton(ada.row('yes or no'))).toHaveAccessibleName('Unpin message');
  await pin(ada, 'yes or no');
  await expect(pinButton(ada.row('yes or no'))).toHaveAccessibleName('Pin message');
  expect(sent).toEqual(['true']);
  release();
  await expect.poll(() => sent).toEqual(['true', 'false']);
  await expect(lin.row('yes or no').locator('.pinned')).toHaveCount(0);
  await expect(pinButton(ada.row('yes or no'))).toHaveAccessibleName('Pin message');
});

test('the focus stays in the list when pins are taken off by keyboard', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  for (const { id } of await guest.sendMany(2)) await guest.post('/api/pins/set', { message: id, on: 'true' });
  const ada = await person('Ada');
  const list = await openList(ada);
  await pinButton(entry(list, 'message 2')).focus();
  await ada.page.keyboard.press('Enter');
  await expect(list.locator('.excerpt')).toHaveText(['message 1']);
  await expect(pinButton(entry(list, 'message 1'))).toBeFocused();
  await ada.page.keyboard.press('Enter');
  await expect(list.locator('.excerpt')).toHaveCount(0);
  await expect(ada.page.locator('.pins > summary')).toBeFocused();
});

test('the keyboard suffices to pin, to open the list and to follow it', async ({ person }) => {
  const ada = await person('Ada');
  await ada.send('by keys alone');
  await ada.sees('by keys alone');
  await ada.list.focus();
  await ada.page.keyboard.press('ArrowUp');
  await ada.page.keyboard.press('Tab');
  await expect(pinButton(ada.row('by keys alone'))).toBeFocused();
  await expect(ada.row('by keys alone').locator('.tools')).toHaveCSS('opacity', '1');
  await ada.page.keyboard.press('Enter');
  await expect(ada.row('by keys alone').locator('.pinned')).toBeVisible();
  await expect(pinButton(ada.row('by keys alone'))).toBeFocused();
  await expect(ada.page.locator('.pins > summary')).toHaveAccessibleName('1 pinned message');
  await ada.page.locator('.pins > summary').focus();
  await ada.page.keyboard.press('Enter');
  await ada.page.keyboard.press('Tab');
  await expect(ada.page.locator('.pins li > a')).toBeFocused();
  await ada.page.keyboard.press('Escape');
  await expect(ada.page.locator('.pins')).not.toHaveAttribute('open');
});

test('forms and links suffice to pin, to list and to unpin without JavaScript', async ({ person }) => {
  const ada = await person('Ada', { javaScriptEnabled: false });
  await ada.sendByButton('pinned by a form');
  await pin(ada, 'pinned by a form');
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
  await expect(ada.row('pinned by a form').locator('.pinned')).toHaveText(/Pinned by .?Ada/);
  const list = await openList(ada);
  await expect(list.locator('.excerpt')).toHaveText('pinned by a form');
  await pinButton(list).click();
  await expect(ada.row('pinned by a form').locator('.pinned')).toHaveCount(0);
});
