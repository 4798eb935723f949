// Favourite rooms: first in one's own list, in every tab and browser of the person, and in nobody else's.
import { LOST } from '../lib/errors';
import { expect, test } from '../lib/test';
import type { Person } from '../lib/person';
import type { Guest } from '../lib/guest';

const star = (person: Person) => person.page.getByRole('button', { name: /^(Add to|Remove from) favourites$/ });

/** Expects the rooms of the list, in order. */
async function hasRooms(person: Person, names: string[]): Promise<void> {
  await expect(person.page.locator('.side a.room > bdi')).toHaveText(names);
}

async function threeRooms(guest: Guest): Promise<void> {
  await guest.createRoom('Lunch');
  await guest.createRoom('Plans');
}

test('a favourite comes first in every tab of the person and for nobody else', async ({ person, server }) => {
  await threeRooms(await server.guest('Guest'));
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.mark();
  await ada.openRoom('Plans');
  await hasRooms(ada, ['General', 'Lunch', 'Plans']);
  const tab = await ada.tab();
  await star(ada).click();
  await expect(star(ada)).toHaveAccessibleName('Remove from favourites');
  for (const one of [ada, tab]) {
    await hasRooms(one, ['Plans', 'General', 'Lunch']);
    await expect(one.room('Plans')).toHaveAccessibleName(/favourite/);
  }
  expect(await ada.marked(), 'the page was never reloaded').toBe(true);
  await lin.openRoom('Plans');
  await expect(star(lin)).toHaveAccessibleName('Add to favourites');
  await hasRooms(lin, ['General', 'Lunch', 'Plans']);

  await ada.reload();
  await hasRooms(ada, ['Plans', 'General', 'Lunch']);
  await tab.openRoom('Plans');
  await star(tab).click();
  for (const one of [ada, tab]) await hasRooms(one, ['General', 'Lunch', 'Plans']);
});

test('a favourite chosen without a network counts at once and is sent when it returns', async ({ person, errors, server }) => {
  errors.allow(LOST);
  const guest = await server.guest('Guest');
  await threeRooms(guest);
  const ada = await person('Ada');
  await ada.openRoom('Lunch');
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Lunch');
  await ada.context.setOffline(true);
  await star(ada).click();
  await hasRooms(ada, ['Lunch', 'General', 'Plans']);
  await ada.page.close();
  await ada.context.setOffline(false);
  const again = await ada.tab();
  await hasRooms(again, ['Lunch', 'General', 'Plans']);
  // The server has it: a page without the script, which knows nothing of what waits, shows it too.
  await expect
    .poll(async () => await (await again.context.request.get(`${again.url}/rooms`)).text())
    .toMatch(/class="star"/);
});

test('the keyboard suffices to choose a favourite', async ({ person }) => {
  const ada = await person('Ada');
  await star(ada).focus();
  await ada.page.keyboard.press('Space');
  await expect(star(ada)).toHaveAccessibleName('Remove from favourites');
  await expect(star(ada)).toBeFocused();
  await ada.page.keyboard.press('Enter');
  await expect(star(ada)).toHaveAccessibleName('Add to favourites');
});

test('a form suffices to choose a favourite without JavaScript', async ({ person }) => {
  const ada = await person('Ada', { javaScriptEnabled: false });
  await ada.page.locator('.new-room > summary').click();
  await ada.page.locator('#new-room').fill('Own');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await star(ada).click();
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await hasRooms(ada, ['Own', 'General']);
  await star(ada).click();
  await hasRooms(ada, ['General', 'Own']);
});
