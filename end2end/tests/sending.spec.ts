// Sending: a message is shown at once, confirmed once, and never lost when sending fails.
import type { Page } from '@playwright/test';
import { Gate } from '../lib/gate';
import { LOST, STOPPED } from '../lib/errors';
import { atEnd } from '../lib/scroll';
import { expect, SEND, test } from '../lib/test';

/** Watches the list; returns the largest number of rows with `text` at once and the number of different elements. */
async function watchRows(page: Page, text: string): Promise<() => Promise<{ most: number; elements: number }>> {
  await page.evaluate((text) => {
    const seen = new Set<Element>();
    const watch = { most: 0, seen };
    const count = () => {
      const rows = [...document.querySelectorAll('li.message')].filter((row) =>
        row.querySelector('.body')?.textContent?.includes(text),
      );
      rows.forEach((row) => seen.add(row));
      watch.most = Math.max(watch.most, rows.length);
    };
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    Object.assign(window, { watch });
  }, text);
  return () =>
    page.evaluate(() => {
      const { most, seen } = (window as unknown as { watch: { most: number; seen: Set<Element> } }).watch;
      return { most, elements: seen.size };
    });
}

test('a sent message appears at once as pending, and the empty message box keeps the focus', async ({ person }) => {
  const ada = await person('Ada');
  const gate = await Gate.holdRequests(ada.page, SEND);
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

test('a message keeps one row when the echo arrives before the answer', async ({ person }) => {
  const ada = await person('Ada');
  const rows = await watchRows(ada.page, 'echo first');
  const gate = await Gate.holdResponses(ada.page, SEND);
  await ada.send('**echo first**');
  await gate.arrived();
  // The stream confirms the message while the answer is held.
  await ada.sees('echo first');
  await expect(ada.row('echo first').locator('strong')).toHaveText('echo first');
  gate.open();
  await ada.page.unroute(SEND);
  await ada.send('after it');
  await ada.sees('after it');
  expect(await rows()).toEqual({ most: 1, elements: 1 });
});

test('a message keeps one row when the answer arrives before the echo', async ({ person, server }) => {
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  const lin = await person('Lin');
  const rows = await watchRows(ada.page, 'answer first');
  proxy.holdStream();
  await ada.send('answer first');
  await lin.sees('answer first');
  await ada.sees('answer first');
  await lin.send('behind the echo');
  await lin.sees('behind the echo');
  proxy.releaseStream();
  // This follows the echo in the stream, so the echo has arrived.
  await ada.sees('behind the echo');
  expect(await rows()).toEqual({ most: 1, elements: 1 });
  expect(await ada.texts()).toEqual(['answer first', 'behind the echo']);
});

test('a pending message shows its line breaks, and the list does not move when its markup arrives', async ({
  person,
  server,
}) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(40);
  const ada = await person('Ada');
  const gate = await Gate.holdRequests(ada.page, SEND);
  await ada.send('one\ntwo');
  const row = ada.row('one');
  await expect(row).toHaveClass(/pending/);
  expect(await row.locator('.body').innerText()).toBe('one\ntwo');
  const top = () => ada.row('message 40').evaluate((row) => row.getBoundingClientRect().top);
  const before = await top();
  gate.open();
  await ada.sees('one');
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
  expect(await row.locator('.body').innerText()).toBe('one\ntwo');
});

test('messages sent in quick succession arrive once and in order', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  const words = Array.from({ length: 12 }, (_, n) => `quick ${String(n).padStart(2, '0')}`);
  for (const word of words) await ada.send(word);
  await lin.sees('quick 11');
  await ada.sees('quick 11');
  expect(await lin.texts()).toEqual(words);
  expect(await ada.texts()).toEqual(words);
});

test('a message without an answer says that it waits, and is sent once when the network returns', async ({
  person,
  errors,
  server,
}) => {
  errors.allow(STOPPED);
  const ada = await person('Ada');
  const gate = await Gate.holdRequests(ada.page, SEND);
  gate.refuse();
  await ada.send('I go by myself');
  const row = ada.row('I go by myself');
  await expect(row.getByText('Waiting for connection')).toBeVisible();
  await expect(row.getByRole('button', { name: 'Delete' })).toBeVisible();
  expect(gate.count, 'the page went on trying').toBeGreaterThan(1);
  await ada.page.unroute(SEND);
  await expect(row).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  await expect(ada.page.getByText('Not sent')).toHaveCount(0);
  expect(await (await server.guest('Guest')).texts()).toEqual(['I go by myself']);
});

