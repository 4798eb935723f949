// Drafts: over a reload, in other tabs, deleted with the session. The theme follows into other tabs too.
import type { Person } from '../lib/person';
import { expect, test } from '../lib/test';

const caret = (person: Person) => person.box.evaluate((box: HTMLTextAreaElement) => [box.selectionStart, box.selectionEnd]);
const storedDrafts = (person: Person) =>
  person.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('rill draft')).length);

/** Opens another tab that does not have the focus: a headless browser would give it to all tabs at once. */
async function otherTab(person: Person): Promise<Person> {
  const other = await person.tab();
  await other.box.blur();
  return other;
}

test('a draft returns with its caret after a reload, and appears in a tab opened later', async ({ person }) => {
  const ada = await person('Ada');
  await ada.type('one\ntwo three');
  await ada.box.evaluate((box: HTMLTextAreaElement) => box.setSelectionRange(5, 5));
  await ada.reload();
  await expect(ada.box).toHaveValue('one\ntwo three');
  expect(await caret(ada)).toEqual([5, 5]);
  const other = await ada.tab();
  await expect(other.box).toHaveValue('one\ntwo three');
  expect(await caret(other)).toEqual([5, 5]);
});

test('a draft is kept when its tab closes', async ({ person }) => {
  const ada = await person('Ada');
  await ada.type('not lost');
  await expect.poll(() => storedDrafts(ada)).toBe(1);
  const page = await ada.context.newPage();
  await ada.page.close();
  await page.goto(`${ada.url}/rooms/1`);
  await expect(page.locator('#message-box')).toHaveValue('not lost');
});

test('a draft appears in the other tabs while it is typed, and disappears when it is sent', async ({ person }) => {
  const ada = await person('Ada');
  const other = await otherTab(ada);
  await ada.type('half a thought');
  await expect(other.box).toHaveValue('half a thought');
  await expect(other.page.locator('button.send')).toHaveAttribute('aria-disabled', 'false');
  await ada.type('half a thought, and the rest');
  await expect(other.box).toHaveValue('half a thought, and the rest');
  await ada.box.press('Enter');
  await other.sees('half a thought, and the rest');
  await expect(other.box).toHaveValue('');
  await expect(other.page.locator('button.send')).toHaveAttribute('aria-disabled', 'true');
});

test('a focused message box is not overwritten, and its next input becomes the draft', async ({ person }) => {
  const ada = await person('Ada');
  const other = await otherTab(ada);
  await ada.box.blur();
  await other.type('mine');
  await expect(ada.box).toHaveValue('mine');
  // Both boxes have the focus: a headless browser shows all tabs at once.
  await ada.box.pressSequentially(' and theirs');
  await expect.poll(() => ada.page.evaluate(() => Object.values(localStorage).join())).toContain('mine and theirs');
  await other.box.pressSequentially('!');
  await expect.poll(() => ada.page.evaluate(() => Object.values(localStorage).join())).toContain('mine!');
  await expect(other.box).toHaveValue('mine!');
  await expect(ada.box, 'nor is the first one').toHaveValue('mine and theirs');
  await ada.box.blur();
  await other.box.pressSequentially('!');
  await expect(ada.box).toHaveValue('mine!!');
});

test('the room list marks a room with a draft in every tab', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.createRoom('Second');
  const ada = await person('Ada');
  const other = await otherTab(ada);
  await ada.type('later');
  await ada.openRoom('Second');
  await expect(ada.page.getByRole('link', { name: /^General ?, draft$/ })).toBeVisible();
  await expect(other.page.getByRole('link', { name: 'General', exact: true }), 'the room is open in that tab').toBeVisible();
  await other.openRoom('Second');
  await expect(other.page.getByRole('link', { name: /^General ?, draft$/ })).toBeVisible();
  await ada.reload();
  await expect(ada.page.getByRole('link', { name: /^General ?, draft$/ })).toBeVisible();
  await ada.room('General').click();
  await expect(ada.box).toHaveValue('later');
  await ada.box.press('Enter');
  await ada.openRoom('Second');
  for (const tab of [ada, other]) await expect(tab.page.getByRole('link', { name: 'General', exact: true })).toBeVisible();
});

test('drafts are deleted from the browser when the person leaves', async ({ person }) => {
  const ada = await person('Ada');
  await ada.type('for nobody else');
  await expect.poll(() => storedDrafts(ada)).toBe(1);
  await ada.menu('Sign out');
  await expect(ada.page).toHaveURL(/\/enter$/);
  const storage = () => ada.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(await storage()).not.toContain('for nobody else');
  await ada.enterAs('Bob');
  await expect(ada.box).toHaveValue('');
  expect(await storage()).not.toContain('for nobody else');
});

test('the theme changes in every tab when it is chosen in one', async ({ person }) => {
  const ada = await person('Ada', { colorScheme: 'light' });
  const other = await otherTab(ada);
  await other.mark();
  await ada.menu('Dark');
  await expect(other.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await other.page.locator('.me > summary').click();
  await expect(other.page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  expect(await other.marked()).toBe(true);
});
