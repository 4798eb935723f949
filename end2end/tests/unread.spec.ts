// What is unread: marks in the list of rooms, the line above what is new, read marks on all devices, levels and muting.
import { expect, PHONE, test, type Visit } from '../lib/test';
import type { Guest } from '../lib/guest';
import type { Person } from '../lib/person';

const line = (person: Person) => person.page.locator('li.new');
const bell = (person: Person) => person.page.locator('.level-menu > summary');

async function isUnread(person: Person, room: string): Promise<void> {
  await expect(person.room(room)).toHaveAccessibleName(new RegExp(`^${room} ?, unread$`));
}

async function isRead(person: Person, room: string): Promise<void> {
  await expect(person.room(room)).toHaveAccessibleName(room);
}

/** Expects the line above the row with this text, and nothing else between. */
async function lineIsAbove(person: Person, text: string): Promise<void> {
  await expect(line(person).locator('xpath=following-sibling::li[1]').locator('.body')).toHaveText(text);
}

/** Returns where the line stands in its list, as a part of the list's height from its upper edge. */
async function placeOfLine(person: Person): Promise<number> {
  return await line(person).evaluate((line) => {
    const list = line.closest('section.list')!.getBoundingClientRect();
    return (line.getBoundingClientRect().top - list.top) / list.height;
  });
}

/** Opens a browser with the session of somebody who has entered in another one. */
function sameSession(person: Person): Visit {
  return { enter: false, prepare: async ({ context }) => await context.addCookies(await person.context.cookies()) };
}

/** A room of the guest's, which `person` has joined; General is shown. */
async function designRoom(guest: Guest, person: Person): Promise<number> {
  const room = await guest.createRoom('design');
  await person.room('design').locator('small').waitFor();
  await person.openRoom('design');
  await person.openRoom('General');
  await expect(person.page.locator('.head h1')).toHaveText('General');
  return room;
}

async function markUnread(person: Person, text: string): Promise<void> {
  await person.row(text).hover();
  await person.row(text).getByRole('button', { name: 'Mark unread from here' }).click();
}

test('news show in the list on every device until they are read on one', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  const room = await designRoom(guest, ada);
  const other = await person('Ada', sameSession(ada));
  await other.goto('/rooms/1');
  const icon = (one: Person) => one.page.locator('link[rel=icon]');
  await expect(icon(ada)).toHaveAttribute('href', '/icon.svg');
  await guest.send('one', room);
  for (const one of [ada, other]) {
    await isUnread(one, 'design');
    await expect(one.room('design')).toHaveCSS('font-weight', '650');
    await expect(icon(one)).toHaveAttribute('href', '/icon-unread.svg');
  }
  await ada.openRoom('design');
  await lineIsAbove(ada, 'one');
  for (const one of [ada, other]) {
    await isRead(one, 'design');
    await expect(icon(one)).toHaveAttribute('href', '/icon.svg');
  }
  await expect(line(ada), 'it stays when all is read').toBeVisible();
  await other.openRoom('design');
  await other.sees('one');
  await expect(line(other)).toHaveCount(0);
});

test('a room opens at the line above what is new, which stays until the reader leaves, sends or presses Esc', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  const room = await designRoom(guest, ada);
  for (const [word, open] of [
    ['first', async () => await ada.openRoom('design')],
    ['second', async () => await ada.goto(`/rooms/${room}`)],
  ] as const) {
    await guest.sendMany(70, word, room);
    await isUnread(ada, 'design');
    await open();
    await lineIsAbove(ada, `${word} 1`);
    await expect.poll(async () => Math.abs((await placeOfLine(ada)) - 0.25), 'a quarter from the top').toBeLessThan(0.03);
    await guest.send(`${word} and last`, room);
    await ada.page.waitForTimeout(1_500);
    await lineIsAbove(ada, `${word} 1`);
    expect(Math.abs((await placeOfLine(ada)) - 0.25), 'nothing moves').toBeLessThan(0.03);
    await isUnread(ada, 'design');
    await ada.page.keyboard.press('Escape');
    await expect(line(ada)).toHaveCount(0);
    await expect(ada.row(`${word} and last`)).toBeInViewport();
    await isRead(ada, 'design');
    await ada.openRoom('General');
  }
  await guest.send('third', room);
  await ada.openRoom('design');
  await lineIsAbove(ada, 'third');
  await ada.send('an answer');
  await expect(line(ada)).toHaveCount(0);
  await ada.openRoom('General');
  await ada.openRoom('design');
  await ada.sees('an answer');
  await expect(line(ada)).toHaveCount(0);
});

test('what was marked unread stays so in every tab until the room is left', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  const room = await designRoom(guest, ada);
  for (const text of ['one', 'two', 'three']) await guest.send(text, room);
  await ada.openRoom('design');
  await isRead(ada, 'design');
  const tab = await ada.tab(`/rooms/${room}`);
  const away = await ada.tab('/rooms/1');
  await markUnread(ada, 'two');
  for (const one of [ada, tab]) await lineIsAbove(one, 'two');
  for (const one of [ada, tab, away]) await isUnread(one, 'design');
  // Longer than any tab takes to report what it shows.
  await ada.page.waitForTimeout(3_000);
  for (const one of [ada, tab, away]) await isUnread(one, 'design');
  await ada.openRoom('General');
  await isUnread(ada, 'design');
  await ada.openRoom('design');
  await lineIsAbove(ada, 'two');
  for (const one of [ada, tab, away]) await isRead(one, 'design');
});

