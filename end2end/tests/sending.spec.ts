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

test('a send that fails says so in words and offers Retry, which sends it once', async ({ person, quiet }) => {
  quiet.allow(STOPPED);
  const ada = await person('Ada');
  const lin = await person('Lin');
  const gate = await Gate.before(ada.page, SEND);
  gate.refuse();
  await ada.send('try me again');
  const row = ada.row('try me again');
  await expect(row.getByText('Not sent')).toBeVisible();
  await expect(row.getByRole('button', { name: 'Delete' })).toBeVisible();
  await expect(lin.row('try me again')).toHaveCount(0);
  await ada.page.unroute(SEND);
  await row.getByRole('button', { name: 'Retry' }).click();
  await ada.sees('try me again');
  await expect(ada.page.getByText('Not sent')).toHaveCount(0);
  await lin.sees('try me again');
});

test('a send whose answer is lost is not sent twice by Retry', async ({ person, quiet, server }) => {
  quiet.allow(STOPPED);
  const line = await server.line();
  const ada = await person('Ada', { url: line.url });
  const lin = await person('Lin');
  line.holdStream();
  const gate = await Gate.behind(ada.page, SEND);
  gate.refuse();
  await ada.send('did it arrive?');
  await lin.sees('did it arrive?');
  const row = ada.row('did it arrive?');
  await expect(row.getByText('Not sent')).toBeVisible();
  await ada.page.unroute(SEND);
  await row.getByRole('button', { name: 'Retry' }).click();
  await ada.sees('did it arrive?');
  line.letStreamGo();
  await lin.send('once, I see');
  await ada.sees('once, I see');
  await lin.sees('once, I see');
  expect(await lin.texts()).toEqual(['did it arrive?', 'once, I see']);
  expect(await ada.texts()).toEqual(['did it arrive?', 'once, I see']);
});

test('a message that failed stays through a reload, and Delete gives it up for good', async ({ person, quiet }) => {
  quiet.allow(STOPPED);
  const ada = await person('Ada');
  const gate = await Gate.before(ada.page, SEND);
  gate.refuse();
  await ada.send('never mind');
  await expect(ada.page.getByText('Not sent')).toBeVisible();
  await ada.reload();
  const row = ada.row('never mind');
  await expect(row.getByText('Not sent')).toBeVisible();
  await row.getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  await ada.reload();
  await expect(ada.page.locator('.beginning')).toBeVisible();
  await expect(row).toHaveCount(0);
});

test('without a network the box stays usable, and what was written goes when it is back', async ({ person, quiet }) => {
  quiet.allow(LOST);
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.context.setOffline(true);
  await ada.send('first in the tunnel');
  await ada.send('second in the tunnel');
  await expect(ada.page.getByText('Not sent')).toHaveCount(2);
  await expect(ada.box).toBeEnabled();
  await ada.type('a draft in the tunnel');
  await ada.context.setOffline(false);
  for (const text of ['first in the tunnel', 'second in the tunnel']) {
    await ada.row(text).getByRole('button', { name: 'Retry' }).click();
    await ada.sees(text);
    await lin.sees(text);
  }
  await expect(ada.box).toHaveValue('a draft in the tunnel');
  expect(await lin.texts()).toEqual(['first in the tunnel', 'second in the tunnel']);
});

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

  test('messages written too fast wait their turn and all arrive, in order', async ({ person, quiet }) => {
    quiet.allow(/status of 429/);
    const ada = await person('Ada');
    const lin = await person('Lin');
    const words = ['one', 'two', 'three', 'four', 'five'];
    for (const word of words) await ada.send(word);
    await expect(ada.box).toHaveValue('');
    await lin.sees('five');
    expect(await lin.texts()).toEqual(words);
    await expect(ada.page.getByText('Not sent')).toHaveCount(0);
  });
});
