// The scroll anchor holds when sizes change, when messages arrive, and after the reader returns to a room.
import { LOST } from '../lib/errors';
import { atEnd, anchorRow, fromEnd, moved, scrollEnded, wheel } from '../lib/scroll';
import { expect, PHONE, test } from '../lib/test';

const heading = { level: 1 } as const;

test('the scroll anchor holds when the message box grows or the window is resized', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  for (let n = 1; n <= 120; n++) await guest.send(`message ${n} `.repeat(1 + (n % 12) * 4));
  const ada = await person('Ada');
  await wheel(ada, -1_500);
  const anchor = await anchorRow(ada);
  for (const text of ['a\nb\nc\nd\ne\nf', 'a\nb', '']) {
    await ada.type(text);
    expect(await moved(ada, anchor), `the box with ${text.length} characters`).toBeLessThanOrEqual(1);
  }
  for (const size of [
    { width: 1280, height: 500 },
    { width: 1280, height: 900 },
    { width: 760, height: 900 },
    { width: 1600, height: 700 },
  ]) {
    await ada.page.setViewportSize(size);
    expect(await moved(ada, anchor), `${size.width}×${size.height}`).toBeLessThanOrEqual(1);
  }
});

test('the scroll anchor holds when rows above or below change height', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const sent = await guest.sendMany(80);
  const ada = await person('Ada');
  await wheel(ada, -700);
  const anchor = await anchorRow(ada);
  const near = sent.findIndex(({ id }) => `m${id}` === anchor.id);
  for (const by of [-20, -1, 1, 3, 20]) {
    const row = sent[near + by];
    for (const height of ['400px', '30px', '']) {
      // As a picture that loads late, and one that disappears.
      await ada.page
        .locator(`#m${row.id}`)
        .evaluate((row, height) => void ((row as HTMLElement).style.minHeight = height), height);
      expect(await moved(ada, anchor), `${by} rows from the anchor, ${height}`).toBeLessThanOrEqual(1);
    }
  }
  await ada.list.evaluate((list) => list.scrollTo({ top: 0 }));
  await atEnd(ada);
  await ada.rows.last().evaluate((row) => void ((row as HTMLElement).style.minHeight = '300px'));
  await atEnd(ada);
});

test('a focused message stays in the list when the reader scrolls far away, and leaves after it loses focus', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(500);
  const ada = await person('Ada');
  await atEnd(ada);
  await ada.row('message 495').locator('article').focus();
  const focused = () => ada.page.evaluate(() => document.activeElement?.querySelector('.body')?.textContent ?? '');
  while ((await ada.rows.count()) <= 320) {
    const before = await ada.rows.count();
    await ada.list.evaluate((list) => list.scrollTo({ top: -list.scrollHeight }));
    await expect.poll(() => ada.rows.count()).toBeGreaterThan(before);
  }
  expect(await focused()).toBe('message 495');
  await ada.box.focus();
  await guest.send('one more');
  await wheel(ada, 10);
  await expect.poll(() => ada.rows.count()).toBeLessThanOrEqual(320);
  await expect(ada.row('message 495')).toHaveCount(0);
});

test('selected text stays selected when the loaded window moves on', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(300);
  const ada = await person('Ada');
  await atEnd(ada);
  await ada.page.evaluate(() => {
    const bodies = [...document.querySelectorAll('li.message .body')].slice(-6, -3);
    document.getSelection()?.setBaseAndExtent(bodies[0], 0, bodies[2], 1);
  });
  const selected = () =>
    ada.page.evaluate(() =>
      document
        .getSelection()
        ?.toString()
        .match(/message \d+/g),
    );
  const words = ['message 295', 'message 296', 'message 297'];
  expect(await selected()).toEqual(words);
  while ((await ada.page.locator('.beginning').count()) === 0) {
    await ada.list.evaluate((list) => list.scrollTo({ top: -list.scrollHeight }));
    await scrollEnded(ada);
  }
  await guest.sendMany(60, 'new');
  await ada.list.evaluate((list) => list.scrollTo({ top: 0 }));
  await ada.sees('new 60');
  expect(await selected()).toEqual(words);
});

