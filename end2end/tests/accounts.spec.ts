// The first run, accounts and sessions, in a browser.
import { setUp, submit } from '../lib/accounts';
import { CHINESE, expect, test } from '../lib/test';

const PASSWORD = 'correct horse';

test.describe('a new workspace', () => {
  test.use({ settings: { entry: 'invite' } });

  test('owner sets up, signs out, signs in on a second device and ends that from the first', async ({
    person,
    server,
    errors,
  }) => {
    const first = await person('Olga', { enter: false });
    const { page } = first;
    await page.goto(`${server.url}/enter`);
    await expect(page.getByText('not set up yet')).toBeVisible();
    await page.goto(await server.setUpLink());
    expect(new URL(page.url()).hash, 'the token is out of the address').toBe('');
    await expect(page.locator('#token')).toBeHidden();
    await submit(page, 'setup/create', { workspace: 'Tea house', name: 'Olga', handle: 'olga', password: PASSWORD });
    await page.waitForURL('**/welcome');
    await expect(page.getByRole('heading', { name: 'Tea house' })).toBeVisible();
    await page.getByRole('link', { name: 'Go to General' }).click();
    await first.ready();
    await first.send('the first message');
    await first.menu('Sign out');
    await page.waitForURL('**/enter');
    await submit(page, 'auth/sign_in', { login: 'Olga', password: PASSWORD });
    await first.ready();
    await first.sees('the first message');

    const second = await person('Olga', { enter: false });
    await second.page.goto(`${server.url}/sign-in`);
    await submit(second.page, 'auth/sign_in', { login: 'olga', password: PASSWORD });
    await second.ready();
    await second.send('from the second device');
    await first.sees('from the second device');
    await page.locator('.me > summary').click();
    await page.locator('.me .panel').getByRole('link', { name: 'Settings' }).click();
    // The session that ends is refused from then on.
    errors.allow(/status of 401/);
    await page.getByRole('button', { name: /^End the session on/ }).click();
    await expect(page.locator('#sessions ~ ul li')).toHaveCount(1);
    await expect(second.page.locator('.notice a[href="/enter"]')).toBeVisible();
  });
});

test('who entered with a name makes an account and keeps the messages', async ({ person, server }) => {
  const ada = await person('Ada');
  await ada.send('before the account');
  await ada.sees('before the account');
  await ada.page.goto(`${server.url}/settings`);
  await submit(ada.page, 'auth/claim', { handle: 'ada', password: PASSWORD });
  await expect(ada.page.getByText('Current password')).toBeVisible();
  await ada.goto('/rooms/1');
  await ada.menu('Sign out');
  await ada.page.waitForURL('**/enter');
  await ada.page.getByRole('link', { name: 'Sign in' }).click();
  await submit(ada.page, 'auth/sign_in', { login: 'ada', password: PASSWORD });
  await ada.ready();
  await ada.sees('before the account');
  await expect(ada.row('before the account').locator('form[action="/api/messages/delete"], .tools')).not.toHaveCount(0);
});

test('accounts work without JavaScript', async ({ person, server, errors }) => {
  errors.allow(/status of 4\d\d/);
  const { page } = await person('Olga', { enter: false, javaScriptEnabled: false });
  const [link, token] = (await server.setUpLink()).split('#');
  await page.goto(link);
  const fields = { token, workspace: 'Tea house', name: 'Olga', handle: 'olga', password: 'short' };
  await submit(page, 'setup/create', fields);
  await expect(page.getByRole('alert')).toContainText('at least 10 characters');
  await submit(page, 'setup/create', { password: PASSWORD });
  await page.waitForURL('**/welcome');
  await page.goto(`${server.url}/settings`);
  await submit(page, 'people/update', { name: 'Olga Maria' });
  await page.waitForURL('**/settings');
  await expect(page.locator('#name')).toHaveValue('Olga Maria');
  await page.goto(`${server.url}/rooms/1`);
  await page.locator('.me > summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(`${server.url}/sign-in`);
  await submit(page, 'auth/sign_in', { login: 'olga', password: 'wrong password' });
  await expect(page.getByRole('alert')).toContainText('Handle or password is wrong.');
  await submit(page, 'auth/sign_in', { password: PASSWORD });
  await page.waitForURL('**/rooms/1');
});

for (const [width, colorScheme] of [
  [1280, 'light'],
  [360, 'dark'],
] as const) {
  test(`pages about accounts fit into ${width} pixels in both languages`, async ({ person, server, errors }) => {
    errors.allow(/status of 404/);
    for (const locale of ['en', 'zh-CN']) {
      const window = { colorScheme, viewport: { width, height: 740 }, enter: false };
      const visit = locale === 'en' ? window : { ...CHINESE, ...window };
      const { page } = await person('Olga', visit);
      const look = async (name: string) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${name} is not wider than the window`).toBeLessThanOrEqual(0);
      };
      await page.goto(`${server.url}/enter`);
      await look('enter');
      if (locale === 'en') {
        await page.goto(await server.setUpLink());
        await look('setup');
        await page.goto((await server.setUpLink()).split('#')[0]);
        await look('setup-key');
        await setUp(page, server);
      } else {
        await page.goto(`${server.url}/sign-in`);
        await submit(page, 'auth/sign_in', { login: 'olga', password: PASSWORD });
        await page.waitForURL('**/rooms/1');
      }
      await page.goto(`${server.url}/welcome`);
      await look('welcome');
      await page.goto(`${server.url}/settings`);
      await look('settings');
      await page.context().clearCookies();
      await page.goto(`${server.url}/sign-in`);
      await look('sign-in');
      const guest = await person('Mei', visit);
      await guest.page.goto(`${server.url}/enter`);
      await submit(guest.page, 'auth/enter', { name: `Mei ${locale}` });
      await guest.page.waitForURL('**/rooms/1');
      await guest.page.goto(`${server.url}/settings`);
    }
  });
}
