// The scroll rule: the list stays at its end, or the message at the scroll anchor stays in place.
import { Gate } from '../lib/gate';
import { expect, PHONE, test } from '../lib/test';
import { atEnd, anchorRow, fromEnd, moved, scrollEnded, wheel } from '../lib/scroll';

test('new messages are counted and move nothing while the reader is further up, and a click leads to them', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(500);
  const ada = await person('Ada');
  await atEnd(ada);
  await wheel(ada, -1_500);
  const anchor = await anchorRow(ada);
  for (let n = 1; n <= 10; n++) {
    await guest.send(`new ${n}\n\nwith a second line`);
    const words = n === 1 ? '1 new message' : `${n} new messages`;
    await expect(ada.page.getByRole('link', { name: words, exact: true })).toBeVisible();
    expect(await moved(ada, anchor), `after ${n}`).toBeLessThanOrEqual(1);
  }
  await ada.page.getByRole('link', { name: '10 new messages' }).click();
  await atEnd(ada);
  await expect(ada.rows.last().locator('.body')).toContainText('new 10');
  await expect(ada.page.locator('.pill')).toHaveCount(0);
});

test('the scroll anchor holds when a message above or below is deleted', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const sent = await guest.sendMany(80);
  const ada = await person('Ada');
  await wheel(ada, -600);
  const anchor = await anchorRow(ada);
  for (const n of [20, 79]) {
    await guest.post('/api/messages/delete', { message: sent[n - 1].id });
    await expect(ada.page.locator(`#m${sent[n - 1].id}`)).toHaveCount(0);
    expect(await moved(ada, anchor)).toBeLessThanOrEqual(1);
  }
});

for (const [size, visit] of Object.entries({ 'a laptop': {}, 'a phone': PHONE })) {
  test(`older messages load above the scroll anchor up to the beginning on ${size}`, async ({ person, server }) => {
    const guest = await server.guest('Guest');
    await guest.sendMany(500);
    const ada = await person('Ada', visit);
    await atEnd(ada);
    // At the very top the browser has no element above to anchor to.
    const toTop = async () => {
      await ada.list.evaluate((list) => list.scrollTo({ top: -list.scrollHeight }));
      await scrollEnded(ada);
    };
    const beginning = ada.page.locator('.beginning');
    let pages = 0;
    while ((await beginning.count()) === 0) {
      const gate = await Gate.holdRequests(ada.page, '**/api/messages/page');
      await toTop();
      await gate.arrived();
      const oldest = await ada.rows.first().getAttribute('id');
      const anchor = await anchorRow(ada);
      gate.open();
      await expect(ada.rows.first()).not.toHaveAttribute('id', oldest ?? '');
      expect(await moved(ada, anchor), `page ${++pages}`).toBeLessThanOrEqual(1);
      await ada.page.unroute('**/api/messages/page');
      expect(await ada.rows.count(), 'the window is bounded').toBeLessThanOrEqual(320);
    }
    expect(pages).toBeGreaterThanOrEqual(3);
    await expect(ada.rows.first().locator('.body')).toHaveText('message 1');
    const numbers = (await ada.texts()).map((text) => Number(text.replace('message ', '')));
    expect(numbers).toEqual(numbers.map((_, n) => n + 1));

    await ada.page.getByRole('link', { name: 'Jump to latest' }).click();
    await expect(ada.rows.last().locator('.body')).toHaveText('message 500');
    await atEnd(ada);
  });
}

test('history loads without gaps or duplicates when the reader scrolls by the wheel', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(300);
  const ada = await person('Ada');
  await ada.list.hover();
  await expect(async () => {
    await ada.page.mouse.wheel(0, -2_000);
    await expect(ada.page.locator('.beginning')).toBeInViewport({ timeout: 200 });
  }).toPass();
  expect(await ada.texts()).toEqual(Array.from({ length: 300 }, (_, n) => `message ${n + 1}`));
});

test('the list stays at its end when messages arrive, the message box grows or the window shrinks', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(60);
  const ada = await person('Ada');
  await atEnd(ada);
  for (let n = 1; n <= 5; n++) {
    await guest.send(`another ${n}\n\nof two lines`);
    await ada.sees(`another ${n}`);
    await atEnd(ada);
  }
  await ada.type('a\nb\nc\nd\ne');
  await atEnd(ada);
  await ada.page.setViewportSize({ width: 1280, height: 400 });
  await atEnd(ada);
  await ada.page.setViewportSize({ width: 500, height: 700 });
  await atEnd(ada);
  await expect(ada.rows.last().locator('.body')).toContainText('another 5');
});

test('a position slightly above the end counts as the end', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(60);
  const ada = await person('Ada');
  await atEnd(ada);
  await ada.list.evaluate((list) => list.scrollTo({ top: -40 }));
  await scrollEnded(ada);
  await guest.send('seen at once');
  await ada.sees('seen at once');
  await atEnd(ada);
  await expect(ada.page.locator('.pill')).toHaveCount(0);
});

test('the list scrolls to its end when the reader sends from further up', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(200);
  const ada = await person('Ada');
  await wheel(ada, -2_000);
  expect(await fromEnd(ada)).toBeGreaterThan(500);
  await ada.send('back at the end');
  await ada.sees('back at the end');
  await atEnd(ada);
  await expect(ada.rows.last().locator('.body')).toHaveText('back at the end');
});