test('a room keeps its scroll position when the reader leaves and returns, also far up in the history', async ({
  person,
  server,
  errors,
}) => {
  errors.allow(LOST);
  const guest = await server.guest('Guest');
  await guest.createRoom('Second');
  await guest.sendMany(700);
  const ada = await person('Ada');
  await atEnd(ada);
  const first = async () => Number((await ada.rows.first().locator('.body').innerText()).replace('message ', ''));
  while ((await first()) > 200) {
    await ada.list.evaluate((list) => list.scrollTo({ top: -list.scrollHeight }));
    await scrollEnded(ada);
  }
  await expect(ada.row('message 700'), 'the window does not reach the end any more').toHaveCount(0);
  await wheel(ada, 300);
  const anchor = await anchorRow(ada);
  const away = async () => {
    await ada.openRoom('Second');
    await expect(ada.page.getByRole('heading', heading)).toHaveText('Second');
  };
  const back = async () => {
    await ada.room('General').click();
    await expect(ada.page.getByRole('heading', heading)).toHaveText('General');
    await expect(ada.page.locator(`#${anchor.id}`)).toBeVisible();
  };
  await away();
  await back();
  expect(await moved(ada, anchor)).toBeLessThanOrEqual(1);
  // The same holds when the page has to fetch the messages again.
  await away();
  await server.kill();
  await server.start();
  await guest.send('after it');
  await back();
  expect(await moved(ada, anchor)).toBeLessThanOrEqual(1);
  await ada.room('General').click();
  await ada.sees('after it');
  await atEnd(ada);
});

test('a scroll counts before its event arrives: a new message is neither followed nor counted as seen', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(120);
  const ada = await person('Ada');
  await atEnd(ada);
  await ada.page.evaluate(() => {
    const kept = { back: false };
    // As on a busy page: the list has scrolled and its event is delayed.
    addEventListener('scroll', (event) => kept.back && event.stopImmediatePropagation(), true);
    Object.assign(window, { kept });
  });
  const keepBack = (back: boolean) =>
    ada.page.evaluate((back) => void Object.assign((window as unknown as { kept: object }).kept, { back }), back);
  /** The message arrives after the scroll and before its event. */
  const scrollTo = async (top: number, text: string, arrived: () => Promise<void>) => {
    await keepBack(true);
    await ada.list.evaluate((list, top) => {
      list.scrollTo({ top });
      // Blocks the page.
      const until = performance.now() + 50;
      while (performance.now() < until);
    }, top);
    await guest.send(text);
    await arrived();
    await keepBack(false);
    await ada.list.evaluate((list) => list.dispatchEvent(new Event('scroll')));
  };
  for (let n = 1; n <= 5; n++) {
    const pill = ada.page.getByRole('link', { name: '1 new message', exact: true });
    await scrollTo(-600, `in between ${n}\n\nof two lines`, () => expect(pill).toBeVisible());
    await scrollEnded(ada);
    await expect(pill).toBeVisible();
    expect(await fromEnd(ada), 'it grew below').toBeGreaterThan(600);
    // The reverse: the list is at its end again, and a message arrives before that event.
    await scrollTo(0, `at the end ${n}\n\nof two lines`, () => ada.sees(`at the end ${n}`));
    await atEnd(ada);
    await expect(ada.page.locator('.pill')).toHaveCount(0);
  }
});

test('a slow scroll leaves the end of the list while messages arrive quickly', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(120);
  const ada = await person('Ada');
  await atEnd(ada);
  let running = true;
  const sending = (async () => {
    for (let n = 1; running; n++) await guest.send(`pour ${n}`);
  })();
  await ada.list.hover();
  for (let step = 0; step < 60; step++) await ada.page.mouse.wheel(0, -4);
  running = false;
  await sending;
  await expect(ada.page.locator('.pill')).toBeVisible();
  expect(await fromEnd(ada)).toBeGreaterThan(48);
});

