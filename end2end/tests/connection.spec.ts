// Broken connections and server crashes: the page shows little, loses nothing and shows nothing twice.
import { LOST } from '../lib/errors';
import { Gate } from '../lib/gate';
import { expect, test } from '../lib/test';

test('the status line reports a broken connection when it lasts, and its return', async ({ person, server, errors }) => {
  errors.allow(LOST);
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  const texts: string[] = [];
  await ada.page.exposeFunction('tell', (words: string) => texts.push(words));
  await ada.page.evaluate(() => {
    const status = document.querySelector('.status') as HTMLElement;
    const tell = (window as unknown as { tell: (words: string) => void }).tell;
    new MutationObserver(() => tell(status.innerText.trim())).observe(status, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  const status = ada.page.locator('.status');
  const top = () => ada.box.evaluate((box) => box.getBoundingClientRect().top);
  const before = await top();
  proxy.cut();
  await expect(status.getByText('Reconnecting…')).toBeVisible();
  expect(await top(), 'the status line overlays the page').toBe(before);
  proxy.restore();
  await expect(status.getByText('Back online')).toBeVisible({ timeout: 45_000 });
  await expect(status).toBeEmpty();
  expect(texts.filter(Boolean)).toEqual(['Reconnecting…', 'Back online']);
});

test('the status line stays empty when the connection returns at once', async ({ person, server, errors }) => {
  errors.allow(LOST);
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  const guest = await server.guest('Guest');
  await ada.page.evaluate(() => {
    const status = document.querySelector('.status') as HTMLElement;
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => seen.push(status.innerText.trim())).observe(status, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  proxy.cut();
  await expect.poll(() => proxy.streams).toBe(0);
  await guest.send('said in the gap');
  proxy.restore();
  // The browser reconnects within five seconds by itself; `online` makes it reconnect now.
  await ada.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await ada.sees('said in the gap');
  expect(await ada.page.evaluate(() => (window as unknown as { seen: string[] }).seen.filter(Boolean))).toEqual([]);
});

test('missed messages arrive once and in order after a break and a restart', async ({ person, server, errors }) => {
  errors.allow(LOST);
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  const guest = await server.guest('Guest');
  await guest.send('before');
  await ada.sees('before');
  proxy.cut();
  await guest.sendMany(20, 'early');
  await server.restart();
  await guest.sendMany(20, 'late');
  proxy.restore();
  await expect(ada.row('late 20')).toHaveCount(1, { timeout: 45_000 });
  const numbers = Array.from({ length: 20 }, (_, n) => n + 1);
  expect(await ada.texts()).toEqual(['before', ...numbers.map((n) => `early ${n}`), ...numbers.map((n) => `late ${n}`)]);
  await ada.send('and on it goes');
  await ada.sees('and on it goes');
});

test('a message is stored once when the server is killed during the send, and the stream returns', async ({
  person,
  server,
  errors,
}) => {
  errors.allow(LOST);
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.send('before the crash');
  await lin.sees('before the crash');
  server.pause();
  await ada.send('in the middle of it');
  await expect(ada.row('in the middle of it')).toHaveClass(/pending/);
  await server.kill();
  await server.start();
  await expect(ada.row('in the middle of it')).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  await expect(lin.row('in the middle of it')).toHaveCount(1, { timeout: 45_000 });
  await lin.send('you are back');
  await expect(ada.row('you are back')).toHaveCount(1, { timeout: 45_000 });
  for (const someone of [ada, lin]) {
    await someone.reload();
    expect(await someone.texts()).toEqual(['before the crash', 'in the middle of it', 'you are back']);
  }
});

test('a message is confirmed once when the server is killed after storing it', async ({ person, server, errors }) => {
  errors.allow(LOST, /ERR_FAILED/);
  const ada = await person('Ada');
  await ada.send('before');
  await ada.sees('before');
  const dark = new Promise<void>((done) => {
    void ada.page.route('**/api/messages/send', async (route) => {
      await route.fetch();
      await server.kill();
      await route.abort();
      done();
    });
  });
  // The echo may arrive before the kill and confirm the row already, which is fine.
  await ada.send('stored, then dark');
  await dark;
  await server.start();
  await expect(ada.row('stored, then dark')).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  await expect(ada.page.getByText('Not sent')).toHaveCount(0);
  await ada.reload();
  expect(await ada.texts()).toEqual(['before', 'stored, then dark']);
});

test('a page is current when the reader goes back to it', async ({ person, server }) => {
  const ada = await person('Ada');
  await ada.send('before I go');
  await ada.sees('before I go');
  await ada.page.goto(`${ada.url}/healthz`);
  const guest = await server.guest('Guest');
  await guest.send('while you were away');
  await ada.page.goBack();
  await ada.ready();
  await ada.sees('while you were away');
  expect(await ada.texts()).toEqual(['before I go', 'while you were away']);
});

test('the browser says that it is offline, and the page says so at once', async ({ person, errors }) => {
  errors.allow(LOST);
  const ada = await person('Ada');
  const status = ada.page.getByRole('status');
  await ada.context.setOffline(true);
  await expect(status.getByText('Reconnecting…')).toBeVisible();
  await expect(ada.page.locator('.keys')).toHaveClass(/offline/);
  await ada.context.setOffline(false);
  await expect(status.getByText('Back online')).toBeVisible({ timeout: 45_000 });
  await expect(ada.page.locator('.keys')).not.toHaveClass(/offline/);
  await ada.send('and on it goes');
  await ada.sees('and on it goes');
});

test('a message without an answer shows that the server is frozen', async ({ person, server, errors }) => {
  errors.allow(LOST);
  const ada = await person('Ada');
  const status = ada.page.getByRole('status');
  server.pause();
  await ada.send('into the ice');
  await expect(status.getByText('Reconnecting…')).toBeVisible({ timeout: 20_000 });
  server.resume();
  await expect(status.getByText('Reconnecting…')).toHaveCount(0, { timeout: 45_000 });
  await ada.sees('into the ice');
});

test.describe('with a short replay', () => {
  test.use({ settings: { replay_events: 5, ring_frames: 8 } });

  test('missed changes that cannot be fetched are not passed over in silence', async ({ person, server, errors }) => {
    errors.allow(LOST);
    const proxy = await server.proxy();
    const ada = await person('Ada', { url: proxy.url });
    const guest = await server.guest('Guest');
    const gate = await Gate.holdRequests(ada.page, '**/api/workspace/fetch');
    proxy.cut();
    await guest.sendMany(30);
    proxy.restore();
    await gate.arrived();
    const status = ada.page.getByRole('status');
    await expect(status.getByText('Reconnecting…')).toBeVisible({ timeout: 20_000 });
    // The stream is there again, and what it says does not make good what was missed.
    await expect.poll(() => server.streams()).toBe(1);
    await guest.send('meanwhile');
    await expect(ada.page.locator('[role=log]')).toContainText('meanwhile');
    await expect(status.getByText('Reconnecting…')).toBeVisible();
    gate.open();
    await expect(status.getByText('Reconnecting…')).toHaveCount(0, { timeout: 45_000 });
    await ada.sees('meanwhile');
  });
});
