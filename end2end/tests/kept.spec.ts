// What a person has written in a room that they cannot open any more: kept, shown to them, copied, deleted.
import { fail, lose } from '../lib/states';
import { expect, test } from '../lib/test';

test('a draft and an unsent message of a lost room are shown on its page, to copy or to delete', async ({
  person,
  server,
  errors,
}) => {
  const room = await (await server.guest('Guest')).createRoom('Second');
  const ada = await person('Ada', { permissions: ['clipboard-read', 'clipboard-write'] });
  await fail(ada, errors, 'never sent');
  await ada.type('half a thought');
  await lose(ada, room);
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('You have not joined Second');
  const kept = ada.page.getByRole('region', { name: 'You wrote this here. It was not sent.' });
  await expect(kept.locator('pre')).toHaveText('never sent\n\nhalf a thought');
  const copy = kept.getByRole('button').first();
  await copy.click();
  await expect(copy).toHaveText('Copied');
  await expect(ada.page.locator('#said')).toHaveText('Copied');
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe('never sent\n\nhalf a thought');
  await expect(copy).toHaveText('Copy');
  await expect(ada.page.locator('#said')).toHaveText('');

  await kept.getByRole('button', { name: 'Delete' }).click();
  await expect(kept).toHaveCount(0);
  await ada.reload();
  await expect(ada.page.getByRole('button', { name: 'Join room' })).toBeVisible();
  await expect(kept).toHaveCount(0);
});

test('a kept draft comes back into the box when the person joins again', async ({ person, server }) => {
  const room = await (await server.guest('Guest')).createRoom('Second');
  const ada = await person('Ada');
  await ada.type('half a thought');
  await lose(ada, room);
  await expect(ada.page.locator('.kept-text pre')).toHaveText('half a thought');
  await ada.join();
  await expect(ada.box).toHaveValue('half a thought');
});

test('a draft of a room that is gone is shown on its page, and deleted by keyboard', async ({ person, errors }) => {
  errors.allow(/status of 404/);
  const ada = await person('Ada');
  await ada.type('in a room that is gone');
  await lose(ada, 77);
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Room not found');
  await expect(ada.page.locator('.kept-text pre')).toHaveText('in a room that is gone');
  await ada.page.getByRole('button', { name: 'Delete' }).focus();
  await ada.page.keyboard.press('Enter');
  await expect(ada.page.locator('.kept-text')).toBeHidden();
  await ada.reload();
  await expect(ada.page.locator('.kept-text')).toBeHidden();
});
