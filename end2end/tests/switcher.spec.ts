// The quick switcher: from any room to another one by a few letters, without the mouse.
import { LOST } from '../lib/errors';
import { expect, test } from '../lib/test';
import type { Person } from '../lib/person';

const dialog = (person: Person) => person.page.getByRole('dialog', { name: 'Go to a room' });
const options = (person: Person) => dialog(person).getByRole('option');

/** Opens the switcher by its key, and waits for its field. */
async function open(person: Person): Promise<void> {
  await person.page.keyboard.press('Control+k');
  await expect(dialog(person).getByRole('combobox')).toBeFocused();
}

async function isIn(person: Person, room: string): Promise<void> {
  await expect(person.page.getByRole('heading', { level: 1 })).toHaveText(room);
}

test('Ctrl+K goes to a room by the first letters, and offers the rooms of a moment ago', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  for (const name of ['Design', 'Redesign', '公告大厅']) await guest.createRoom(name);
  const ada = await person('Ada');
  await ada.mark();
  await open(ada);
  await expect(dialog(ada)).toContainText('You are in no other room yet.');
  await ada.page.keyboard.type('des');
  await expect(options(ada)).toHaveText([/Design/, /Redesign/]);
  await expect(options(ada).first()).toHaveAttribute('aria-selected', 'true');
  await expect(dialog(ada).getByRole('status')).toHaveText('2 rooms');
  await ada.page.keyboard.press('ArrowDown');
  await expect(options(ada).nth(1)).toHaveAttribute('aria-selected', 'true');
  await ada.page.keyboard.press('ArrowDown');
  await ada.page.keyboard.press('Enter');
  await expect(dialog(ada)).toBeHidden();
  await expect(ada.page).toHaveURL(/\/rooms\/\d+$/);
  await ada.join();
  await isIn(ada, 'Design');

  // By pinyin: the server knows how names sound.
  await open(ada);
  await expect(options(ada), 'joined rooms but this one').toHaveText([/General/]);
  await ada.page.keyboard.type('ggdt');
  await expect(options(ada)).toHaveText([/公告大厅/]);
  await ada.page.keyboard.press('Enter');
  await ada.join();
  await isIn(ada, '公告大厅');
  await open(ada);
  await expect(options(ada), 'the last one first').toHaveText([/Design/, /General/]);
  await ada.page.keyboard.press('Enter');
  await isIn(ada, 'Design');
  await expect(ada.box).toBeFocused();
  expect(await ada.marked(), 'the page was never reloaded').toBe(true);
});

test('Esc closes the switcher and gives the focus back, with what was typed in the message box', async ({ person }) => {
  const ada = await person('Ada');
  await ada.box.fill('half a');
  await open(ada);
  await ada.page.keyboard.type('zzz');
  await ada.page.keyboard.press('Enter');
  await expect(dialog(ada), 'nothing to go to').toContainText('No room is called that.');
  await ada.page.keyboard.press('Escape');
  await expect(dialog(ada)).toBeHidden();
  await expect(ada.box).toBeFocused();
  await expect(ada.box).toHaveValue('half a');
  await open(ada);
  await expect(dialog(ada).getByRole('combobox')).toHaveValue('');
  await ada.page.mouse.click(2, 2);
  await expect(dialog(ada), 'a press beside it closes it too').toBeHidden();
});

test('Esc belongs to the switcher alone: the line above what is new stays', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const ada = await person('Ada');
  await ada.goto('/rooms');
  await guest.send('fresh');
  await ada.room('General').click();
  await expect(ada.page.locator('li.new')).toBeVisible();
  await open(ada);
  await ada.page.keyboard.press('Escape');
  await expect(dialog(ada)).toBeHidden();
  await expect(ada.page.locator('li.new')).toBeVisible();
  await ada.page.keyboard.press('Escape');
  await expect(ada.page.locator('li.new')).toHaveCount(0);
});

test('the switcher finds names without a network, and by its button on a phone', async ({ person, server, errors }) => {
  errors.allow(LOST);
  await (await server.guest('Guest')).createRoom('Lunch');
  const ada = await person('Ada', { viewport: { width: 360, height: 640 } });
  await ada.goto('/rooms');
  await ada.page.getByRole('button', { name: 'Go to a room (Ctrl+K)' }).click();
  await ada.context.setOffline(true);
  await dialog(ada).getByRole('combobox').fill('lun');
  await expect(options(ada)).toHaveText([/Lunch/]);
  await ada.context.setOffline(false);
  await options(ada).first().click();
  await ada.join();
  await isIn(ada, 'Lunch');
});

test('what is typed while the switcher loads is looked for, and sends nothing', async ({ person, server }) => {
  await (await server.guest('Guest')).createRoom('Design');
  const ada = await person('Ada');
  let load = () => {};
  const loaded = new Promise<void>((done) => (load = done));
  await ada.page.route('**/split_switcher.*.wasm', async (route) => (await loaded, await route.continue()));
  await ada.box.click();
  await ada.page.keyboard.press('Control+k');
  await ada.page.keyboard.type('des');
  await ada.page.keyboard.press('Enter');
  await expect(dialog(ada).getByRole('combobox')).toHaveValue('des');
  load();
  await expect(options(ada)).toHaveText([/Design/]);
  await ada.page.keyboard.press('Escape');
  await expect(ada.box).toBeFocused();
  await expect(ada.box).toHaveValue('');
  await expect(ada.rows).toHaveCount(0);
});
