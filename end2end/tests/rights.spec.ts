// Rights in rooms, in the browser: private rooms, being added and removed while looking on, announcement rooms, the archive.
import { expect, test } from '../lib/test';

test('a private room appears for people who are added, and goes for people who are removed while they look at it', async ({
  person,
  errors,
}) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.page.getByText('New room').click();
  await ada.page.locator('#new-room').fill('Plans');
  await ada.page.getByRole('checkbox', { name: /Private/ }).check();
  await ada.page.getByRole('button', { name: 'Create' }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await ada.send('between us');
  await ada.sees('between us');
  await expect(lin.page.locator('.side a.room', { hasText: 'Plans' })).toHaveCount(0);
  errors.allow(/status of 404/);
  await lin.goto('/rooms/2');
  await expect(lin.page.getByRole('heading', { level: 1 })).toHaveText('Room not found');

  await ada.page.locator('a.people').click();
  await ada.page.getByRole('button', { name: /^Add .*Lin/ }).click();
  await expect(ada.page.locator('main > ul')).toContainText('Lin');
  await lin.room('Plans').click();
  await lin.sees('between us');
  await lin.type('half a thought');
  await ada.page.locator('.member-acts > summary').last().click();
  await ada.page.getByRole('button', { name: 'Remove from room' }).click();
  await expect(ada.page.locator('main > ul')).not.toContainText('Lin');
  await expect(lin.room('Plans')).toHaveCount(0);
  await expect(lin.page.getByRole('heading', { level: 1 })).toHaveText('Room not found');
  // What was typed is shown to its writer.
  await expect(lin.page.locator('.kept-text')).toContainText('half a thought');
  await expect(lin.page.getByText('between us')).toHaveCount(0);
});

test('an announcement room has no message box but for its admins, and an archived one for nobody', async ({ person, server }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.page.getByText('New room').click();
  await ada.page.locator('#new-room').fill('News');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await lin.gotoAndJoin(2);
  await lin.type('kept');
  await ada.page.locator('a.people').click();
  await ada.page.getByRole('radio', { name: 'Admins of this room only' }).check();
  await ada.page.getByLabel('Topic').fill('What is new');
  await ada.page.getByRole('button', { name: 'Save' }).click();
  await expect(ada.page.locator('.topic')).toHaveText('What is new');
  await expect(lin.page.getByText('Only admins of this room can post.')).toBeVisible();
  await expect(lin.page.locator('.send')).toBeHidden();
  await expect(lin.box).toHaveValue('kept');
  await lin.type('');
  await expect(lin.box).toBeHidden();
  await ada.goto('/rooms/2');
  await ada.send('a new thing');
  await lin.sees('a new thing');

  await ada.page.locator('a.people').click();
  await ada.page.getByRole('button', { name: 'Archive room' }).click();
  await expect(lin.page.getByText('This room is archived.')).toBeVisible();
  await expect(lin.room('News')).toHaveCount(0);
  await lin.page.getByRole('link', { name: 'Browse rooms' }).click();
  await lin.page.getByRole('link', { name: 'Archived rooms' }).click();
  await lin.page.getByRole('link', { name: 'News' }).click();
  await lin.ready();
  await lin.sees('a new thing');
  await ada.page.getByRole('button', { name: 'Take out of the archive' }).click();
  await expect(lin.room('News')).toBeVisible();
});

test('somebody leaves a room and finds it again by browsing, also without JavaScript', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.createRoom('Tea house');
  const ada = await person('Ada', { javaScriptEnabled: false });
  await ada.page.goto(`${ada.url}/browse`);
  await ada.page.getByLabel('Find by name or topic').fill('TEA');
  await ada.page.getByRole('button', { name: 'Find' }).click();
  await ada.page.getByRole('button', { name: /^Join room/ }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await ada.page.locator('a.people').click();
  await ada.page.getByRole('button', { name: 'Leave room' }).click();
  await expect(ada.page).toHaveURL(/\/rooms$/);
  await ada.page.goto(`${ada.url}/browse`);
  await expect(ada.page.locator('main')).toContainText('Tea house');
});
