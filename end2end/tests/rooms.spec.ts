// Rooms: opening, renaming, joining, switching without a reload; every room has a URL.
import { anchorRow, moved, wheel } from '../lib/scroll';
import { expect, test } from '../lib/test';

const heading = { level: 1 } as const;

test('a new room and its new name appear for everyone at once', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.mark();
  await ada.page.getByText('New room').click();
  await ada.page.getByRole('textbox', { name: 'Room name' }).fill('Lunch');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Lunch');
  await expect(lin.room('Lunch')).toBeVisible();
  await expect(ada.page).toHaveTitle('Lunch · Rill');

  await ada.page.locator('.rename > summary').click();
  await ada.page.getByRole('textbox', { name: 'Room name' }).last().fill('Lunch at noon');
  await ada.page.getByRole('button', { name: 'Save' }).click();
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Lunch at noon');
  await expect(lin.room('Lunch at noon')).toBeVisible();
  await expect(ada.page).toHaveTitle('Lunch at noon · Rill');
  expect(await ada.marked()).toBe(true);

  await lin.openRoom('Lunch at noon');
  await expect(lin.page.getByRole('heading', heading)).toHaveText('Lunch at noon');
  await expect(lin.page.locator('.rename')).toHaveCount(0);
});

test('the list of rooms is sorted by name and marks the rooms that are not joined', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  for (const name of ['zoo', 'Aviary', 'bees']) await guest.createRoom(name);
  const ada = await person('Ada');
  await expect(ada.page.locator('.side a.room > bdi')).toHaveText(['Aviary', 'bees', 'General', 'zoo']);
  await expect(ada.room('bees')).toHaveAccessibleName(/not joined/);
  await ada.openRoom('bees');
  await expect(ada.page.getByRole('heading', heading)).toHaveText('bees');
  await expect(ada.room('bees')).not.toHaveAccessibleName(/not joined/);
});

test('Cancel closes the form for a new name and keeps the name', async ({ person }) => {
  const ada = await person('Ada');
  await ada.page.getByText('New room').click();
  await ada.page.locator('#new-room').fill('Lunch');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Lunch');
  await ada.page.locator('.rename > summary').click();
  await ada.page.locator('#rename-room').fill('Dinner');
  await ada.page.locator('.rename').getByRole('button', { name: 'Cancel' }).click();
  await expect(ada.page.locator('#rename-room')).toBeHidden();
  await ada.page.locator('.rename > summary').click();
  await expect(ada.page.locator('#rename-room')).toHaveValue('Lunch');
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Lunch');
});

test('the list of rooms alone leads to the last room', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  await ada.gotoAndJoin(second);
  await ada.reload();
  await ada.goto('/rooms');
  await ada.page.getByRole('link', { name: 'Open the last room' }).click();
  await expect(ada.page).toHaveURL(new RegExp(`/rooms/${second}$`));
  await ada.ready();
});

test('an invalid room name is refused with an error beside the field', async ({ person, errors }) => {
  errors.allow(/status of 400/);
  const ada = await person('Ada');
  await ada.page.getByText('New room').click();
  const field = ada.page.locator('#new-room');
  await field.fill('a'.repeat(65));
  await ada.page.getByRole('button', { name: 'Create' }).click();
  await expect(ada.page.locator('.new-room').getByRole('alert')).toHaveText('The name is too long: up to 64 characters.');
  await expect(field).toHaveValue('a'.repeat(65));
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
});

