// The message box: keys, touch and input methods.
import type { CDPSession } from '@playwright/test';
import { atEnd } from '../lib/scroll';
import { expect, PHONE, test } from '../lib/test';

test('Enter sends, and Shift+Enter makes a new line', async ({ person }) => {
  const ada = await person('Ada');
  await ada.box.click();
  await ada.page.keyboard.type('first');
  await ada.page.keyboard.press('Shift+Enter');
  await ada.page.keyboard.type('second');
  await expect(ada.box).toHaveValue('first\nsecond');
  await expect(ada.rows).toHaveCount(0);
  await expect(ada.page.getByText('Enter to send, Shift+Enter for a new line')).toBeVisible();
  await ada.page.keyboard.press('Enter');
  await ada.sees('first');
  expect(await ada.texts()).toEqual(['first\nsecond']);
});

test('Enter breaks the line and the button sends on a touch screen', async ({ person }) => {
  const ada = await person('Ada', PHONE);
  await ada.box.tap();
  await ada.page.keyboard.type('first');
  await ada.page.keyboard.press('Enter');
  await ada.page.keyboard.type('second');
  await expect(ada.box).toHaveValue('first\nsecond');
  await expect(ada.rows).toHaveCount(0);
  await expect(ada.page.getByText('Enter to send')).toBeHidden();
  await ada.page.locator('button.send').tap();
  await ada.sees('first');
  expect(await ada.texts()).toEqual(['first\nsecond']);
});

async function enter(keyboard: CDPSession, code: number): Promise<void> {
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: code };
  await keyboard.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
  await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
}

for (const [flag, code] of Object.entries({ 'isComposing is set': 13, 'the key code is 229': 229 })) {
  test(`the Enter key that ends a composition does not send when ${flag}`, async ({ person }) => {
    const ada = await person('Ada');
    const keyboard = await ada.context.newCDPSession(ada.page);
    await ada.box.click();
    await ada.page.evaluate(() => {
      const keys: Array<[boolean, number]> = [];
      addEventListener('keydown', (event) => keys.push([event.isComposing, event.keyCode]), true);
      Object.assign(window, { keys });
    });
    const keys = () => ada.page.evaluate(() => (window as unknown as { keys: Array<[boolean, number]> }).keys);

    await keyboard.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
    if (code === 13) {
      await enter(keyboard, 13);
      expect(await keys()).toEqual([[true, 13]]);
    }
    await expect(ada.box).toHaveValue('nihao');
    await keyboard.send('Input.insertText', { text: '你好' });
    if (code === 229) {
      // Safari's order: the composition ends before the key event that ended it.
      await enter(keyboard, 229);
      expect(await keys()).toEqual([[false, 229]]);
    }
    await expect(ada.box).toHaveValue('你好');
    await expect(ada.rows).toHaveCount(0);
    await enter(keyboard, 13);
    await ada.sees('你好');
    await expect(ada.rows).toHaveCount(1);
    await expect(ada.box).toHaveValue('');
  });
}

test('the message box keeps its text when a message arrives during composition', async ({ person, server }) => {
  const ada = await person('Ada');
  const guest = await server.guest('Guest');
  const keyboard = await ada.context.newCDPSession(ada.page);
  await ada.box.click();
  await keyboard.send('Input.imeSetComposition', { text: 'zhong', selectionStart: 5, selectionEnd: 5 });
  await guest.send('in between');
  await ada.sees('in between');
  await expect(ada.box).toHaveValue('zhong');
  await keyboard.send('Input.imeSetComposition', { text: 'zhongwen', selectionStart: 8, selectionEnd: 8 });
  await keyboard.send('Input.insertText', { text: '中文' });
  await expect(ada.box).toHaveValue('中文');
});

test('the message box grows to eight lines, then scrolls, and the newest message stays in view', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(40);
  const ada = await person('Ada');
  const height = () => ada.box.evaluate((box) => box.getBoundingClientRect().height);
  const heights = [await height()];
  for (let lines = 2; lines <= 12; lines++) {
    await ada.type(Array.from({ length: lines }, (_, n) => `line ${n + 1}`).join('\n'));
    heights.push(await height());
    await atEnd(ada);
  }
  expect(heights[1]).toBeGreaterThan(heights[0]);
  expect(heights[7]).toBeGreaterThan(heights[6]);
  expect(heights.slice(8), 'eight lines are the most').toEqual([heights[7], heights[7], heights[7], heights[7]]);
  expect(await ada.box.evaluate((box) => box.scrollHeight > box.clientHeight)).toBe(true);
  await ada.box.press('Enter');
  await expect.poll(height).toBe(heights[0]);
});

test('a blank message is not sent, and the button is disabled', async ({ person }) => {
  const ada = await person('Ada');
  const button = ada.page.getByRole('button', { name: 'Send' });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await ada.type('  \n ');
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await ada.box.press('Enter');
  await expect(ada.rows).toHaveCount(0);
  await ada.type('x');
  await expect(button).toHaveAttribute('aria-disabled', 'false');
});

test('a draft stays in its room when the reader switches rooms', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.createRoom('Second');
  const ada = await person('Ada');
  await ada.type('not finished');
  await ada.openRoom('Second');
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Second');
  await expect(ada.box).toHaveValue('');
  await ada.room('General').click();
  await expect(ada.box).toHaveValue('not finished');
});

test('Enter sends in the next room when Back has cut a composition off', async ({ person, server }) => {
  await (await server.guest('Guest')).createRoom('Second');
  const ada = await person('Ada');
  await ada.openRoom('Second');
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Second');
  const keyboard = await ada.context.newCDPSession(ada.page);
  await ada.box.click();
  await keyboard.send('Input.imeSetComposition', { text: 'ni', selectionStart: 2, selectionEnd: 2 });
  await expect(ada.box).toHaveValue('ni');
  await ada.page.goBack();
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('General');
  await ada.box.fill('after');
  await ada.page.keyboard.press('Enter');
  await ada.sees('after');
  await expect(ada.box).toHaveValue('');
});
