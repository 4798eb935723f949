// Use without JavaScript: reading, posting, history, rooms, preferences, and refusals that keep the text.
import { expect, PHONE, test } from '../lib/test';

const PLAIN = { javaScriptEnabled: false };

for (const [size, visit] of Object.entries({ 'a phone': PHONE, 'a laptop': { viewport: { width: 1280, height: 800 } } })) {
  test(`the newest message is in view without JavaScript on ${size}`, async ({ person, server }) => {
    const guest = await server.guest('Guest');
    await guest.sendMany(60);
    const ada = await person('Ada', { ...visit, ...PLAIN });
    await expect(ada.rows).toHaveCount(50);
    await expect(ada.rows.last()).toBeInViewport({ ratio: 1 });
    await expect(ada.rows.last().locator('.body')).toHaveText('message 60');
    await expect(ada.box).toBeInViewport({ ratio: 1 });
    await expect(ada.page.locator('#no-live')).toBeVisible();
    await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('General');
  });
}

test('forms and links suffice to enter, write, read history, delete and leave without JavaScript', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(120);
  const ada = await person('Ada', PLAIN);
  await ada.sendByButton('written by a form');
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
  await ada.sees('written by a form');

  await ada.page.getByRole('link', { name: 'Older messages' }).click();
  await expect(ada.rows.last().locator('.body')).toHaveText('message 71');
  await ada.page.getByRole('link', { name: 'Older messages' }).click();
  await expect(ada.rows.first().locator('.body')).toHaveText('message 1');
  await expect(ada.page.locator('.beginning')).toBeAttached();
  await ada.page.getByRole('link', { name: /Jump to latest/ }).click();
  await ada.sees('written by a form');

  const row = ada.row('written by a form');
  await row.hover();
  await row.locator('.actions > summary').click();
  await row.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
  await expect(ada.row('written by a form')).toHaveCount(0);

  await ada.menu('Sign out');
  await expect(ada.page).toHaveURL(/\/enter$/);
  await ada.page.goto(`${ada.url}/rooms/1`);
  await expect(ada.page).toHaveURL(/\/enter$/);
});

test('a refused post keeps the text without JavaScript, and is accepted after correction', async ({ person, errors }) => {
  errors.allow(/status of 400/);
  const ada = await person('Ada', PLAIN);
  const text = `</textarea><b>“quoted” & kept</b>\n${'长'.repeat(8_000)}`;
  await ada.sendByButton(text);
  const field = ada.page.locator('textarea');
  await expect(ada.page.getByRole('alert')).toHaveText('The message is too long: up to 8,000 characters.');
  await expect(field).toHaveValue(text);
  await expect(ada.page.locator('form b')).toHaveCount(0);
  await field.fill('short enough');
  await ada.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
  await ada.sees('short enough');
  await expect(ada.rows).toHaveCount(1);
});

test('an empty post is answered with an error and a link back without JavaScript', async ({ person, errors }) => {
  errors.allow(/status of 400/);
  const ada = await person('Ada', { ...PLAIN, locale: 'zh-CN' });
  await ada.sendByButton('   ');
  await expect(ada.page.getByRole('alert')).toHaveText('请先输入消息。');
  await expect(ada.page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await ada.page.getByRole('link', { name: '返回' }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
});

test.describe('with a low rate limit', () => {
  test.use({ settings: { posts_per_second: 1, post_burst: 1 } });

  test('a post over the rate limit keeps the text and asks to wait without JavaScript', async ({ person, errors }) => {
    errors.allow(/status of 429/);
    const ada = await person('Ada', PLAIN);
    let refused = false;
    for (let n = 0; n < 20 && !refused; n++) {
      await ada.sendByButton(`quick ${n}`);
      refused = (await ada.page.getByRole('alert').count()) > 0;
      if (refused) await expect(ada.page.locator('textarea')).toHaveValue(`quick ${n}`);
    }
    expect(refused, 'a run of posts is stopped').toBe(true);
    await expect(ada.page.getByRole('alert')).toHaveText('That was too fast. Wait a moment and try again.');
  });
});

test('a room is opened and joined by forms without JavaScript', async ({ person }) => {
  const ada = await person('Ada', PLAIN);
  await ada.page.locator('.new-room > summary').click();
  await ada.page.locator('#new-room').fill('设计 & design');
  await ada.page.getByRole('button', { name: 'Create' }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('设计 & design');
  await ada.sendByButton('in the second room');

  const lin = await person('Lin', PLAIN);
  await lin.room('设计').click();
  await expect(lin.page.getByText('in the second room')).toHaveCount(0);
  await lin.page.getByRole('button', { name: 'Join room' }).click();
  await expect(lin.page).toHaveURL(/\/rooms\/2$/);
  await lin.sees('in the second room');
});

test('theme and language are switched without JavaScript, and the choice stays', async ({ person }) => {
  const ada = await person('Ada', PLAIN);
  const html = ada.page.locator('html');
  await ada.menu('Dark');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await ada.menu('中文');
  await expect(html).toHaveAttribute('lang', 'zh-CN');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
  await ada.goto('/rooms');
  await expect(html).toHaveAttribute('lang', 'zh-CN');
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('房间');
});