test('the list changes at most once a frame when two hundred messages arrive at once', async ({ person, server }) => {
  const guests = await Promise.all(['G1', 'G2', 'G3', 'G4'].map((name) => server.guest(name)));
  const ada = await person('Ada');
  await ada.page.evaluate(() => {
    const list = document.querySelector('.list > ol') as Element;
    const seen = { drawing: false, frame: 0, at: null as CSSNumberish | null, most: 0, changes: 0 };
    new MutationObserver((records) => {
      if (seen.drawing || !records.some((record) => record.target === list)) return;
      // All mutations of one task count as one change.
      seen.drawing = true;
      setTimeout(() => (seen.drawing = false));
      seen.changes++;
      // This clock does not advance within a frame.
      const now = document.timeline.currentTime;
      seen.frame = now === seen.at ? seen.frame + 1 : 1;
      seen.at = now;
      seen.most = Math.max(seen.most, seen.frame);
    }).observe(list, { childList: true });
    Object.assign(window, { seen });
  });
  const sending = Promise.all(guests.map((guest, g) => guest.sendMany(50, `flood ${g} `)));
  await ada.box.pressSequentially('typed in the middle of it all', { delay: 10 });
  await sending;
  for (const g of [0, 1, 2, 3]) await ada.sees(`flood ${g}  50`);
  await expect(ada.rows).toHaveCount(200);
  await expect(ada.box).toHaveValue('typed in the middle of it all');
  const { most, changes } = await ada.page.evaluate(
    () => (window as unknown as { seen: { most: number; changes: number } }).seen,
  );
  expect(most).toBe(1);
  expect(changes).toBeLessThan(200);
  const shown = await ada.texts();
  // A room with something unread opens there, and not at its end.
  await expect(ada.page.locator('.unread')).toHaveCount(0);
  await ada.reload();
  expect(shown.slice(-50), 'as the server has them').toEqual((await ada.texts()).slice(-50));
});

test('the message box meets the keyboard when a phone shrinks the page', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(60);
  const ada = await person('Ada', PHONE);
  await ada.box.tap();
  await ada.page.setViewportSize({ width: 360, height: 440 });
  const { head, foot } = await ada.page.evaluate(() => ({
    head: document.querySelector('.head')?.getBoundingClientRect().top,
    foot: document.querySelector('.compose')?.getBoundingClientRect().bottom,
  }));
  expect(head).toBe(0);
  expect(foot).toBe(440);
  await atEnd(ada);
});

test('the message box stays above the keyboard when an iPhone covers the page, and no gap remains', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(60);
  const ada = await person('Ada', {
    ...PHONE,
    prepare: ({ page }) =>
      page.addInitScript(() => {
        const viewport = Object.assign(new EventTarget(), { height: 740, scale: 1, offsetTop: 0 });
        Object.defineProperty(window, 'visualViewport', { value: viewport });
      }),
  });
  const seen = (height: number, offsetTop: number) =>
    ada.page.evaluate(
      ({ height, offsetTop }) => {
        Object.assign(window.visualViewport as object, { height, offsetTop });
        window.visualViewport?.dispatchEvent(new Event('resize'));
      },
      { height, offsetTop },
    );
  const gap = () => ada.page.evaluate(() => innerHeight - (document.querySelector('.card')?.getBoundingClientRect().bottom ?? 0));
  const closed = await gap();
  await ada.box.tap();
  await seen(404, 120);
  expect(await gap()).toBeGreaterThanOrEqual(336);
  expect(await gap()).toBeLessThanOrEqual(336 + closed);
  await expect(ada.page.locator('.head')).toBeInViewport({ ratio: 1 });
  await atEnd(ada);
  await wheel(ada, -500);
  const anchor = await anchorRow(ada);
  // The keyboard closes, and the viewport keeps reporting old values.
  await ada.box.blur();
  await seen(716, 24);
  expect(await gap()).toBe(closed);
  expect(await moved(ada, anchor)).toBeLessThanOrEqual(1);
});
