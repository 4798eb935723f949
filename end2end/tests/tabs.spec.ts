// The tabs of one browser share one stream, whichever tab closes, freezes, opens late or takes over the lead.
import type { Page } from '@playwright/test';
import { Gate } from '../lib/gate';
import type { Person } from '../lib/person';
import { LOST } from '../lib/errors';
import { expect, test } from '../lib/test';

/** Records the tabs that requested a stream, in order; the last one leads. */
function watch({ context }: Person): Page[] {
  const asked: Page[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/events') asked.push(request.frame().page());
  });
  return asked;
}

/** Opens tabs up to `count`; the first one leads. */
async function open(first: Person, count: number): Promise<Person[]> {
  const tabs = [first];
  while (tabs.length < count) tabs.push(await first.tab());
  return tabs;
}

/** Sets the tab's visibility; a headless browser shows all of its tabs at once. */
async function show(page: Page, shown: boolean): Promise<void> {
  await page.evaluate((shown) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => !shown });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, shown);
}

/** Freezes the tab's scripts and returns a function that resumes them. */
async function freeze(tab: Person): Promise<() => Promise<void>> {
  const devtools = await tab.context.newCDPSession(tab.page);
  await devtools.send('Debugger.enable');
  const paused = new Promise((done) => devtools.once('Debugger.paused', done));
  await devtools.send('Debugger.pause');
  // This call is answered when the scripts resume.
  void devtools.send('Runtime.evaluate', { expression: '1' }).catch(() => undefined);
  await paused;
  return async () => {
    await devtools.send('Debugger.resume');
    await devtools.detach();
  };
}

async function allSee(tabs: Person[], texts: string[]): Promise<void> {
  for (const tab of tabs) {
    await expect.poll(() => tab.texts(), { timeout: 45_000 }).toEqual(texts);
    await expect(tab.rows.and(tab.page.locator('[id]'))).toHaveCount(texts.length);
  }
}

test('eight tabs share one stream, and all receive its messages', async ({ person, server }) => {
  const ada = await person('Ada', { enter: false });
  const asked = watch(ada);
  await ada.enter();
  const tabs = await open(ada, 8);
  await expect.poll(() => server.streams()).toBe(1);
  const guest = await server.guest('Guest');
  await guest.send('from afar');
  await allSee(tabs, ['from afar']);
  await tabs[5].send('from one of them');
  await allSee(tabs, ['from afar', 'from one of them']);
  expect(await server.streams()).toBe(1);
  expect(asked).toEqual([ada.page]);
});

test('another tab takes over without loss or duplicates when the leader closes', async ({ person, server }) => {
  const ada = await person('Ada');
  let tabs = await open(ada, 5);
  const asked = watch(ada);
  asked.push(ada.page);
  const guest = await server.guest('Guest');
  const sent: string[] = [];
  for (let turn = 1; turn <= 3; turn++) {
    await expect.poll(() => asked.length).toBe(turn);
    const leader = asked[turn - 1];
    const sending = guest.sendMany(10, `turn ${turn}, message`);
    await leader.close();
    await sending;
    tabs = tabs.filter(({ page }) => page !== leader);
    for (let n = 1; n <= 10; n++) sent.push(`turn ${turn}, message ${n}`);
    await allSee(tabs, sent);
    await expect.poll(() => server.streams()).toBe(1);
  }
  expect(tabs.length).toBe(2);
});

test('a visible tab takes over when the leader freezes, and the frozen tab follows after it resumes', async ({
  person,
  server,
}) => {
  const ada = await person('Ada');
  const tabs = await open(ada, 3);
  const asked = watch(ada);
  const guest = await server.guest('Guest');
  const wake = await freeze(ada);
  await guest.send('nobody tells');
  await show(tabs[1].page, true);
  await allSee(tabs.slice(1), ['nobody tells']);
  expect(asked).toEqual([tabs[1].page]);
  await guest.send('told by another');
  await allSee(tabs.slice(1), ['nobody tells', 'told by another']);
  await wake();
  await allSee(tabs, ['nobody tells', 'told by another']);
  await expect.poll(() => server.streams()).toBe(1);
  await guest.send('and on');
  await allSee(tabs, ['nobody tells', 'told by another', 'and on']);
  expect(asked).toEqual([tabs[1].page]);
});

