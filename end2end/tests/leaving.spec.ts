// Entering and leaving: allowed names, leaving in one tab, and what is kept when a session ends elsewhere.
import { expect, test } from '../lib/test';

test('every tab asks to enter again when the person leaves in one, and the draft stays', async ({ person, server, errors }) => {
  errors.allow(/status of 401/);
  const ada = await person('Ada');
  const other = await ada.tab();
  await other.type('half a thought');
  await ada.menu('Sign out');
  await expect(ada.page).toHaveURL(/\/enter$/);
  const status = other.page.getByRole('status');
  await expect(status.getByText('You have been signed out.')).toBeVisible();
  await expect(other.box).toHaveValue('half a thought');

  const guest = await server.guest('Guest');
  await guest.send('not for who has left');
  await other.box.press('Enter');
  await expect(other.box, 'what cannot be sent stays').toHaveValue('half a thought');
  await expect(other.rows).toHaveCount(0);

  await status.getByRole('link', { name: 'Join again' }).click();
  await other.enterAs('Ada');
  await other.sees('not for who has left');
  await expect(other.box).toHaveValue('half a thought');
});

test('a taken or look-alike name is refused and stays in the field', async ({ person, server, errors }) => {
  errors.allow(/status of (400|409)/);
  await server.guest('Admin');
  const ada = await person('Ada', { enter: false });
  for (const name of ['Admin', 'Аdmin', 'a\u202Eb']) {
    await ada.page.goto(`${ada.url}/enter`);
    await ada.page.locator('#name').fill(name);
    await ada.page.locator('button.primary').click();
    await expect(ada.page.getByRole('alert')).toHaveText(
      name.startsWith('a\u202E')
        ? 'This name contains a character Rill cannot show. Remove it.'
        : 'This name is taken, or too close to another. Choose a different one.',
    );
    await expect(ada.page.locator('#name')).toHaveValue(name);
  }
  await ada.page.locator('#name').fill('Somebody else');
  await ada.page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
  await ada.ready();
});

test('every page redirects to the enter page without a session', async ({ person }) => {
  const ada = await person('Ada', { enter: false });
  for (const path of ['/', '/rooms', '/rooms/1', '/rooms/1/1']) {
    await ada.page.goto(ada.url + path);
    await expect(ada.page, path).toHaveURL(/\/enter$/);
  }
});

test('the start page opens the room that was visited last', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  await ada.gotoAndJoin(second);
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Second');
  await ada.reload();
  await ada.page.goto(ada.url);
  await expect(ada.page).toHaveURL(new RegExp(`/rooms/${second}$`));
  await ada.ready();
});
