// Owns: what happens when the line breaks or the server dies: little is said, nothing is lost, nothing comes twice.
import { LOST } from '../lib/quiet';
import { expect, test } from '../lib/test';

test('a broken line is mentioned only when it lasts, and so is its return', async ({ person, server, quiet }) => {
  quiet.allow(LOST);
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  const said: string[] = [];
  await ada.page.exposeFunction('tell', (words: string) => said.push(words));
  await ada.page.evaluate(() => {
    const status = document.querySelector('.status') as HTMLElement;
    const tell = (window as unknown as { tell: (words: string) => void }).tell;
    new MutationObserver(() => tell(status.innerText.trim())).observe(status, { childList: true, subtree: true, characterData: true });
  });
  const status = ada.page.getByRole('status');
  const top = () => ada.box.evaluate((box) => box.getBoundingClientRect().top);
  const before = await top();
  line.cut();
  await expect(status.getByText('Reconnecting…')).toBeVisible();
  expect(await top(), 'the line lies over the page and pushes nothing').toBe(before);
  line.mend();
  await expect(status.getByText('Back online')).toBeVisible({ timeout: 45_000 });
  await expect(status).toBeEmpty();
  expect(said.filter(Boolean)).toEqual(['Reconnecting…', 'Back online']);
});

test('a break that heals at once is not mentioned', async ({ person, server, quiet }) => {
  quiet.allow(LOST);
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  const guest = await server.guest('Guest');
  await ada.page.evaluate(() => {
    const status = document.querySelector('.status') as HTMLElement;
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => seen.push(status.innerText.trim())).observe(status, { childList: true, subtree: true, characterData: true });
  });
  line.cut();
  await expect.poll(() => line.streams).toBe(0);
  await guest.send('said in the gap');
  line.mend();
  // The browser comes back by itself within the time the server drew, at most five seconds; `online` makes it now.
  await ada.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await ada.sees('said in the gap');
  expect(await ada.page.evaluate(() => (window as unknown as { seen: string[] }).seen.filter(Boolean))).toEqual([]);
});

test('everything missed during a break and a restart of the server comes once, in order', async ({ person, server, quiet }) => {
  quiet.allow(LOST);
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  const guest = await server.guest('Guest');
  await guest.send('before');
  await ada.sees('before');
  line.cut();
  await guest.sendMany(20, 'early');
  await server.restart();
  await guest.sendMany(20, 'late');
  line.mend();
  await expect(ada.row('late 20')).toHaveCount(1, { timeout: 45_000 });
  const numbers = Array.from({ length: 20 }, (_, n) => n + 1);
  expect(await ada.texts()).toEqual(['before', ...numbers.map((n) => `early ${n}`), ...numbers.map((n) => `late ${n}`)]);
  await ada.send('and on it goes');
  await ada.sees('and on it goes');
});

test('the server killed in the middle of a send: the message is there once, and the stream comes back', async ({ person, server, quiet }) => {
  quiet.allow(LOST);
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

test('the server killed after it has stored a message: it is confirmed by itself, and stands there once', async ({ person, server, quiet }) => {
  quiet.allow(LOST, /ERR_FAILED/);
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
  // The echo may come before the end; then the row is confirmed already, and that is as good.
  await ada.send('stored, then dark');
  await dark;
  await server.start();
  await expect(ada.row('stored, then dark')).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  await expect(ada.page.getByText('Not sent')).toHaveCount(0);
  await ada.reload();
  expect(await ada.texts()).toEqual(['before', 'stored, then dark']);
});

test('a page taken from the back-forward cache or left alone is current again without a reload', async ({ person, server }) => {
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
