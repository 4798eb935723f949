// Prints how fast the browser is at 4× CPU throttling, as series. Only outcomes are expected, never times;
// docs/performance.md has the figures.
import type { CDPSession, Page } from '@playwright/test';
import { atEnd, scrollEnded } from '../lib/scroll';
import type { Person } from '../lib/person';
import { expect, test } from '../lib/test';

/** Runs of each series. */
const RUNS = Number(process.env.SPEED_RUNS ?? 5);
const SLOWER = 4;

/** Prints a series of milliseconds. */
function print(name: string, times: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const [median, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1) ?? 0];
  const all = times.map(Math.round).join(' ');
  console.log(`speed: ${name.padEnd(44)} median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms (${all})`);
}

async function throttle(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  return session;
}

/** Notes long tasks, and for each key or click the time from the event to the first frame after `due()` holds. */
function observe(): void {
  const tasks: number[] = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
    type: 'longtask',
    buffered: true,
  });
  const state = {
    tasks,
    /** Does `act` and returns the time until the first frame has been painted in which `due` finds its element. */
    measure: async (act: () => void, due: string, row: string) => {
      const start = performance.now();
      tasks.length = 0;
      act();
      const painted = await new Promise<number>((done) => {
        const look = () => {
          const found = [...document.querySelectorAll(due)].at(-1)?.textContent?.includes(row);
          // A message posted in a frame is taken after it has been painted.
          if (found) setTimeout(() => done(performance.now()), 0);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      // What is put off to later tasks counts as well.
      await new Promise((next) => setTimeout(next, 1_000));
      return { painted: painted - start, longest: Math.max(0, ...tasks) };
    },
  };
  Object.assign(window, { speed: state });
}

type Measured = { painted: number; longest: number };
type Speed = { tasks: number[]; measure(act: () => void, due: string, row: string): Promise<Measured> };

/** Presses the link of a room and waits for the frame that shows `row`. */
async function change(person: Person, room: string, row: string): Promise<Measured> {
  return await person.page.evaluate(
    async ([room, row]) => {
      const links = [...document.querySelectorAll<HTMLElement>('.side a.room')];
      const link = links.find((link) => link.textContent?.includes(room)) as HTMLElement;
      return await (window as unknown as { speed: Speed }).speed.measure(() => link.click(), 'li.message .body', row);
    },
    [room, row],
  );
}

/** Scrolls up until `count` messages are loaded, and back to the end. */
async function load(person: Person, count: number): Promise<void> {
  while ((await person.rows.count()) < count) {
    const before = await person.rows.count();
    await person.list.evaluate((list) => list.scrollTo({ top: -list.scrollHeight }));
    await expect.poll(() => person.rows.count()).toBeGreaterThan(before);
  }
  await person.list.evaluate((list) => list.scrollTo({ top: 0 }));
  await scrollEnded(person);
  await atEnd(person);
}

/** A text with some markup, different in length. */
const text = (n: number) => `line ${n} ${'of some words '.repeat(1 + (n % 7))}${n % 5 === 0 ? 'and **strong** and `code`' : ''}`;

test.describe.configure({ mode: 'serial' });

test('speed of a long room: coming back to it and sending in it', async ({ person, server }) => {
  const guests = [await server.guest('Grace'), await server.guest('Lin')];
  const other = await guests[0].createRoom('Other');
  for (let n = 1; n <= 14; n++) await guests[0].send(`short ${n}`, other);
  for (let n = 1; n <= 300; n++) await guests[n % 4 === 0 ? 1 : 0].send(text(n));
  const ada = await person('Ada', { prepare: ({ page }) => page.addInitScript(observe) });
  await atEnd(ada);
  await load(ada, 300);
  await ada.openRoom('Other');
  await ada.sees('short 14');
  await ada.room('General').click();
  await ada.sees('line 300');
  await throttle(ada.page);
  const [back, backTask, away, awayTask]: number[][] = [[], [], [], []];
  for (let run = 0; run < RUNS; run++) {
    const left = await change(ada, 'Other', 'short 14');
    away.push(left.painted);
    awayTask.push(left.longest);
    const came = await change(ada, 'General', 'line 300');
    back.push(came.painted);
    backTask.push(came.longest);
    await expect(ada.rows).toHaveCount(300);
    await atEnd(ada);
  }
  print('back to 300 messages, click to frame', back);
  print('back to 300 messages, longest task', backTask);
  print('to 14 messages, click to frame', away);
  print('to 14 messages, longest task', awayTask);

  const [sent, sentTask]: number[][] = [[], []];
  for (let run = 0; run < RUNS * 2; run++) {
    await ada.type(`sent ${run}`);
    const { painted, longest } = await ada.page.evaluate(async (row) => {
      const box = document.querySelector('#message-box') as HTMLElement;
      const enter = () => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      return await (window as unknown as { speed: Speed }).speed.measure(enter, 'li.message .body', row);
    }, `sent ${run}`);
    sent.push(painted);
    sentTask.push(longest);
    await ada.sees(`sent ${run}`);
  }
  print('send with 300 messages, key to frame', sent);
  print('send with 300 messages, longest task', sentTask);
});

test('speed of the first load of a room page with 50 messages', async ({ person, server }) => {
  const guests = [await server.guest('Grace'), await server.guest('Lin')];
  for (let n = 1; n <= 60; n++) await guests[n % 4 === 0 ? 1 : 0].send(text(n));
  const ada = await person('Ada', { prepare: ({ page }) => page.addInitScript(observe) });
  await throttle(ada.page);
  const [longest, blocking, live]: number[][] = [[], [], []];
  for (let run = 0; run < RUNS; run++) {
    await ada.page.goto('about:blank');
    await ada.goto('/rooms/1');
    live.push(await ada.page.evaluate(() => performance.now()));
    await ada.page.waitForTimeout(1_000);
    const tasks = await ada.page.evaluate(() => (window as unknown as { speed: Speed }).speed.tasks);
    longest.push(Math.max(0, ...tasks));
    blocking.push(tasks.reduce((sum, task) => sum + task - 50, 0));
    await ada.sees('line 60');
    await expect(ada.rows).toHaveCount(50);
  }
  print('first load, longest task', longest);
  print('first load, total blocking time', blocking);
  print('first load, until hydrated', live);
});