test('a link to a message opens it in the middle, with a link to the latest', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const sent = await guest.sendMany(200);
  const id = sent[99].id;
  for (const javaScriptEnabled of [true, false]) {
    const ada = await person(javaScriptEnabled ? 'Ada' : 'Plain', { javaScriptEnabled });
    await ada.goto(`/rooms/1/${id}`);
    const row = ada.page.locator(`#m${id}`);
    await expect(row.locator('.body')).toHaveText('message 100');
    await expect(row).toHaveClass(/target/);
    await expect(ada.page.getByRole('link', { name: 'Jump to latest' })).toBeVisible();
    for (const near of [76, 125]) await expect(ada.row(`message ${near}`)).toHaveCount(1);
    if (!javaScriptEnabled) continue;
    await scrollEnded(ada);
    const off = await row.evaluate((row) => {
      const box = row.getBoundingClientRect();
      return Math.abs(box.top + box.height / 2 - innerHeight / 2) / innerHeight;
    });
    expect(off, 'within a tenth of the window from its middle').toBeLessThanOrEqual(0.1);
    await ada.page.getByRole('link', { name: 'Jump to latest' }).click();
    await expect(ada.rows.last().locator('.body')).toHaveText('message 200');
    await atEnd(ada);
  }
});

test('new messages are counted and not appended when the loaded window does not reach the end', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const sent = await guest.sendMany(200);
  const ada = await person('Ada');
  await ada.goto(`/rooms/1/${sent[49].id}`);
  await guest.send('far below');
  await expect(ada.page.getByRole('link', { name: '1 new message' })).toBeVisible();
  await expect(ada.row('far below')).toHaveCount(0);
  await ada.page.getByRole('link', { name: '1 new message' }).click();
  await ada.sees('far below');
  await atEnd(ada);
});

test('an older page keeps its position when newer messages load below', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const sent = await guest.sendMany(120);
  const ada = await person('Ada');
  const gate = await Gate.holdRequests(ada.page, '**/*.wasm');
  await ada.page.goto(`${ada.url}/rooms/1?before=${sent[100].id}`);
  const anchor = await anchorRow(ada);
  gate.open();
  await ada.ready();
  // The page that loads below reaches the end of the room.
  await ada.sees('message 120');
  expect(await moved(ada, anchor)).toBeLessThanOrEqual(1);
});

test('far up a way down is shown, and it goes at the end', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(45);
  const ada = await person('Ada');
  await ada.sees('message 45');
  const pill = ada.page.locator('.pill');
  await wheel(ada, -200);
  await expect(pill).toHaveCount(0);
  await wheel(ada, -1200);
  await expect(pill).toHaveText('Jump to latest');
  await guest.send('below');
  await expect(pill).toHaveText('1 new message');
  await pill.click();
  await expect(ada.row('below')).toBeInViewport({ ratio: 1 });
  await expect(pill).toHaveCount(0);
});

test('a long room shows its end at once when the reader returns, and all that was loaded soon after', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  await guest.createRoom('Second');
  await guest.sendMany(250);
  const ada = await person('Ada');
  while ((await ada.page.locator('.beginning').count()) === 0) {
    await ada.list.evaluate((list) => list.scrollTo({ top: -list.scrollHeight }));
    await scrollEnded(ada);
  }
  await ada.list.evaluate((list) => list.scrollTo({ top: 0 }));
  await atEnd(ada);
  await ada.openRoom('Second');
  await expect(ada.rows).toHaveCount(0);
  const { first, fills } = await ada.room('General').evaluate(async (link) => {
    (link as HTMLElement).click();
    await new Promise((next) => requestAnimationFrame(next));
    const rows = document.querySelectorAll('li.message');
    const list = document.querySelector('section.list') as HTMLElement;
    return { first: rows.length, fills: list.scrollHeight > list.clientHeight };
  });
  expect(first).toBeLessThan(250);
  expect(fills, 'what is drawn first fills the list').toBe(true);
  await expect(ada.rows).toHaveCount(250);
  await expect(ada.page.locator('.beginning')).toHaveCount(1);
  await atEnd(ada);
});

test('the day that stays below the head covers no line but behind its own words', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(60);
  const ada = await person('Ada');
  await ada.sees('message 60');
  await ada.list.evaluate((list) => list.scrollBy(0, -200));
  // What lies on top along the whole upper edge of the list is a row, or the words of the day.
  const covering = await ada.list.evaluate((list) => {
    const { left, right, top } = list.getBoundingClientRect();
    const found = new Set<string>();
    for (let x = left + 4; x < right - 24; x += 8) {
      for (const y of [top + 2, top + 14, top + 26]) {
        const at = document.elementFromPoint(x, y);
        const day = at?.closest('.day');
        if (day && at === day) found.add('band');
      }
    }
    const day = [...list.querySelectorAll<HTMLElement>('.day')].find((one) => one.getBoundingClientRect().top <= top);
    const style = day && getComputedStyle(day);
    return { bands: [...found], background: style?.backgroundColor, shadow: style?.boxShadow };
  });
  expect(covering).toEqual({ bands: [], background: 'rgba(0, 0, 0, 0)', shadow: 'none' });
});