test('a click on a room opens it without a reload, and Back and Forward move through the rooms', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  await guest.send('said in the second', second);
  await guest.send('said in General');
  const ada = await person('Ada');
  await ada.mark();
  await ada.openRoom('Second');
  await expect(ada.page).toHaveURL(new RegExp(`/rooms/${second}$`));
  await ada.sees('said in the second');
  await expect(ada.row('said in General')).toHaveCount(0);
  await expect(ada.room('Second')).toHaveAttribute('aria-current', 'page');
  await expect(ada.box).toBeFocused();

  await ada.page.goBack();
  await ada.sees('said in General');
  await expect(ada.page.getByRole('heading', heading)).toHaveText('General');
  await ada.page.goForward();
  await ada.sees('said in the second');
  await ada.page.getByRole('link', { name: 'Rill' }).click();
  await expect(ada.page).toHaveURL(/\/rooms$/);
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Rooms');
  await ada.page.goBack();
  await ada.sees('said in the second');
  expect(await ada.marked(), 'the page was never reloaded').toBe(true);
});

test('Back restores the scroll position of the room', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.createRoom('Second');
  await guest.sendMany(150);
  const ada = await person('Ada');
  await wheel(ada, -900);
  const anchor = await anchorRow(ada);
  await ada.openRoom('Second');
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Second');
  await ada.page.goBack();
  await expect(ada.page.getByRole('heading', heading)).toHaveText('General');
  expect(await moved(ada, anchor)).toBeLessThanOrEqual(1);
});

test('the sidebar keeps its scroll position when a room is chosen', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  for (let n = 1; n <= 50; n++) await guest.createRoom(`Room ${n}`);
  const ada = await person('Ada');
  const nav = ada.page.locator('.side nav');
  await ada.room('Room 40').scrollIntoViewIfNeeded();
  const position = await nav.evaluate((nav) => nav.scrollTop);
  expect(position).toBeGreaterThan(100);
  await ada.openRoom('Room 40');
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Room 40');
  expect(await nav.evaluate((nav) => nav.scrollTop)).toBe(position);
});

test('nobody joins a room by opening it, and a button joins', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const room = await guest.createRoom('Open house');
  await guest.send('welcome', room);
  const ada = await person('Ada');
  const lin = await person('Lin', { javaScriptEnabled: false });
  const asked = async () => {
    for (const one of [ada, lin]) {
      await expect(one.page.getByRole('heading', heading)).toHaveText('You have not joined Open house');
      await expect(one.page.getByText('Join to read and write.')).toBeVisible();
      await expect(one.row('welcome')).toHaveCount(0);
    }
  };
  await ada.mark();
  await ada.room('Open house').click();
  await lin.goto(`/rooms/${room}`);
  await asked();
  expect(await ada.marked(), 'the page was never reloaded').toBe(true);
  await ada.goto(`/rooms/${room}`);
  await ada.page.waitForTimeout(500);
  await asked();
  await expect(ada.room('Open house')).toHaveAccessibleName(/not joined/);
  for (const one of [ada, lin]) {
    await one.join();
    await one.sees('welcome');
    await expect(one.page.getByRole('heading', heading)).toHaveText('Open house');
  }
  await ada.send('thank you');
  await ada.sees('thank you');
  await guest.send('and live', room);
  await ada.sees('and live');
});

test('the page of a room that another tab joins opens it', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.createRoom('Second');
  const ada = await person('Ada');
  const tab = await ada.tab('/rooms/2');
  await expect(tab.page.getByRole('heading', heading)).toHaveText('You have not joined Second');
  await ada.openRoom('Second');
  await expect(tab.page.getByRole('heading', heading)).toHaveText('Second');
  await tab.send('from the other tab');
  await ada.sees('from the other tab');
});

test('a message appears only in its own room', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  await ada.openRoom('Second');
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Second');
  await ada.room('General').click();
  await guest.send('in the second', second);
  await guest.send('in General');
  await ada.sees('in General');
  await expect(ada.row('in the second')).toHaveCount(0);
  await ada.openRoom('Second');
  await ada.sees('in the second');
  await expect(ada.row('in General')).toHaveCount(0);
});