test('a hidden tab takes over from a frozen leader only when it becomes visible', async ({ person, server }) => {
  const ada = await person('Ada');
  const [, other] = await open(ada, 2);
  const asked = watch(ada);
  await show(other.page, false);
  const wake = await freeze(ada);
  const guest = await server.guest('Guest');
  await guest.send('unheard');
  // The tab asks the leader and gets no answer.
  await other.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await other.page.evaluate(() => new Promise((late) => setTimeout(late, 2_500)));
  expect(asked).toEqual([]);
  expect(await other.texts()).toEqual([]);
  await show(other.page, true);
  await allSee([other], ['unheard']);
  expect(asked).toEqual([other.page]);
  await wake();
});

test('each visible tab has its own stream on plain http; a hidden tab closes it and resumes later', async ({
  person,
  server,
}) => {
  const ada = await person('Ada', { url: `http://rill.test:${new URL(server.url).port}` });
  const [, other] = await open(ada, 2);
  const guest = await server.guest('Guest');
  await expect.poll(() => server.streams()).toBe(2);
  await show(other.page, false);
  await guest.send('heard by both');
  await allSee([ada, other], ['heard by both']);
  await expect.poll(() => server.streams(), { timeout: 60_000 }).toBe(1);
  await guest.send('heard by one');
  await allSee([ada], ['heard by both', 'heard by one']);
  expect(await other.texts()).toEqual(['heard by both']);
  await show(other.page, true);
  await allSee([ada, other], ['heard by both', 'heard by one']);
  await expect.poll(() => server.streams()).toBe(2);
});

test('all tabs switch to the new person when another person enters, and the old channel carries none of their messages', async ({
  person,
  server,
  errors,
}) => {
  errors.allow(/status of 401/);
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  const tabs = await open(ada, 3);
  // A page that listens on the channel of Ada's tabs.
  const listener = await ada.context.newPage();
  await listener.goto(`${ada.url}/healthz`);
  const boot = JSON.parse(await ada.page.locator('#boot').innerText()) as {
    view: { workspace: { me: { id: number }; session: string } };
  };
  const { me, session } = boot.view.workspace;
  await listener.evaluate((name) => {
    const received: string[] = [];
    Object.assign(window, { received });
    new BroadcastChannel(name).onmessage = ({ data }) => received.push(String(data));
  }, `rill 1 ${me.id} ${session}`);
  await guest.send('for Ada');
  await allSee(tabs, ['for Ada']);
  const received = () => listener.evaluate(() => (window as unknown as { received: string[] }).received);
  await expect.poll(async () => (await received()).some((note) => note.includes('for Ada'))).toBe(true);

  const loaded = tabs.map(({ page }) => page.waitForEvent('load'));
  await listener.evaluate(async (second) => {
    const post = (path: string, fields: Record<string, string>) =>
      fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
    await post('/api/auth/enter', { name: 'Bob' });
    await post('/api/rooms/join', { room: String(second) });
  }, second);
  for (let n = 1; n <= 20; n++) await guest.send(`for Bob ${n}`, second);
  await Promise.all(loaded);
  await guest.send('for Bob 21', second);
  for (const tab of tabs) {
    await tab.ready();
    await expect(tab.page.locator('.me > summary')).toHaveAccessibleName(/Bob/);
  }
  await expect.poll(() => server.streams()).toBe(1);
  expect((await received()).filter((note) => note.includes('for Bob'))).toEqual([]);
  await tabs[2].openRoom('Second');
  await expect(tabs[2].row('for Bob 21')).toHaveCount(1);
});

