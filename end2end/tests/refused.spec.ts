// Refused forms: the words under the field on the form's own page, what was typed stays, and a reload posts nothing again.
import type { Page } from '@playwright/test';
import type { Person } from '../lib/person';
import { expect, test } from '../lib/test';

const PLAIN = { javaScriptEnabled: false };

/** Reloads the page, and expects that this posts nothing. */
async function reloadOnly(page: Page): Promise<void> {
  const methods: string[] = [];
  page.on('request', (request) => methods.push(request.method()));
  await page.reload();
  expect(methods).not.toContain('POST');
}

for (const [how, visit] of Object.entries({ with: {}, without: PLAIN })) {
  test(`a taken name is told under its field on the enter page, ${how} JavaScript`, async ({ person, server, errors }) => {
    errors.allow(/status of 409/);
    await server.guest('Admin');
    const ada = await person('Ada', { ...visit, enter: false });
    await ada.page.goto(`${ada.url}/enter`);
    const field = ada.page.getByRole('textbox', { name: 'Your name' });
    await field.fill('admin');
    await field.press('Enter');
    const check = async () => {
      await expect(ada.page).toHaveURL(/\/enter\?refused=/);
      await expect(ada.page.getByRole('alert')).toHaveText(/^This name is taken, or too close to another\./);
      await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Join the chat');
      await expect(field).toHaveValue('admin');
      await expect(field).toHaveAccessibleDescription(/This name is taken/);
      await expect(field).toBeFocused();
    };
    await check();
    await reloadOnly(ada.page);
    await check();
    await field.fill('Ada');
    await field.press('Enter');
    await expect(ada.page).toHaveURL(/\/rooms\/1$/);
    await ada.ready();
  });
}

async function openNewRoom(person: Person): Promise<void> {
  await person.page.locator('.new-room > summary').click();
}

test('names of rooms are refused on the page of their form without JavaScript', async ({ person, server, errors }) => {
  errors.allow(/status of (400|409)/);
  const ada = await person('Ada', PLAIN);
  await openNewRoom(ada);
  const field = ada.page.locator('#new-room');
  await field.fill('general');
  await ada.page.getByRole('button', { name: 'Create' }).click();
  const refused = async () => {
    await expect(ada.page.locator('.new-room').getByRole('alert')).toContainText('There is already a room with this name');
    await expect(ada.page.getByRole('link', { name: 'Open that room' })).toHaveAttribute('href', '/rooms/1');
    await expect(field).toBeVisible();
    await expect(field).toHaveValue('general');
  };
  await refused();
  await reloadOnly(ada.page);
  await refused();
  await field.fill('Lunch');
  await ada.page.getByRole('button', { name: 'Create' }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);

  await ada.page.locator('.rename > summary').click();
  await ada.page.locator('#rename-room').fill('n'.repeat(65));
  await ada.page.getByRole('button', { name: 'Save' }).click();
  const rename = ada.page.locator('.rename');
  await expect(rename.getByRole('alert')).toHaveText('The name is too long: up to 64 characters.');
  await expect(ada.page.locator('#rename-room')).toHaveValue('n'.repeat(65));
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Lunch');
  await reloadOnly(ada.page);
  await expect(rename.getByRole('alert')).toBeVisible();
  const lin = await person('Lin', PLAIN);
  await lin.page.goto(ada.page.url());
  await expect(lin.page.getByRole('alert'), 'it is shown to its writer alone').toHaveCount(0);
});

test('the page of a refused name goes on when it comes alive', async ({ person, errors }) => {
  errors.allow(/status of 409|ERR_FAILED|wasm/);
  const ada = await person('Ada', { live: false, prepare: ({ page }) => page.route('**/*.wasm', (route) => route.abort()) });
  await openNewRoom(ada);
  await ada.page.locator('#new-room').fill('general');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page).toHaveURL(/\/rooms\?refused=/);
  await ada.page.unroute('**/*.wasm');
  await ada.page.reload();
  await expect(ada.page.locator('html[data-live]')).toBeAttached();
  await expect(ada.page.locator('.new-room').getByRole('alert')).toContainText('There is already a room');
  await ada.page.locator('#new-room').fill('Lunch');
  await ada.page.keyboard.press('Enter');
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Lunch');
  await expect(ada.page.getByRole('alert')).toHaveCount(0);
});

test('a reload of a refused message posts nothing, and the text stays', async ({ person, errors }) => {
  errors.allow(/status of 400/);
  const ada = await person('Ada', PLAIN);
  const text = '长'.repeat(8_001);
  await ada.sendByButton(text);
  await expect(ada.page).toHaveURL(/\/rooms\/1\?refused=/);
  await reloadOnly(ada.page);
  await expect(ada.page.locator('textarea')).toHaveValue(text);
  await ada.page.getByRole('link', { name: 'Go back' }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
});