test('a click with a modifier or the middle button opens a new tab', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  for (const click of [{ modifiers: ['ControlOrMeta' as const] }, { button: 'middle' as const }]) {
    const [tab] = await Promise.all([ada.context.waitForEvent('page'), ada.room('Second').click(click)]);
    await expect(tab).toHaveURL(new RegExp(`/rooms/${second}$`));
    await expect(ada.page).toHaveURL(/\/rooms\/1$/);
    await tab.close();
  }
});

test('an unknown page answers 404 with a link to the rooms', async ({ person, errors }) => {
  errors.allow(/status of 404/);
  const ada = await person('Ada');
  const missing = {
    '/rooms/999': 'Room not found',
    '/rooms/1/999': 'Message not found',
    '/rooms/x': 'Page not found',
    '/nowhere': 'Page not found',
  };
  for (const [path, title] of Object.entries(missing)) {
    const answer = await ada.page.goto(ada.url + path);
    expect(answer?.status(), path).toBe(404);
    await ada.ready();
    await expect(ada.page.getByRole('heading', heading)).toHaveText(title);
    await ada.page.getByRole('link', { name: 'Back to rooms' }).click();
    await ada.room('General').click();
    await expect(ada.page.getByRole('heading', heading)).toHaveText('General');
  }
});

test('an empty room shows a hint until the first message', async ({ person }) => {
  const ada = await person('Ada');
  await expect(ada.page.getByText('No messages yet. Write the first one.')).toBeVisible();
  await ada.send('the first word');
  await ada.sees('the first word');
  await expect(ada.page.getByText('No messages yet.')).toBeHidden();
});

test('a room gets no name that another has, and the form leads to that room', async ({ person, server, errors }) => {
  errors.allow(/status of 409/);
  const guest = await server.guest('Guest');
  await guest.createRoom('Plans');
  const ada = await person('Ada');
  await ada.page.getByText('New room').click();
  await ada.page.locator('#new-room').fill('PLANS');
  await ada.page.keyboard.press('Enter');
  const form = ada.page.locator('.new-room');
  await expect(form.getByRole('alert')).toContainText('There is already a room with this name');
  await form.getByRole('link', { name: 'Open that room' }).click();
  await expect(ada.page.getByRole('heading', heading)).toHaveText('You have not joined Plans');
});

test('the form for a new name is filled when it is opened, and an unchanged name is not sent', async ({ person }) => {
  const ada = await person('Ada');
  const other = await ada.tab();
  await ada.page.getByText('New room').click();
  await ada.page.locator('#new-room').fill('Lunch');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Lunch');
  await other.goto('/rooms/2');
  await other.page.locator('.rename > summary').click();
  await other.page.locator('#rename-room').fill('Dinner');
  await other.page.getByRole('button', { name: 'Save' }).click();
  await expect(ada.page.getByRole('heading', heading)).toHaveText('Dinner');
  const sent: string[] = [];
  ada.page.on('request', (request) => sent.push(new URL(request.url()).pathname));
  await ada.page.locator('.rename > summary').click();
  await expect(ada.page.locator('#rename-room')).toHaveValue('Dinner');
  await ada.page.getByRole('button', { name: 'Save' }).click();
  await expect(ada.page.locator('#rename-room')).toBeHidden();
  expect(sent).not.toContain('/api/rooms/rename');
});

test('an invitation to a room leads there after the name, and asks to join', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const room = await guest.createRoom('Open house');
  const ada = await person('Ada', { enter: false });
  await ada.page.goto(`${ada.url}/rooms/${room}`);
  await expect(ada.page).toHaveURL(/\/enter$/);
  await ada.page.locator('#name').fill('Ada');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page).toHaveURL(new RegExp(`/rooms/${room}$`));
  await ada.ready();
  await expect(ada.page.getByRole('heading', heading)).toHaveText('You have not joined Open house');
  await ada.join();
  await ada.menu('Sign out');
  await expect(ada.page).toHaveURL(/\/enter$/);
  await ada.enterAs('Ada');
});
