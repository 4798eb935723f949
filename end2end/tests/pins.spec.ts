// Pins: set and taken off for everyone in the room, listed in its head, gone with a deleted message; offline, without JavaScript.
import { LOST } from '../lib/errors';
import { expect, test } from '../lib/test';
import type { Person } from '../lib/person';
import type { Locator } from '@playwright/test';

const pinButton = (within: Locator) => within.getByRole('button', { name: /^(Pin|Unpin) message$/ });

/** Presses the pin button of a row. */
async function pin(person: Person, text: string): Promise<void> {
  await person.row(text).hover();
  await pinButton(person.row(text)).click();
}

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
  await list.getByRole('link', { name: /message 1$/ }).click();
  await expect(ada.page).toHaveURL(new RegExp(`/rooms/1/${sent[0].id}$`));
  await expect(ada.page.locator(`#m${sent[0].id}`)).toBeInViewport();
  await expect(ada.page.locator(`#m${sent[0].id} .pinned`)).toBeVisible();
  expect(await ada.marked(), 'the page was never reloaded').toBe(true);
  // A pin of a message that no page has loaded appears in the list too.
  await guest.post('/api/pins/set', { message: sent[100].id, on: 'true' });
  await expect(ada.page.locator('.pins .excerpt').first()).toHaveText('message 101');
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
  await ada.room('Second').click();
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
  await lin.send('keep this');
  await ada.sees('keep this');
  await ada.context.setOffline(true);
  await pin(ada, 'keep this');
  await expect(pinButton(ada.row('keep this'))).toHaveAccessibleName('Unpin message');
  await expect(lin.row('keep this').locator('.pinned')).toHaveCount(0);
  // The last press counts, and the page that sends is another one.
  await pin(ada, 'keep this');
  await expect(pinButton(ada.row('keep this'))).toHaveAccessibleName('Pin message');
  await pin(ada, 'keep this');
  await ada.page.close();
  await ada.context.setOffline(false);
  await ada.tab();
  await expect(lin.row('keep this').locator('.pinned')).toHaveText(/Pinned by .?Ada/);
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
