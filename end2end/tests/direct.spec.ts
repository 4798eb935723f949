// Direct rooms: found, opened, live for the other one, first where the newest message is, closed and back, and theirs alone.
import { CHINESE, expect, PHONE, test } from '../lib/test';
import type { Guest } from '../lib/guest';
import type { Person } from '../lib/person';

/** Opens the direct room of a guest and others by their ids. */
async function open(guest: Guest, ...users: number[]): Promise<number> {
  return (await guest.post<{ id: number }>('/api/rooms/direct', { users: users.join(',') })).id;
}

const direct = (person: Person, label = 'Direct messages') => person.page.getByRole('list', { name: label });

/** Expects the direct rooms of the list, in order. */
async function hasDirect(person: Person, names: string[]): Promise<void> {
  await expect(direct(person).locator('a.room > bdi')).toHaveText(names);
}

test('a direct room is opened from the list of people, and is there at once for the other one', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await lin.mark();
  await ada.page.getByRole('link', { name: 'New message' }).click();
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('New message');
  await ada.page.getByRole('button', { name: 'Message Lin' }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await expect(ada.page).toHaveTitle('Lin · Rill');
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Lin');
  await expect(ada.page.locator('.rename')).toHaveCount(0);
  await ada.ready();
  await ada.send('between us');
  await hasDirect(lin, ['Ada']);
  await direct(lin).getByRole('link', { name: 'Ada' }).click();
  await lin.sees('between us');
  await expect(lin.page).toHaveTitle('Ada · Rill');
  await lin.send('so it is');
  await ada.sees('so it is');
  expect(await lin.marked(), 'the page was never reloaded').toBe(true);
  const stranger = await person('Mei');
  await expect(direct(stranger).locator('a')).toHaveCount(0);
});

test('the direct room with the newest message is first, and none moves under the pointer or the focus', async ({
  person,
  server,
}) => {
  const ada = await person('Ada');
  const [lin, mei, ana] = [await server.guest('Lin'), await server.guest('Mei'), await server.guest('Ana')];
  const [withLin, withMei] = [await open(lin, 1), await open(mei, 1)];
  await hasDirect(ada, ['Mei', 'Lin']);
  await lin.send('one', withLin);
  await hasDirect(ada, ['Lin', 'Mei']);
  await direct(ada).getByRole('link', { name: 'Lin' }).hover();
  await mei.send('two', withMei);
  await open(ana, 1);
  // A new one comes below the others.
  await hasDirect(ada, ['Lin', 'Mei', 'Ana']);
  await ada.page.mouse.move(900, 400);
  await hasDirect(ada, ['Ana', 'Mei', 'Lin']);
  await direct(ada).getByRole('link', { name: 'Lin' }).focus();
  await lin.send('three', withLin);
  await ada.page.waitForTimeout(300);
  await hasDirect(ada, ['Ana', 'Mei', 'Lin']);
  await ada.box.focus();
  await hasDirect(ada, ['Lin', 'Ana', 'Mei']);
});

test('a direct room that is closed comes back with the next message, in every tab', async ({ person, server }) => {
  const ada = await person('Ada');
  const lin = await server.guest('Lin');
  const room = await open(lin, 1);
  await direct(ada).getByRole('link', { name: 'Lin' }).click();
  const tab = await ada.tab();
  await ada.page.getByRole('button', { name: 'Close until the next message' }).click();
  await expect(ada.page).toHaveURL(/\/rooms$/);
  for (const one of [ada, tab]) await hasDirect(one, []);
  await ada.reload();
  await hasDirect(ada, []);
  await lin.send('are you there?', room);
  for (const one of [ada, tab]) await hasDirect(one, ['Lin']);
  await ada.page.getByRole('link', { name: 'New message' }).click();
  await ada.page.getByRole('button', { name: 'Message Lin' }).click();
  await ada.ready();
  await ada.sees('are you there?');
});

test('several people and notes to oneself have a name in every language', async ({ person, server }) => {
  const xin = await person('小乔', CHINESE);
  const [lin] = [await server.guest('Lin'), await server.guest('林薇')];
  await open(lin, 1, 3);
  await hasDirect2(xin, ['Lin和林薇']);
  await xin.page.getByRole('link', { name: '新私信' }).click();
  await xin.page.getByRole('button', { name: '给自己的备忘' }).click();
  await expect(xin.page.getByRole('heading', { level: 1 })).toHaveText('给自己的备忘');
  await expect(xin.page.locator('.beginning-title')).toHaveText('这里写的内容只有你能看到');
  await hasDirect2(xin, ['给自己的备忘', 'Lin和林薇']);
});

async function hasDirect2(person: Person, names: string[]): Promise<void> {
  await expect(direct(person, '私信').locator('a.room > bdi')).toHaveText(names);
}

test('the name at a message leads to the person, and from there to their direct room, without JavaScript too', async ({
  person,
  server,
}) => {
  const lin = await server.guest('Lin');
  await server.guest('Mei');
  await lin.send('hello');
  const ada = await person('Ada', { javaScriptEnabled: false });
  await ada.row('hello').getByRole('link', { name: 'Lin' }).click();
  await expect(ada.page).toHaveURL(/\/people\/1$/);
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Lin');
  await expect(ada.page.locator('main')).toContainText('General');
  await ada.page.getByRole('button', { name: 'Message' }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await ada.sendByButton('hello Lin');
  await expect(ada.row('hello Lin')).toHaveCount(1);
  expect(await lin.texts(2)).toEqual(['hello Lin']);
  await ada.page.getByRole('link', { name: 'New message' }).click();
  await ada.page.getByRole('link', { name: 'Choose Lin' }).click();
  await ada.page.getByLabel('Find by name').fill('mei');
  await ada.page.getByRole('button', { name: 'Find' }).click();
  await ada.page.getByRole('link', { name: 'Choose Mei' }).click();
  await ada.page.getByRole('button', { name: 'Open conversation' }).click();
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Lin and Mei');
  await hasDirect(ada, ['Lin and Mei', 'Lin']);
});

test('the keyboard suffices to open a direct room and to write there', async ({ person, server }) => {
  await server.guest('Lin');
  const ada = await person('Ada');
  await ada.page.getByRole('link', { name: 'New message' }).focus();
  await ada.page.keyboard.press('Enter');
  await ada.page.getByLabel('Find by name').focus();
  await ada.page.keyboard.type('lin');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page).toHaveURL(/find=lin/);
  await ada.page.getByRole('button', { name: 'Message Lin' }).focus();
  await ada.page.keyboard.press('Enter');
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await ada.ready();
  await expect(ada.box).toBeFocused();
  await ada.page.keyboard.type('typed');
  await ada.page.keyboard.press('Enter');
  await ada.sees('typed');
});

test('a direct room is written in on a phone, and only read once the other one has left for good', async ({
  person,
  server,
}) => {
  const lin = await server.guest('Lin');
  const ada = await person('Ada', PHONE);
  const room = await open(lin, 2);
  await ada.goto('/rooms');
  await direct(ada).getByRole('link', { name: 'Lin' }).tap();
  await ada.sendByButton('hello');
  await ada.sees('hello');
  await lin.send('and bye', room);
  await ada.sees('and bye');
  await lin.post('/api/people/deactivate', { user: 1 });
  await expect(ada.page.getByText('Somebody here has left for good.')).toBeVisible();
  await expect(ada.box).toBeHidden();
  await ada.sees('and bye');
});
