// The number of people in the head of a room, and the page that lists them.
import { expect, PHONE, test } from '../lib/test';

test('the head counts the people of its room as they come, also in another room', async ({ person, server }) => {
  const ada = await person('Ada');
  const people = ada.page.locator('.people');
  await expect(people).toHaveAccessibleName('1 person');
  const guest = await server.guest('Guest');
  await expect(people).toHaveAccessibleName('2 people');
  await expect(people).toHaveText('2');
  const second = await guest.createRoom('Second');
  await ada.openRoom('Second');
  await expect(people).toHaveAccessibleName('2 people');
  const other = await server.guest('Other');
  await other.join(second);
  await expect(people).toHaveAccessibleName('3 people');
  await ada.room('General').click();
  await expect(people).toHaveAccessibleName('3 people');
  await ada.reload();
  await expect(people).toHaveAccessibleName('3 people');
});

for (const [how, visit] of Object.entries({
  'with JavaScript on a laptop': {},
  'without JavaScript on a phone': { ...PHONE, javaScriptEnabled: false },
})) {
  test(`a link leads to the list of people and back by keyboard, ${how}`, async ({ person, server }) => {
    for (const name of ['Grace', 'bo']) await server.guest(name);
    const ada = await person('Ada', visit);
    await ada.page.locator('.people').focus();
    await ada.page.keyboard.press('Enter');
    await expect(ada.page).toHaveURL(/\/rooms\/1\/people$/);
    await expect(ada.page).toHaveTitle('People in General · Rill');
    await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('People in General');
    await expect(ada.page.getByRole('listitem')).toHaveText([/^Ada ?you$/, 'bo', 'Grace']);
    await ada.page.keyboard.press('Tab');
    await expect(ada.page.getByRole('link', { name: 'Go back' })).toBeFocused();
    await ada.page.keyboard.press('Enter');
    await expect(ada.page).toHaveURL(/\/rooms\/1$/);
    await ada.ready();
  });
}
