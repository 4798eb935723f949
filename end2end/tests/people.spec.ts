// The number of people in the head of a room, the page that lists them, and the page from which the workspace's are managed.
import { setUp, submit } from '../lib/accounts';
import { CHINESE, expect, PHONE, test } from '../lib/test';

const PASSWORD = 'correct horse';

test('the head counts the people of its room as they come, also in another room', async ({ person, server }) => {
  const ada = await person('Ada');
  const people = ada.page.locator('.people');
  await expect(people).toHaveAccessibleName('1 person');
  const guest = await server.guest('Guest');
  await expect(people).toHaveAccessibleName('2 people');
  await expect(people).toHaveText('2');
  const second = await guest.createRoom('Second');
  await ada.openRoom('Second');
  await expect(people).toHaveAccessibleName('2 people');
  const other = await server.guest('Other');
  await other.join(second);
  await expect(people).toHaveAccessibleName('3 people');
  await ada.room('General').click();
  await expect(people).toHaveAccessibleName('3 people');
  await ada.reload();
  await expect(people).toHaveAccessibleName('3 people');
});

for (const [how, visit] of Object.entries({
  'with JavaScript on a laptop': {},
  'without JavaScript on a phone': { ...PHONE, javaScriptEnabled: false },
})) {
  test(`a link leads to the list of people and back by keyboard, ${how}`, async ({ person, server }) => {
    for (const name of ['Grace', 'bo']) await server.guest(name);
    const ada = await person('Ada', visit);
    await ada.page.locator('.people').focus();
    await ada.page.keyboard.press('Enter');
    await expect(ada.page).toHaveURL(/\/rooms\/1\/people$/);
    await expect(ada.page).toHaveTitle('People in General · Rill');
    await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('People in General');
    await expect(ada.page.getByRole('listitem')).toHaveText([/^Ada ?you$/, 'bo', 'Grace']);
    await ada.page.keyboard.press('Tab');
    await expect(ada.page.getByRole('link', { name: 'Go back' })).toBeFocused();
    await ada.page.keyboard.press('Enter');
    await expect(ada.page).toHaveURL(/\/rooms\/1$/);
    await ada.ready();
  });
}

for (const [how, visit] of Object.entries({
  'with JavaScript': {},
  'without JavaScript on a phone': { ...PHONE, javaScriptEnabled: false },
})) {
  test(`owner finds somebody, gives a role and a recovery link, deactivates and brings back, ${how}`, async ({
    person,
    server,
    errors,
  }) => {
    errors.allow(/status of 4\d\d/);
    const ada = await person('Ada');
    await ada.page.goto(`${server.url}/settings`);
    await submit(ada.page, 'auth/claim', { handle: 'ada', password: PASSWORD });
    await ada.page.waitForURL('**/settings');
    await ada.page.goto(`${server.url}/rooms/1`);
    await ada.ready();

    const olga = await person('Olga', { enter: false, ...visit });
    const { page } = olga;
    const [link, token] = (await server.setUpLink()).split('#');
    await page.goto(link);
    await submit(page, 'setup/create', { token, workspace: 'Tea house', name: 'Olga', handle: 'olga', password: PASSWORD });
    await page.waitForURL('**/welcome');
    await page.goto(`${server.url}/settings`);
    await page.getByRole('link', { name: 'Manage people' }).click();
    await page.getByLabel('Find by name or handle').fill('aD');
    await page.getByRole('button', { name: 'Find' }).click();
    await expect(page.getByRole('listitem')).toHaveText([/Ada.*@ada/]);
    const act = async (name: string) => {
      await page.locator('li', { hasText: '@ada' }).locator('summary').click();
      await page.locator('li', { hasText: '@ada' }).getByRole('button', { name, exact: true }).click();
    };
    await act('Make admin');
    await expect(page.locator('li', { hasText: '@ada' })).toContainText('admin');
    await act('Recovery link');
    await expect(page.getByRole('heading', { name: 'Recovery link for Ada' })).toBeVisible();
    const recovery = await page.locator('#link').inputValue();
    expect(recovery).toMatch(/\/recover#[0-9a-f]{64}$/);
    expect(page.url()).not.toContain(recovery.split('#')[1]);

    const lost = await person('Ada', { enter: false, ...visit });
    await lost.page.goto(`${server.url}/sign-in`);
    await expect(lost.page.getByText('Ask an owner or admin')).toBeVisible();
    await lost.page.goto(`${server.url}/recover#${recovery.split('#')[1]}`);
    const pasted: Record<string, string> = {};
    if ('javaScriptEnabled' in visit) pasted.token = recovery.split('#')[1];
    else expect(new URL(lost.page.url()).hash, 'the token is out of the address').toBe('');
    await submit(lost.page, 'auth/recover', { ...pasted, password: 'short' });
    await expect(lost.page.getByRole('alert')).toContainText('at least 10 characters');
    await submit(lost.page, 'auth/recover', { password: 'another horse' });
    await lost.page.waitForURL('**/rooms/1');
    await expect(ada.page.locator('.notice a[href="/enter"]'), 'the other session has ended').toBeVisible();
    await lost.page.goto(`${server.url}/settings`);
    await expect(lost.page.getByText('Olga has made a recovery link')).toBeVisible();

    await page.goto(`${server.url}/admin/people`);
    await act('Deactivate');
    await expect(page.locator('li', { hasText: '@ada' })).toContainText('deactivated');
    await lost.page.goto(`${server.url}/rooms/1`);
    await lost.page.waitForURL('**/enter');
    await act('Activate');
    await expect(page.locator('li', { hasText: '@ada' })).not.toContainText('deactivated');
    await lost.page.goto(`${server.url}/sign-in`);
    await submit(lost.page, 'auth/sign_in', { login: 'ada', password: 'another horse' });
    await lost.page.waitForURL('**/rooms/1');
    await page.locator('li', { hasText: '@olga' }).locator('summary').click();
    await page.locator('li', { hasText: '@olga' }).getByRole('button', { name: 'Make member' }).click();
    await expect(page.getByRole('alert')).toContainText('You are the only owner.');
  });
}

for (const [width, colorScheme] of [
  [1280, 'light'],
  [360, 'dark'],
] as const) {
  test(`pages of people and recovery fit into ${width} pixels in both languages`, async ({ person, server }) => {
    await server.guest('Wolfeschlegelsteinhausenbergerdorff Hu');
    for (const locale of ['en', 'zh-CN']) {
      const window = { colorScheme, viewport: { width, height: 740 }, enter: false };
      const { page } = await person('Olga', locale === 'en' ? window : { ...CHINESE, ...window });
      const look = async (name: string) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${name} is not wider than the window`).toBeLessThanOrEqual(0);
      };
      await page.goto(`${server.url}/recover`);
      await look('recover');
      if (locale === 'en') await setUp(page, server);
      else {
        await page.goto(`${server.url}/sign-in`);
        await submit(page, 'auth/sign_in', { login: 'olga', password: PASSWORD });
        await page.waitForURL('**/rooms/1');
      }
      await page.goto(`${server.url}/admin/people`);
      await look('people');
      // What opens lies over the lines below, so one at a time.
      for (const summary of await page.locator('.member-acts > summary').all()) {
        await summary.click();
        await look('people');
        await summary.click();
      }
      await page.goto(`${server.url}/settings`);
      await look('settings');
    }
  });
}
