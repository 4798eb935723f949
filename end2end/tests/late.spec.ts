// The time in which a page answers and its second module is not there yet, and a second module that does not come at first.
import { Gate } from '../lib/gate';
import type { Person } from '../lib/person';
import { expect, test } from '../lib/test';

const SECOND = '**/split_live.*.wasm';

/** Waits until the first module has taken over the page. */
async function hydrated(person: Person): Promise<void> {
  await expect(person.page.locator('#message-box[data-scope]')).toBeAttached();
}

test('a message sent before the second module loads stands in the list and is stored once it has', async ({ person, server }) => {
  const ada = await person('Ada', { live: false, enter: false });
  const gate = await Gate.holdRequests(ada.page, SECOND);
  await ada.enter();
  await gate.arrived();
  await hydrated(ada);
  await ada.send('early');
  await expect(ada.row('early')).toHaveCount(1);
  await expect(ada.row('early')).not.toHaveAttribute('id', /^m\d+$/);
  gate.open();
  await ada.sees('early');
  const guest = await server.guest('Guest');
  const page = await guest.post<{ messages: unknown[] }>('/api/messages/page', { room: 1 });
  expect(page.messages).toHaveLength(1);
});

test('a room made before the second module loads is opened once it has', async ({ person }) => {
  const ada = await person('Ada', { live: false, enter: false });
  const gate = await Gate.holdRequests(ada.page, SECOND);
  await ada.enter();
  await gate.arrived();
  await hydrated(ada);
  await ada.page.locator('.new-room > summary').click();
  await ada.page.locator('#new-room').fill('Early');
  await ada.page.locator('#new-room').press('Enter');
  gate.open();
  await expect(ada.page.locator('h1')).toHaveText('Early');
});

test('the page says so when its second module does not come, and asks for it again', async ({ person, server, errors }) => {
  errors.allow(/split_live|ERR_FAILED|Failed to fetch/);
  let comes = false;
  const ada = await person('Ada', {
    live: false,
    prepare: ({ page }) => page.route(SECOND, (route) => (comes ? route.continue() : route.abort())),
  });
  await hydrated(ada);
  await expect(ada.page.locator('.status .notice')).toBeVisible();
  await ada.send('waits');
  comes = true;
  await expect(ada.page.locator('html[data-live]')).toBeAttached({ timeout: 40_000 });
  await ada.sees('waits');
  const guest = await server.guest('Guest');
  await guest.send('and hears');
  await ada.sees('and hears');
});
