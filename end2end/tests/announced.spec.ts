// What a screen reader hears of arriving messages.
import { expect, test } from '../lib/test';

test('messages of others are announced with name and text, and one\'s own are not', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.send('there before');
  const ada = await person('Ada');
  const log = ada.page.locator('[role=log]');
  await ada.send('my own');
  await ada.sees('my own');
  await guest.send('**hello** `there`');
  await expect(log.locator('p')).toHaveText(['Guest: hello there']);
  await guest.send('again');
  await expect(log.locator('p')).toHaveText(['Guest: hello there', 'Guest: again']);
  await guest.post('/api/messages/delete', { message: (await guest.send('gone')).id });
  await guest.sendMany(5, 'many');
  await expect(log.locator('p').last()).toHaveText(/^\d new messages$/);
  expect(await log.innerText()).not.toContain('my own');
});