test('Retry sends a waiting message at once, and the focus stays in the list', async ({ person, errors, server }) => {
  errors.allow(STOPPED);
  const ada = await person('Ada');
  const gate = await Gate.holdRequests(ada.page, SEND);
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

test('a message is stored once when its answer is lost', async ({ person, errors, server }) => {
  errors.allow(STOPPED);
  const proxy = await server.proxy();
  const ada = await person('Ada', { url: proxy.url });
  const lin = await person('Lin');
  proxy.holdStream();
  const gate = await Gate.holdResponses(ada.page, SEND);
  gate.refuse();
  await ada.send('did it arrive?');
  await lin.sees('did it arrive?');
  await expect.poll(() => gate.count, 'the page asks again').toBeGreaterThan(1);
  await expect(ada.row('did it arrive?')).toHaveClass(/pending/);
  await ada.page.unroute(SEND);
  await expect(ada.row('did it arrive?')).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
  proxy.releaseStream();
  await lin.send('once, I see');
  await ada.sees('once, I see');
  await lin.sees('once, I see');
  expect(await lin.texts()).toEqual(['did it arrive?', 'once, I see']);
  expect(await ada.texts()).toEqual(['did it arrive?', 'once, I see']);
});

for (const status of [400, 403, 404, 409, 413, 422]) {
  test(`a refused message (${status}) says "Not sent", holds up no other, and survives a reload`, async ({
    person,
    errors,
    server,
  }) => {
    errors.allow(new RegExp(`status of ${status}`));
    const ada = await person('Ada');
    let asked = 0;
    await ada.page.route(SEND, async (route) => {
      if (!route.request().postData()?.includes('unwanted')) return await route.continue();
      asked++;
      // As a proxy answers, without our error body.
      await route.fulfill({ status, contentType: 'text/html', body: '<h1>No</h1>' });
    });
    await ada.send('unwanted');
    const row = ada.row('unwanted');
    await expect(row.getByText('Not sent', { exact: true })).toBeVisible();
    if (status === 413) await expect(row.getByText('This is too large to send.')).toBeVisible();
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
  test(`a message waits, says why, and is sent later when the server answers ${status}`, async ({ person, errors, server }) => {
    errors.allow(new RegExp(`status of ${status}`));
    const ada = await person('Ada');
    const ours = error ? { json: { error, retry_after: 1 } } : { contentType: 'text/html', body: '<h1>Bad gateway</h1>' };
    await ada.page.route(SEND, (route) => route.fulfill({ status: Number(status), ...ours }));
    await ada.send('one');
    await ada.send('two');
    const words = error ? 'Waiting for the server' : 'Waiting for connection';
    for (const text of ['one', 'two']) await expect(ada.row(text).getByText(words)).toBeVisible();
    await ada.page.unroute(SEND);
    for (const text of ['one', 'two']) await expect(ada.row(text)).toHaveAttribute('id', /^m\d+$/, { timeout: 45_000 });
    expect(await (await server.guest('Guest')).texts()).toEqual(['one', 'two']);
  });
}

test('a text over the limit is refused with an error and kept whole', async ({ person }) => {
  const ada = await person('Ada');
  await ada.type('字'.repeat(7_500));
  await expect(ada.page.getByText('500 characters left')).toBeVisible();
  const text = '字'.repeat(8_001);
  await ada.type(text);
  await ada.box.press('Enter');
  await expect(ada.page.getByText('1 character too many')).toBeVisible();
  await expect(ada.page.locator('.notice'), 'it is said in one place').toHaveCount(0);
  await expect(ada.box).toHaveValue(text);
  await expect(ada.rows).toHaveCount(0);
  await ada.send('字'.repeat(8_000));
  await ada.sees('字'.repeat(8_000));
});

test.describe('with a low rate limit', () => {
  test.use({ settings: { posts_per_second: 2, post_burst: 1 } });

  test('messages over the rate limit wait and arrive in order in every room', async ({ person, errors, server }) => {
    errors.allow(/status of 429/);
    const guest = await server.guest('Guest');
    const second = await guest.createRoom('Second');
    const ada = await person('Ada');
    // Joining counts as well, so it comes before the rate is used up.
    await ada.openRoom('Second');
    await ada.openRoom('General');
    const words = Array.from({ length: 6 }, (_, n) => `quick ${n}`);
    for (const word of words) await ada.send(word);
    await ada.openRoom('Second');
    await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Second');
    for (const word of words) await ada.send(word);
    await expect(ada.box).toHaveValue('');
    for (const room of [1, second]) await expect.poll(() => guest.texts(room), { timeout: 60_000 }).toEqual(words);
    await expect(ada.page.getByText('Not sent')).toHaveCount(0);
  });
});