for (const [source, count] of [
  ['from the leader', 5],
  ['from the server where the leader has too few', 530],
] as const) {
  test(`a tab that hydrates late receives the messages since its page was rendered, ${source}`, async ({ person, server }) => {
    const ada = await person('Ada');
    const guest = await server.guest('Guest');
    const late = await ada.context.newPage();
    const gate = await Gate.holdRequests(late, '**/*.wasm');
    await late.goto(`${ada.url}/rooms/1`, { waitUntil: 'commit' });
    await gate.arrived();
    await guest.sendMany(count);
    await expect(ada.row(`message ${count}`).last()).toBeVisible();
    const asked: string[] = [];
    late.on('request', (request) => asked.push(new URL(request.url()).pathname));
    gate.open();
    await expect(late.locator('html[data-live]')).toBeAttached();
    await expect(late.locator('li.message .body', { hasText: new RegExp(`^message ${count}$`) })).toHaveCount(1);
    const texts = await late.locator('li.message .body').allInnerTexts();
    expect(texts).toEqual(Array.from({ length: texts.length }, (_, n) => `message ${count - texts.length + n + 1}`));
    expect(asked.includes('/api/workspace/fetch'), 'the tab fetched everything again').toBe(count > 512);
    expect(await server.streams()).toBe(1);
  });
}

test('each of eight tabs has every message once when the server is killed and returns', async ({ person, server, errors }) => {
  errors.allow(LOST);
  const ada = await person('Ada');
  const tabs = await open(ada, 8);
  const guest = await server.guest('Guest');
  await guest.send('before');
  await allSee(tabs, ['before']);
  await server.kill();
  for (const tab of tabs) await expect(tab.page.getByText('Reconnecting…')).toBeVisible();
  await server.start();
  await guest.sendMany(20, 'after');
  await allSee(tabs, ['before', ...Array.from({ length: 20 }, (_, n) => `after ${n + 1}`)]);
  for (const tab of tabs) await expect(tab.page.getByRole('status').first()).toBeEmpty();
  await expect.poll(() => server.streams()).toBe(1);
});

test.describe('with a short replay', () => {
  test.use({ settings: { replay_events: 5, ring_frames: 8 } });

  test('every tab fetches the messages that cannot be replayed', async ({ person, server, errors }) => {
    errors.allow(LOST);
    const proxy = await server.proxy();
    const ada = await person('Ada', { url: proxy.url });
    const tabs = await open(ada, 4);
    const guest = await server.guest('Guest');
    proxy.cut();
    await guest.sendMany(30);
    proxy.restore();
    await tabs[2].page.evaluate(() => window.dispatchEvent(new Event('online')));
    await allSee(
      tabs,
      Array.from({ length: 30 }, (_, n) => `message ${n + 1}`),
    );
  });
});

test('the leader reconnects at once when the network returns for another tab', async ({ person, server, errors }) => {
  errors.allow(LOST);
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  const [, other] = await open(ada, 2);
  const asked = watch(ada);
  // Without timers the leader never retries by itself.
  await ada.page.evaluate(() => Object.assign(window, { setTimeout: () => 0 }));
  proxy.cut();
  await expect.poll(() => asked.length, { timeout: 45_000 }).toBeGreaterThanOrEqual(1);
  await expect(other.page.getByText('Reconnecting…')).toBeVisible();
  const guest = await server.guest('Guest');
  await guest.send('in the gap');
  proxy.restore();
  await other.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await other.sees('in the gap');
  await expect(other.page.getByText('Back online')).toBeVisible();
  expect(asked.every((page) => page === ada.page)).toBe(true);
});

test('all tabs end when the person leaves in a tab that does not lead', async ({ person, errors }) => {
  errors.allow(/status of 401/);
  const ada = await person('Ada');
  const tabs = await open(ada, 4);
  await tabs[2].menu('Sign out');
  await expect(tabs[2].page).toHaveURL(/\/enter$/);
  for (const tab of [tabs[0], tabs[1], tabs[3]]) {
    await expect(tab.page.getByRole('status').getByText('You have been signed out.')).toBeVisible();
  }
});

test('every tab offers a new build of the server', async ({ person }) => {
  const ada = await person('Ada');
  const [, other] = await open(ada, 2);
  const boot = JSON.parse(await ada.page.locator('#boot').innerText()) as {
    view: { workspace: { me: { id: number }; session: string } };
  };
  const { me, session } = boot.view.workspace;
  await other.type('a draft');
  await ada.page.evaluate((name) => new BroadcastChannel(name).postMessage('up another'), `rill 1 ${me.id} ${session}`);
  await expect(other.page.getByText('Rill was updated. Reload to use it.')).toBeVisible();
  await expect(other.box).toHaveValue('a draft');
});
