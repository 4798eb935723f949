// Owns: the way of a message from the box to everyone: shown at once, confirmed once, and never lost when it fails.
import type { Page } from '@playwright/test';
import { Gate } from '../lib/gate';
import { LOST, STOPPED } from '../lib/quiet';
import { atEnd } from '../lib/scroll';
import { expect, test } from '../lib/test';

const SEND = '**/api/messages/send';

/** Watches the list: the most rows with `text` there ever were, and whether the one row stayed the same element. */
async function watchRows(page: Page, text: string): Promise<() => Promise<{ most: number; elements: number }>> {
  await page.evaluate((text) => {
    const seen = new Set<Element>();
    const watch = { most: 0, seen };
    const look = () => {
      const rows = [...document.querySelectorAll('li.message')].filter((row) => row.querySelector('.body')?.textContent?.includes(text));
      rows.forEach((row) => seen.add(row));
      watch.most = Math.max(watch.most, rows.length);
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    Object.assign(window, { watch });
  }, text);
  return () =>
    page.evaluate(() => {
      const { most, seen } = (window as unknown as { watch: { most: number; seen: Set<Element> } }).watch;
      return { most, elements: seen.size };
    });
}

test('a message stands in the list at once, the box is empty and keeps the focus, and a clock shows that it is on its way', async ({ person }) => {
  const ada = await person('Ada');
  const gate = await Gate.before(ada.page, SEND);
  await ada.send('on its way');
  await expect(ada.box).toHaveValue('');
  await expect(ada.box).toBeFocused();
  const row = ada.row('on its way');
  await expect(row).toHaveClass(/pending/);
  await expect(row.locator('.sending .icon')).toBeVisible();
  await atEnd(ada);
  await gate.arrived();
  gate.open();
  await expect(row).not.toHaveClass(/pending/);
  await expect(row.locator('.sending')).toHaveCount(0);
  await ada.sees('on its way');
});

test('the echo before the answer makes one row, the same element all the way', async ({ person }) => {
  const ada = await person('Ada');
  const rows = await watchRows(ada.page, 'echo first');
  const gate = await Gate.behind(ada.page, SEND);
  await ada.send('**echo first**');
  await gate.arrived();
  // Confirmed by the stream while the answer still waits.
  await ada.sees('echo first');
  await expect(ada.row('echo first').locator('strong')).toHaveText('echo first');
  gate.open();
  await ada.page.unroute(SEND);
  await ada.send('after it');
  await ada.sees('after it');
  expect(await rows()).toEqual({ most: 1, elements: 1 });
});

test('the answer before the echo makes one row, the same element all the way', async ({ person, server }) => {
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  const lin = await person('Lin');
  const rows = await watchRows(ada.page, 'answer first');
  line.holdStream();
  await ada.send('answer first');
  await lin.sees('answer first');
  await ada.sees('answer first');
  await lin.send('behind the echo');
  await lin.sees('behind the echo');
  line.letStreamGo();
  // In the stream this comes after the echo, so the echo has come.
  await ada.sees('behind the echo');
  expect(await rows()).toEqual({ most: 1, elements: 1 });
  expect(await ada.texts()).toEqual(['answer first', 'behind the echo']);
});

test('what waits shows as it was typed, line breaks and all, and the list does not move when its markup comes', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(40);
  const ada = await person('Ada');
  const gate = await Gate.before(ada.page, SEND);
  await ada.send('one\ntwo');
  const row = ada.row('one');
  await expect(row.locator('.plain')).toHaveText('one\ntwo', { useInnerText: true });
  const top = () => ada.row('message 40').evaluate((row) => row.getBoundingClientRect().top);
  const before = await top();
  gate.open();
  await ada.sees('one');
  await expect(row.locator('.plain')).toHaveCount(0);
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
  expect(await row.locator('.body').innerText()).toBe('one\ntwo');
});

test('a run of messages arrives once each, in the order they were written', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  const words = Array.from({ length: 12 }, (_, n) => `quick ${String(n).padStart(2, '0')}`);
  for (const word of words) await ada.send(word);
  await lin.sees('quick 11');
  await ada.sees('quick 11');
  expect(await lin.texts()).toEqual(words);
  expect(await ada.texts()).toEqual(words);
});

test('a send without an answer says so in words and goes out by itself once it can, once', async ({ person, quiet, server }) => {
  quiet.allow(STOPPED);
  const ada = await person('Ada');
  const gate = await Gate.before(ada.page, SEND);
  gate.refuse();
  await ada.send('I go by myself');
  const row = ada.row('I go by myself');
  await expect(row.getByText('Not sent yet: waiting for the network')).toBeVisible();
  await expect(row.getByRole('button', { name: 'Delete' })).toBeVisible();
  expect(gate.count, 'it went on trying').toBeGreaterThan(1);
  await ada.page.unroute(SEND);
  await expect(row).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  await expect(ada.page.getByText('Not sent')).toHaveCount(0);
  expect(await (await server.guest('Guest')).texts()).toEqual(['I go by myself']);
});

test('Retry sends what waits now, and the focus stays in the list', async ({ person, quiet, server }) => {
  quiet.allow(STOPPED);
  const ada = await person('Ada');
  const gate = await Gate.before(ada.page, SEND);
  gate.refuse();
  await ada.send('try me now');
  const row = ada.row('try me now');
  await row.getByRole('button', { name: 'Retry' }).waitFor();
  await ada.page.unroute(SEND);
  await row.getByRole('button', { name: 'Retry' }).click();
  await expect(ada.list).toBeFocused();
  await ada.sees('try me now');
  expect(await (await server.guest('Guest')).texts()).toEqual(['try me now']);
});

