// Days and times: in the reader's time zone, unchanged by hydration, and correct after midnight.
import { CHINESE, expect, test } from '../lib/test';
import { Gate } from '../lib/gate';

test('times do not change at hydration when the cookie names the time zone', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.send('told in time');
  for (const zone of ['Asia/Kathmandu', 'America/St_Johns', 'Pacific/Kiritimati']) {
    const ada = await person(zone.replace(/\W/g, ' '), { timezoneId: zone });
    const cookies = await ada.context.cookies();
    // Browsers use older names for some zones.
    const called = await ada.page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(decodeURIComponent(cookies.find(({ name }) => name === 'tz')?.value ?? '')).toBe(called);
    const gate = await Gate.holdRequests(ada.page, '**/*.wasm');
    await ada.page.goto(`${ada.url}/rooms/1`);
    const times = () => ada.page.locator('time, .day').allInnerTexts();
    const before = await times();
    expect(before).toHaveLength(2);
    await ada.page.evaluate(() => {
      const changes: string[] = [];
      Object.assign(window, { changes });
      const record = (records: MutationRecord[]) => {
        for (const { target } of records) if (target.parentElement?.closest('time, .day')) changes.push(target.textContent ?? '');
      };
      new MutationObserver(record).observe(document.body, { subtree: true, characterData: true, childList: true });
    });
    gate.open();
    await ada.ready();
    expect(await times()).toEqual(before);
    expect(await ada.page.evaluate(() => (window as unknown as { changes: string[] }).changes)).toEqual([]);
  }
});

test('times are corrected at hydration without the cookie, and nothing moves', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const { id } = await guest.send('told in time');
  const ada = await person('Ada', { timezoneId: 'Asia/Kathmandu' });
  await ada.context.clearCookies({ name: 'tz' });
  const gate = await Gate.holdRequests(ada.page, '**/*.wasm');
  await ada.page.goto(`${ada.url}/rooms/1`);
  const time = ada.page.locator(`#m${id} time`);
  const clock = (timeZone: string, at: Date) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  const at = new Date((await time.getAttribute('datetime')) ?? '');
  await expect(time).toHaveText(clock('UTC', at));
  const box = await time.boundingBox();
  gate.open();
  await expect(time).toHaveText(clock('Asia/Kathmandu', at));
  expect(await time.boundingBox()).toEqual(box);
});

/** Returns the label of the day of `at` on a later day, by the browser's own calendar. */
function dayLabel(at: Date, locale: string, timeZone: string, withYear: boolean): string {
  const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(at);
  const day = new Intl.DateTimeFormat('en', { timeZone, day: 'numeric' }).format(at);
  const year = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric' }).format(at);
  if (locale === 'en-GB') return `${part({ weekday: 'long' })}, ${day} ${part({ month: 'long' })}${withYear ? ` ${year}` : ''}`;
  const month = new Intl.DateTimeFormat('en', { timeZone, month: 'numeric' }).format(at);
  return `${withYear ? `${year}年` : ''}${month}月${day}日 ${part({ weekday: 'long' })}`;
}

for (const [locale, today, yesterday, visit] of [
  ['en-GB', 'Today', 'Yesterday', { timezoneId: 'Europe/Berlin' }],
  ['zh-CN', '今天', '昨天', CHINESE],
] as const) {
  test(`an open page updates its day labels as days pass (${locale})`, async ({ person, server, errors }) => {
    // The watchdog finds the stream silent for days and reconnects.
    errors.allow(/ERR_/);
    const guest = await server.guest('Guest');
    await guest.send('on the first day');
    const ada = await person('Ada', { ...visit, prepare: ({ page }) => page.clock.install() });
    const day = ada.page.locator('.day');
    await expect(day).toHaveText([today]);
    const time = ada.page.locator('time');
    const at = new Date((await time.getAttribute('datetime')) ?? '');
    const zone = visit.timezoneId ?? 'UTC';
    const title = (await time.getAttribute('title')) ?? '';
    expect(title).toBe(`${dayLabel(at, locale, zone, true)} ${await time.innerText()}`);

    await ada.page.clock.fastForward('24:00:00');
    await expect(day).toHaveText([yesterday]);
    await ada.page.clock.fastForward('24:00:00');
    const later = (days: number) => new Date(at.getTime() + days * 86_400_000).getFullYear() !== at.getFullYear();
    await expect(day).toHaveText([dayLabel(at, locale, zone, later(2))]);
    await ada.page.clock.fastForward(366 * 86_400_000);
    await expect(day).toHaveText([dayLabel(at, locale, zone, true)]);
  });
}
