// Owns: the tabs of one browser: one stream for all of them, whoever of them closes, is stuck, comes late or changes hands.
import type { Page } from '@playwright/test';
import { Gate } from '../lib/gate';
import type { Person } from '../lib/person';
import { LOST } from '../lib/quiet';
import { expect, test } from '../lib/test';

/** Which of the person's tabs have asked for a stream, in order: the last one leads. */
function watch({ context }: Person): Page[] {
  const asked: Page[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/events') asked.push(request.frame().page());
  });
  return asked;
}

/** A person in `count` tabs, the first of which leads. */
async function open(first: Person, count: number): Promise<Person[]> {
  const tabs = [first];
  while (tabs.length < count) tabs.push(await first.tab());
  return tabs;
}

/** Says that the tab is seen, or is not; a headless browser shows all of its tabs at once. */
async function show(page: Page, shown: boolean): Promise<void> {
  await page.evaluate((shown) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => !shown });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, shown);
}

/** Nothing runs in the tab any more, until what this answers is called. */
async function freeze(tab: Person): Promise<() => Promise<void>> {
  const devtools = await tab.context.newCDPSession(tab.page);
  await devtools.send('Debugger.enable');
  const paused = new Promise((done) => devtools.once('Debugger.paused', done));
  await devtools.send('Debugger.pause');
  // It is answered once it may run on.
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

test('eight tabs have one stream between them, and all of them hear', async ({ person, server }) => {
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

test('the leader closes: another tab takes over, and nobody misses or doubles what is said meanwhile', async ({ person, server }) => {
  const ada = await person('Ada');
  let tabs = await open(ada, 5);
  const asked = watch(ada);
  asked.push(ada.page);
  const guest = await server.guest('Guest');
  const said: string[] = [];
  for (let turn = 1; turn <= 3; turn++) {
    await expect.poll(() => asked.length).toBe(turn);
    const leader = asked[turn - 1];
    const sending = guest.sendMany(10, `turn ${turn}, message`);
    await leader.close();
    await sending;
    tabs = tabs.filter(({ page }) => page !== leader);
    for (let n = 1; n <= 10; n++) said.push(`turn ${turn}, message ${n}`);
    await allSee(tabs, said);
    await expect.poll(() => server.streams()).toBe(1);
  }
  expect(tabs.length).toBe(2);
});

test('the leader is frozen: a tab that is seen takes the lead, and the frozen one follows when it wakes', async ({ person, server }) => {
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

test('a hidden tab never takes the lead from a frozen one; once it is seen it does', async ({ person, server }) => {
  const ada = await person('Ada');
  const [, other] = await open(ada, 2);
  const asked = watch(ada);
  await show(other.page, false);
  const wake = await freeze(ada);
  const guest = await server.guest('Guest');
  await guest.send('unheard');
  // It asks, and waits for no answer.
  await other.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await other.page.evaluate(() => new Promise((late) => setTimeout(late, 2_500)));
  expect(asked).toEqual([]);
  expect(await other.texts()).toEqual([]);
  await show(other.page, true);
  await allSee([other], ['unheard']);
  expect(asked).toEqual([other.page]);
  await wake();
});

test('on plain http each tab that is seen has a stream, a hidden one gives it up and catches up once it is seen', async ({ person, server }) => {
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

test('somebody else enters in one tab: all tabs become theirs, and what is theirs was never told to the tabs before', async ({ person, server, quiet }) => {
  quiet.allow(/status of 401/);
  const guest = await server.guest('Guest');
  const second = await guest.createRoom('Second');
  const ada = await person('Ada');
  const tabs = await open(ada, 3);
  // A page that listens where Ada's tabs talk.
  const ear = await ada.context.newPage();
  await ear.goto(`${ada.url}/healthz`);
  const boot = JSON.parse(await ada.page.locator('#boot').innerText()) as { view: { workspace: { me: { id: number }; session: string } } };
  const { me, session } = boot.view.workspace;
  await ear.evaluate((name) => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    new BroadcastChannel(name).onmessage = ({ data }) => heard.push(String(data));
  }, `rill 1 ${me.id} ${session}`);
  await guest.send('for Ada');
  await allSee(tabs, ['for Ada']);
  const heard = () => ear.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await expect.poll(async () => (await heard()).some((note) => note.includes('for Ada'))).toBe(true);

  const loaded = tabs.map(({ page }) => page.waitForEvent('load'));
  await ear.evaluate(async (second) => {
    const post = (path: string, fields: Record<string, string>) => fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
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
  expect((await heard()).filter((note) => note.includes('for Bob'))).toEqual([]);
  await tabs[2].room('Second').click();
  await expect(tabs[2].row('for Bob 21')).toHaveCount(1);
});

for (const [much, count] of [
  ['what the leader still has', 5],
  ['more than the leader keeps', 530],
] as const) {
  test(`a tab that comes alive late has what was said since its page was made: ${much}`, async ({ person, server }) => {
    const ada = await person('Ada');
    const guest = await server.guest('Guest');
    const late = await ada.context.newPage();
    const gate = await Gate.before(late, '**/*.wasm');
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
    expect(asked.includes('/rooms/1'), 'it fetched the page anew').toBe(count > 512);
    expect(await server.streams()).toBe(1);
  });
}

test('the server is killed and comes back: each of eight tabs has everything once', async ({ person, server, quiet }) => {
  quiet.allow(LOST);
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

test.describe('where the server replays little', () => {
  test.use({ settings: { replay_events: 5, ring_frames: 8 } });

  test('what cannot be replayed is fetched by every tab', async ({ person, server, quiet }) => {
    quiet.allow(LOST);
    const line = await server.line();
    const ada = await person('Ada', { url: line.url });
    const tabs = await open(ada, 4);
    const guest = await server.guest('Guest');
    line.cut();
    await guest.sendMany(30);
    line.mend();
    await tabs[2].page.evaluate(() => window.dispatchEvent(new Event('online')));
    await allSee(tabs, Array.from({ length: 30 }, (_, n) => `message ${n + 1}`));
  });
});

test('the network comes back for a tab that does not lead: the leader connects at once', async ({ person, server, quiet }) => {
  quiet.allow(LOST);
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  const [, other] = await open(ada, 2);
  const asked = watch(ada);
  // Without its timers the leader would never try again by itself.
  await ada.page.evaluate(() => Object.assign(window, { setTimeout: () => 0 }));
  line.cut();
  await expect.poll(() => asked.length, { timeout: 45_000 }).toBeGreaterThanOrEqual(1);
  await expect(other.page.getByText('Reconnecting…')).toBeVisible();
  const guest = await server.guest('Guest');
  await guest.send('in the gap');
  line.mend();
  await other.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await other.sees('in the gap');
  await expect(other.page.getByText('Back online')).toBeVisible();
  expect(asked.every((page) => page === ada.page)).toBe(true);
});

test('leaving in one tab ends all of them, also where another one leads', async ({ person, quiet }) => {
  quiet.allow(/status of 401/);
  const ada = await person('Ada');
  const tabs = await open(ada, 4);
  await tabs[2].menu('Leave');
  await expect(tabs[2].page).toHaveURL(/\/enter$/);
  for (const tab of [tabs[0], tabs[1], tabs[3]]) {
    await expect(tab.page.getByRole('status').getByText('Your session has ended.')).toBeVisible();
  }
});

test('a new build of the server is offered in every tab', async ({ person }) => {
  const ada = await person('Ada');
  const [, other] = await open(ada, 2);
  const boot = JSON.parse(await ada.page.locator('#boot').innerText()) as { view: { workspace: { me: { id: number }; session: string } } };
  const { me, session } = boot.view.workspace;
  await other.type('a draft');
  await ada.page.evaluate((name) => new BroadcastChannel(name).postMessage('up another'), `rill 1 ${me.id} ${session}`);
  await expect(other.page.getByText('A new version is ready.')).toBeVisible();
  await expect(other.box).toHaveValue('a draft');
});
