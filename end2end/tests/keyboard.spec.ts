// Keyboard use: every control is reachable, and the focus is always visible.
import { seedRooms } from '../lib/states';
import { expect, PHONE, test } from '../lib/test';
import type { Person } from '../lib/person';

interface Stop {
  what: string;
  ring: boolean;
  inView: boolean;
  covered: boolean;
}

/** Returns the focused element and whether its focus ring is visible. */
async function stop(person: Person): Promise<Stop | null> {
  return await person.page.evaluate(() => {
    document.getAnimations().forEach((animation) => animation.finish());
    const at = document.activeElement as HTMLElement;
    if (!at || at === document.body) return null;
    const drawn = (element: Element, part = '') => {
      const style = getComputedStyle(element, part);
      return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
    };
    // The focus ring of the message box is drawn by the card around it.
    const card = at.closest('.card');
    const ring = drawn(at) || (card !== null && at.tagName === 'TEXTAREA' && getComputedStyle(card).boxShadow !== 'none');
    const box = at.getBoundingClientRect();
    const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 2;
    const [x, y] = [
      Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1),
      Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1),
    ];
    const top = document.elementFromPoint(x, y);
    const covered = !top || !(at.contains(top) || top.contains(at));
    return { what: `${at.tagName} ${at.className || at.textContent?.trim().slice(0, 20) || at.id}`, ring, inView, covered };
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the focus is visible at every Tab stop (${colorScheme})`, async ({ person, server }) => {
    await seedRooms(server);
    const ada = await person('Ada', { colorScheme });
    await ada.send('one of my own');
    await ada.sees('one of my own');
    for (const path of ['/rooms/1', '/rooms']) {
      await ada.goto(path);
      // Tab starts where the focus was last: before everything.
      await ada.page.evaluate(() => {
        document.body.tabIndex = -1;
        document.body.focus();
        document.body.removeAttribute('tabindex');
      });
      const seen: string[] = [];
      for (let n = 0; n < 40; n++) {
        await ada.page.keyboard.press('Tab');
        const at = await stop(ada);
        if (!at) break;
        expect(at, `${path}, stop ${n + 1}`).toEqual({ what: at.what, ring: true, inView: true, covered: false });
        seen.push(at.what);
      }
      expect(seen[0]).toMatch(/^A skip/);
      expect(seen.length).toBeGreaterThan(5);
      if (path === '/rooms/1') {
        expect(seen).toContain('TEXTAREA message-box');
        expect(seen.some((what) => what.startsWith('SECTION list'))).toBe(true);
      }
    }
  });
}

test('the keyboard alone suffices to enter, write, change rooms, set the theme and leave', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.createRoom('Second');
  const ada = await person('Ada', { enter: false });
  const { keyboard } = ada.page;
  const tabTo = async (what: () => Promise<boolean>) => {
    for (let n = 0; n < 40; n++) {
      if (await what()) return;
      await keyboard.press('Tab');
    }
    throw new Error('not reached by Tab');
  };
  const on =
    (selector: string, text = '') =>
    async () =>
      await ada.page.evaluate(
        ({ selector, text }) =>
          (document.activeElement?.matches(selector) && document.activeElement.textContent?.includes(text)) ?? false,
        { selector, text },
      );

  await ada.page.goto(`${ada.url}/enter`);
  await expect(ada.page.locator('#name'), 'the field has the focus from the start').toBeFocused();
  await keyboard.type('Ada');
  await keyboard.press('Enter');
  await ada.page.waitForURL(/\/rooms\/1$/);
  await ada.ready();

  await expect(ada.box).toBeFocused();
  await keyboard.type('without a mouse');
  await keyboard.press('Enter');
  await ada.sees('without a mouse');

  await tabTo(on('a.room', 'Second'));
  await keyboard.press('Enter');
  await tabTo(on('form button', 'Join room'));
  await keyboard.press('Enter');
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Second');
  await expect(ada.box).toBeFocused();

  await tabTo(on('.me > summary'));
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await tabTo(on('.switch button', 'Dark'));
  await keyboard.press('Space');
  await expect(ada.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await keyboard.press('Escape');
  await expect(ada.page.locator('.me .panel')).toBeHidden();
  await expect(ada.page.locator('.me > summary')).toBeFocused();

  await keyboard.press('Enter');
  await tabTo(on('.leave button'));
  await keyboard.press('Enter');
  await expect(ada.page).toHaveURL(/\/enter$/);
});

test('the keyboard alone suffices to delete a message', async ({ person }) => {
  const ada = await person('Ada');
  await ada.send('to be deleted');
  await ada.sees('to be deleted');
  const { keyboard } = ada.page;
  const summary = ada.row('to be deleted').locator('summary');
  // The list is one stop: arrows lead to a message, and Tab from there to its tools.
  await ada.list.focus();
  await keyboard.press('ArrowUp');
  for (let n = 0; n < 5 && !(await summary.evaluate((it) => it === document.activeElement)); n++) await keyboard.press('Tab');
  await expect(summary).toBeFocused();
  await expect(summary).toBeVisible();
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await expect(ada.row('to be deleted').getByRole('button', { name: 'Cancel' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(ada.row('to be deleted').locator('.sheet')).toBeHidden();
  await expect(summary).toBeFocused();
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(ada.row('to be deleted').getByRole('button', { name: 'Delete', exact: true })).toBeFocused();
  await keyboard.press('Enter');
  await expect(ada.rows).toHaveCount(0);
  expect(await ada.page.evaluate(() => document.activeElement !== document.body), 'the focus is not lost').toBe(true);
});

test('Escape closes the new-room form and returns the focus; a menu closes when the focus leaves it', async ({ person }) => {
  const ada = await person('Ada');
  const summary = ada.page.locator('.new-room > summary');
  await summary.focus();
  await ada.page.keyboard.press('Enter');
  await expect(ada.page.locator('#new-room')).toBeFocused();
  await ada.page.keyboard.press('Escape');
  await expect(ada.page.locator('#new-room')).toBeHidden();
  await expect(summary).toBeFocused();

  await ada.page.locator('.me > summary').click();
  await expect(ada.page.locator('.me .panel')).toBeVisible();
  await ada.box.click();
  await expect(ada.page.locator('.me .panel')).toBeHidden();
});

test('a tap on a room opens it on a phone, and Back returns to the list', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.createRoom('Second');
  const ada = await person('Ada', PHONE);
  await ada.page.getByRole('link', { name: 'Back to rooms' }).tap();
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Rooms');
  await expect(ada.page.locator('.page')).toBeHidden();
  await ada.room('Second').tap();
  await ada.page.getByRole('button', { name: 'Join room' }).tap();
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Second');
  await expect(ada.page.locator('.side')).toBeHidden();
  await expect(ada.box).not.toBeFocused();
  await ada.page.goBack();
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('Rooms');
});
