// Invitations, in a browser: a link is made, copied and used; a wrong one is refused.
import { CHINESE, expect, test } from '../lib/test';
import { setUp, submit } from '../lib/accounts';

const PASSWORD = 'correct horse';

test.describe('a workspace for invited people', () => {
  test.use({ settings: { entry: 'invite' } });

  test('owner invites somebody into a private room, who makes an account with the link, once', async ({
    person,
    server,
    errors,
  }) => {
    const olga = await person('Olga', { enter: false });
    await setUp(olga.page, server);
    await olga.page.getByRole('link', { name: 'Go to General' }).click();
    await olga.ready();
    await olga.page.getByText('New room').click();
    await olga.page.locator('#new-room').fill('Plans');
    await olga.page.getByRole('checkbox', { name: /Private/ }).check();
    await olga.page.getByRole('button', { name: 'Create' }).click();
    await olga.send('between us');
    await olga.sees('between us');
    await olga.page.locator('.me > summary').click();
    await olga.page.locator('.me .panel').getByRole('link', { name: 'Settings' }).click();
    await olga.page.getByRole('link', { name: 'Invite people' }).click();
    await olga.page.getByLabel('Room beside the default ones').selectOption('Plans');
    await olga.page.getByRole('button', { name: 'Make link' }).click();
    const link = await olga.page.locator('#link').inputValue();
    expect(link).toMatch(/\/join#[0-9a-f]{64}$/);
    await expect(olga.page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
    await olga.page.getByRole('button', { name: 'Copy' }).click();
    await expect(olga.page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(olga.page.url()).not.toContain(link.split('#')[1]);
    await olga.page.goto(`${server.url}/admin/invites`);
    await expect(olga.page.getByText('used by 0 of 1')).toBeVisible();
    await expect(olga.page.locator('#link')).toHaveCount(0);

    const wei = await person('林薇', { enter: false, ...CHINESE });
    await wei.page.goto(`${server.url}/join#${link.split('#')[1]}`);
    expect(new URL(wei.page.url()).hash, 'the token is out of the address').toBe('');
    errors.allow(/status of (422|410)/);
    await submit(wei.page, 'auth/sign_up', { name: '林薇', handle: 'wei', password: 'too short' });
    await expect(wei.page.getByRole('alert')).toBeVisible();
    await submit(wei.page, 'auth/sign_up', { password: PASSWORD });
    await wei.ready();
    await wei.room('Plans').click();
    await wei.sees('between us');

    const late = await person('Late', { enter: false });
    await late.page.goto(`${server.url}/join#${link.split('#')[1]}`);
    await submit(late.page, 'auth/sign_up', { name: 'Late', handle: 'late', password: PASSWORD });
    await expect(late.page.getByRole('alert')).toBeVisible();
  });
});