test('a send whose answer is lost is not sent twice', async ({ person, quiet, server }) => {
  quiet.allow(STOPPED);
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  const lin = await person('Lin');
  line.holdStream();
  const gate = await Gate.behind(ada.page, SEND);
  gate.refuse();
  await ada.send('did it arrive?');
  await lin.sees('did it arrive?');
  await expect.poll(() => gate.count, 'it asks again').toBeGreaterThan(1);
  await expect(ada.row('did it arrive?')).toHaveClass(/pending/);
  await ada.page.unroute(SEND);
  await expect(ada.row('did it arrive?')).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  line.letStreamGo();
  await lin.send('once, I see');
  await ada.sees('once, I see');
  await lin.sees('once, I see');
  expect(await lin.texts()).toEqual(['did it arrive?', 'once, I see']);
  expect(await ada.texts()).toEqual(['did it arrive?', 'once, I see']);
});

for (const status of [400, 403, 404, 409, 413, 422]) {
  test(`what the server will not have (${status}) says "Not sent", keeps nobody waiting, and stays so through a reload`, async ({ person, quiet, server }) => {
    quiet.allow(new RegExp(`status of ${status}`));
    const ada = await person('Ada');
    let asked = 0;
    await ada.page.route(SEND, async (route) => {
      if (!route.request().postData()?.includes('unwanted')) return await route.continue();
      asked++;
      // As a proxy would, without a word of ours.
      await route.fulfill({ status, contentType: 'text/html', body: '<h1>No</h1>' });
    });
    await ada.send('unwanted');
    const row = ada.row('unwanted');
    await expect(row.getByText('Not sent', { exact: true })).toBeVisible();
    await ada.send('the next one');
    await ada.sees('the next one');
    await ada.reload();
    await expect(row.getByText('Not sent', { exact: true })).toBeVisible();
    await ada.send('and another');
    await ada.sees('and another');
    expect(asked, 'it is not sent again by itself').toBe(1);
    await row.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => asked).toBe(2);
    await expect(row.getByText('Not sent', { exact: true })).toBeVisible();
    await row.getByRole('button', { name: 'Delete' }).click();
    await expect(row).toHaveCount(0);
    await ada.reload();
    await ada.sees('and another');
    await expect(row).toHaveCount(0);
    expect(await (await server.guest('Guest')).texts()).toEqual(['the next one', 'and another']);
  });
}

for (const [status, error] of Object.entries({ 429: 'too_fast', 502: '', 503: 'busy', 504: '', 507: 'storage_full' })) {
  test(`while the server cannot take it (${status}) a message waits, says what for, and then goes out by itself`, async ({ person, quiet, server }) => {
    quiet.allow(new RegExp(`status of ${status}`));
    const ada = await person('Ada');
    const ours = error ? { json: { error, retry_after: 1 } } : { contentType: 'text/html', body: '<h1>Bad gateway</h1>' };
    await ada.page.route(SEND, (route) => route.fulfill({ status: Number(status), ...ours }));
    await ada.send('one');
    await ada.send('two');
    const words = error ? 'Not sent yet: waiting for the server' : 'Not sent yet: waiting for the network';
    for (const text of ['one', 'two']) await expect(ada.row(text).getByText(words)).toBeVisible();
    await ada.page.unroute(SEND);
    for (const text of ['one', 'two']) await expect(ada.row(text)).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
    expect(await (await server.guest('Guest')).texts()).toEqual(['one', 'two']);
  });
}

test('a text over the limit is refused with words, and nothing of it is cut', async ({ person }) => {
  const ada = await person('Ada');
  await ada.type('字'.repeat(7_500));
  await expect(ada.page.getByText('500 characters left')).toBeVisible();
  const text = '字'.repeat(8_001);
  await ada.type(text);
  await expect(ada.page.getByText('1 character too many')).toBeVisible();
  await ada.box.press('Enter');
  await expect(ada.page.getByRole('status').getByText('The message is too long: at most 8,000 characters.')).toBeVisible();
  await expect(ada.box).toHaveValue(text);
  await expect(ada.rows).toHaveCount(0);
  await ada.send('字'.repeat(8_000));
  await ada.sees('字'.repeat(8_000));
});

test.describe('where posting is slow by rule', () => {
  test.use({ settings: { posts_per_second: 2, post_burst: 1 } });

  test('messages written too fast wait their turn and all arrive, in order, in every room', async ({ person, quiet, server }) => {
    quiet.allow(/status of 429/);
    const guest = await server.guest('Guest');
    const second = await guest.createRoom('Second');
    const ada = await person('Ada');
    const words = Array.from({ length: 6 }, (_, n) => `quick ${n}`);
    for (const word of words) await ada.send(word);
    await ada.room('Second').click();
    await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Second');
    for (const word of words) await ada.send(word);
    await expect(ada.box).toHaveValue('');
    for (const room of [1, second]) await expect.poll(() => guest.texts(room), { timeout: 60_000 }).toEqual(words);
    await expect(ada.page.getByText('Not sent')).toHaveCount(0);
  });
});
