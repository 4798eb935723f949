// Keys that work on the whole page: between its parts, between rooms, between messages, and back to the message box.
import { expect, test } from '../lib/test';
import type { Person } from '../lib/person';

/** Returns where the focus is: the part of the page, and the message where it is one. */
async function focus(person: Person): Promise<string> {
  return await person.page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return 'nothing';
    if (at.id === 'message-box') return 'box';
    if (at.matches('section.list')) return 'list';
    if (at.matches('.list article')) return `message ${at.querySelector('.body')?.textContent?.trim() ?? ''}`;
    return at.closest('#rooms') ? 'rooms' : at.tagName;
  });
}

test('the message box has the focus on load, and F6 goes through the parts of the page', async ({ person }) => {
  const ada = await person('Ada');
  await expect.poll(() => focus(ada)).toBe('box');
  const { keyboard } = ada.page;
  const parts = [];
  for (let n = 0; n < 4; n++) {
    await keyboard.press('F6');
    parts.push(await focus(ada));
  }
  expect(parts).toEqual(['rooms', 'list', 'box', 'rooms']);
  await keyboard.press('Shift+F6');
  expect(await focus(ada)).toBe('box');
});

test('arrows go through the messages, Esc goes to the box, and Tab passes the list in one step', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  for (const text of ['one', 'two', 'three']) await guest.send(text);
  const ada = await person('Ada');
  await ada.sees('three');
  const { keyboard } = ada.page;
  await ada.list.focus();
  const seen = [];
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowUp']) {
    await keyboard.press(key);
    seen.push(await focus(ada));
  }
  expect(seen).toEqual(['three', 'two', 'three', 'three', 'two', 'one', 'one'].map((text) => `message ${text}`));
  // The tools of a message are reached from the message alone.
  await keyboard.press('Tab');
  expect(await ada.page.evaluate(() => document.activeElement?.closest('li')?.querySelector('.body')?.textContent)).toBe('one');
  await keyboard.press('Escape');
  expect(await focus(ada)).toBe('box');
  await keyboard.press('Shift+Tab');
  expect(await focus(ada)).toBe('list');
});

test('what is typed outside of a field is a message, and shortcuts of the browser are left alone', async ({ person }) => {
  const ada = await person('Ada');
  await ada.send('first');
  await ada.sees('first');
  const { keyboard } = ada.page;
  await ada.list.focus();
  await keyboard.press('Control+c');
  await keyboard.press('Space');
  expect(await focus(ada)).toBe('list');
  await keyboard.type('hello there');
  await expect(ada.box).toHaveValue('hello there');
  await ada.page.locator('.me > summary').focus();
  await keyboard.press('Enter');
  await expect(ada.page.locator('.me[open]')).toBeAttached();
  await keyboard.press('Escape');
  await expect(ada.page.locator('.me[open]')).toHaveCount(0);
});

test('Alt and an arrow open the room above or below', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.post('/api/rooms/create', { name: 'Plans' });
  const ada = await person('Ada');
  await ada.gotoAndJoin(2);
  await ada.goto('/rooms/1');
  await ada.page.keyboard.press('Alt+ArrowDown');
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await expect.poll(() => focus(ada)).toBe('box');
  await ada.page.keyboard.press('Alt+ArrowDown');
  await expect(ada.page).toHaveURL(/\/rooms\/2$/);
  await ada.page.keyboard.press('Alt+ArrowUp');
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
});

test('F6 returns to what had the focus last in each part of the page', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  for (const text of ['one', 'two', 'three']) await guest.send(text);
  const ada = await person('Ada');
  await ada.sees('three');
  const { keyboard } = ada.page;
  await ada.list.focus();
  for (const key of ['ArrowUp', 'ArrowUp']) await keyboard.press(key);
  await ada.page.locator('.me > summary').focus();
  await keyboard.press('F6');
  expect(await focus(ada)).toBe('message two');
  await keyboard.press('F6');
  expect(await focus(ada)).toBe('box');
  await keyboard.press('F6');
  expect(await ada.page.evaluate(() => document.activeElement?.matches('.me > summary'))).toBe(true);
  await keyboard.press('Shift+F6');
  expect(await focus(ada)).toBe('box');
});

test('links and code of messages are stops for Tab within their message alone', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.send('above https://example.org/above');
  await guest.send('middle https://example.org/middle\n\n```\ncode\n```');
  await guest.send('below https://example.org/below');
  const ada = await person('Ada');
  await ada.sees('below');
  const { keyboard } = ada.page;
  const at = async () =>
    await ada.page.evaluate(() => {
      const at = document.activeElement!;
      if (at.matches('.list article')) return 'message';
      if (at.id === 'message-box') return 'box';
      return at.matches('.list') ? 'list' : `${at.tagName} ${at.getAttribute('href') ?? at.classList[0] ?? ''}`.trim();
    });
  const walk = async (...keys: string[]) => {
    const seen = [];
    for (const key of keys) {
      await keyboard.press(key);
      seen.push(await at());
    }
    return seen;
  };
  await ada.list.focus();
  expect(await walk('Tab', 'Shift+Tab')).toEqual(['box', 'list']);
  expect(await walk('ArrowUp', 'ArrowUp', 'Tab', 'Tab', 'Tab')).toEqual([
    'message',
    'message',
    'A https://example.org/middle',
    'PRE',
    'BUTTON copy',
  ]);
  // The tools of the message follow; behind the last of them is the box.
  expect(await walk('Tab', 'Tab', 'Tab')).toEqual(['BUTTON tool', 'BUTTON tool', 'box']);
  await ada.list.focus();
  expect(await walk('ArrowUp', 'ArrowUp', 'Enter', 'Shift+Tab', 'Shift+Tab')).toEqual([
    'message',
    'message',
    'A https://example.org/middle',
    'message',
    'list',
  ]);
});
