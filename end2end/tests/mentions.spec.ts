// Mentions: who is named sees it at the message, in the list of rooms, in the tab's title and its icon, until it is read.
import { expect, test } from '../lib/test';
import type { Person } from '../lib/person';

const count = (person: Person, room: string) => person.room(room).locator('.mentions > span').first();
const icon = (person: Person) => person.page.locator('link[rel=icon]');

test('who is named finds the message by the number in the list, the title and the icon, until it is read', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await guest.createRoom('Design');
  await ada.goto('/rooms/2');
  await ada.join();
  await guest.send('hello @"Ada"', 1);
  await guest.send('@"Nobody" and @"Ada"#99 name nobody', 1);
  await expect(count(ada, 'General')).toHaveText('1');
  await expect(ada.room('General')).toHaveAccessibleName(/General ?, 1 mention$/);
  await expect(ada.page).toHaveTitle(/^\(1\) Design · /);
  await expect(icon(ada)).toHaveAttribute('href', '/icon-mentions.svg');
  await ada.reload();
  await expect(count(ada, 'General'), 'over a reload').toHaveText('1');
  await ada.openRoom('General');
  const row = ada.row('hello');
  await expect(row).toHaveClass(/mentions-me/);
  await expect(row.locator('a.mention')).toHaveText('@Ada');
  await expect(row.locator('a.mention')).toHaveAttribute('href', /^\/people\/\d+$/);
  await expect(ada.row('name nobody').locator('.mention')).toHaveCount(0);
  await expect(count(ada, 'General')).toHaveCount(0);
  await expect(ada.page).toHaveTitle(/^General · /);
  await expect(icon(ada)).toHaveAttribute('href', '/icon.svg');
});

test('a deleted mention counts no more, and a muted room shows the number still', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await guest.createRoom('Design');
  await ada.goto('/rooms/2');
  await ada.join();
  await ada.page.locator('.level-menu > summary').click();
  await ada.page.locator('.level-menu button[value=nothing]').click();
  await ada.openRoom('General');
  await expect(ada.room('Design').locator('.quiet-mark')).toBeVisible();
  const one = await guest.send('@"Ada" first', 2);
  await guest.send('@room second', 2);
  await expect(count(ada, 'Design')).toHaveText('2');
  await guest.post('/api/messages/delete', { message: one.id });
  await expect(count(ada, 'Design')).toHaveText('1');
});