test('a room of which nothing is to be heard is neither bold nor dotted, on every device', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  const room = await designRoom(guest, ada);
  const other = await person('Ada', sameSession(ada));
  await other.goto('/rooms/1');
  for (const [press, undo] of [
    ['Nothing', 'All messages'],
    ['For 1 hour', 'Unmute'],
  ]) {
    await ada.openRoom('design');
    await bell(ada).click();
    await ada.page.getByRole('button', { name: press, exact: true }).click();
    for (const one of [ada, other]) await expect(one.room('design')).toHaveAccessibleName(/^design ?, muted$/);
    await ada.openRoom('General');
    await guest.send(`while ${press}`, room);
    await other.page.waitForTimeout(300);
    for (const one of [ada, other]) await expect(one.room('design')).toHaveAccessibleName(/^design ?, muted$/);
    await expect(ada.room('design')).not.toHaveCSS('font-weight', '650');
    await ada.openRoom('design');
    await bell(ada).click();
    await ada.page.getByRole('button', { name: undo, exact: true }).click();
    for (const one of [ada, other]) await isRead(one, 'design');
  }
});

test('the keyboard goes to rooms with news, the list shows them alone, and all are read at once', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  const rooms = [];
  for (const name of ['alpha', 'beta', 'gamma']) {
    rooms.push(await guest.createRoom(name));
    await ada.room(name).locator('small').waitFor();
    await ada.openRoom(name);
    await ada.box.waitFor();
  }
  await ada.openRoom('General');
  const heading = ada.page.locator('.head h1');
  await expect(heading).toHaveText('General');
  await guest.send('news', rooms[0]);
  await guest.send('news', rooms[2]);
  await isUnread(ada, 'alpha');
  await isUnread(ada, 'gamma');

  await ada.page.getByLabel('Unread', { exact: true }).check();
  await expect(ada.page.locator('.side a.room:visible > bdi')).toHaveText(['alpha', 'gamma', 'General']);
  await ada.page.keyboard.press('Alt+Shift+ArrowUp');
  await expect(heading).toHaveText('gamma');
  await expect(ada.box).toBeFocused();
  await isRead(ada, 'gamma');
  await ada.page.keyboard.press('Alt+Shift+ArrowUp');
  await expect(heading).toHaveText('alpha');
  await ada.openRoom('alpha');
  await isRead(ada, 'alpha');
  await ada.page.getByLabel('Unread', { exact: true }).uncheck();

  for (const room of rooms.slice(1)) await guest.send('more', room);
  await isUnread(ada, 'beta');
  await isUnread(ada, 'gamma');
  await ada.page.getByRole('button', { name: 'Mark all rooms as read' }).click();
  for (const name of ['beta', 'gamma']) await isRead(ada, name);
  await guest.send('and more', rooms[1]);
  await isUnread(ada, 'beta');
  await ada.page.keyboard.press('Shift+Escape');
  await isRead(ada, 'beta');
  await expect(ada.page.locator('.read-all')).toBeHidden();
});

test('without a script a page does not read, and plain forms do', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada', { javaScriptEnabled: false });
  const room = await guest.createRoom('design');
  await ada.gotoAndJoin(room);
  await guest.send('one', room);
  await guest.send('two', room);
  await ada.goto(`/rooms/${room}`);
  await lineIsAbove(ada, 'one');
  await ada.goto('/rooms/1');
  await isUnread(ada, 'design');
  await ada.page.getByRole('button', { name: 'Mark all rooms as read' }).click();
  await isRead(ada, 'design');
  await ada.goto(`/rooms/${room}`);
  await ada.row('two').hover();
  await ada.row('two').getByRole('button', { name: 'Mark unread from here' }).click();
  await lineIsAbove(ada, 'two');
  await isUnread(ada, 'design');
  await bell(ada).click();
  await ada.page.getByRole('button', { name: 'Nothing', exact: true }).click();
  await expect(ada.room('design')).toHaveAccessibleName(/^design ?, muted$/);
});

test('on a phone the line, the marks and the menu fit', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada', PHONE);
  const room = await guest.createRoom('design');
  await ada.gotoAndJoin(room);
  await ada.goto('/rooms');
  await guest.sendMany(30, 'message', room);
  await isUnread(ada, 'design');
  await ada.openRoom('design');
  await lineIsAbove(ada, 'message 1');
  await bell(ada).click();
  for (const name of ['All messages', 'Mentions only', 'Nothing', 'For a day']) {
    await expect(ada.page.getByRole('button', { name, exact: true })).toBeInViewport({ ratio: 1 });
  }
  expect(await ada.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
