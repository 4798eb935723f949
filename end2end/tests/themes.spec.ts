// Light, dark and the system theme: right from the first byte, switched without a reload, usable without colours.
import type { Page } from '@playwright/test';
import { fail } from '../lib/states';
import { expect, test } from '../lib/test';

const paper = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('the first byte has the theme of the cookie', async ({ server }) => {
  const theme = async (cookie: string) => {
    const html = await (await fetch(`${server.url}/enter`, { headers: { cookie } })).text();
    return /^<!DOCTYPE html><html lang="en" data-theme="([a-z]+)"/.exec(html)?.[1];
  };
  expect(await theme('')).toBe('system');
  expect(await theme('theme=dark')).toBe('dark');
  expect(await theme('theme=light')).toBe('light');
  expect(await theme('theme="><script>')).toBe('system');
});

test('the theme switch changes the page without a reload, and the next page starts with it', async ({ person }) => {
  const ada = await person('Ada', { colorScheme: 'light' });
  const light = await paper(ada.page);
  await ada.mark();
  await ada.type('kept');
  await ada.menu('Dark');
  await expect(ada.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const dark = await paper(ada.page);
  expect(dark).not.toBe(light);
  expect(await ada.marked()).toBe(true);
  await expect(ada.box).toHaveValue('kept');
  await expect(ada.page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(async () => (await ada.context.cookies()).find(({ name }) => name === 'theme')?.value).toBe('dark');

  await ada.page.reload({ waitUntil: 'commit' });
  expect(await ada.page.locator('html').getAttribute('data-theme')).toBe('dark');
  await ada.ready();
  expect(await paper(ada.page)).toBe(dark);
});

test('the system decides the theme when none is chosen, also while the page is open', async ({ person }) => {
  const ada = await person('Ada', { colorScheme: 'light' });
  const light = await paper(ada.page);
  await ada.page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => paper(ada.page)).not.toBe(light);
  await ada.menu('Light');
  await expect.poll(() => paper(ada.page)).toBe(light);
});

test('the current room, the pressed switch and a failed row have outlines in forced colours', async ({ person, errors }) => {
  const ada = await person('Ada', { forcedColors: 'active' });
  await fail(ada, errors, 'not gone');
  const line = (selector: string, side: 'outline' | 'border-top') =>
    ada.page
      .locator(selector)
      .first()
      .evaluate((element, side) => {
        const style = getComputedStyle(element);
        return [style.getPropertyValue(`${side}-style`), style.getPropertyValue(`${side}-width`)];
      }, side);
  expect(await line('.room[aria-current]', 'outline')).toEqual(['solid', '2px']);
  expect(await line('.failed > article', 'border-top')).toEqual(['dashed', '1px']);
  await ada.page.locator('.favourite').click();
  await expect.poll(() => line('.favourite.pressed', 'outline')).toEqual(['solid', '2px']);
  await ada.page.locator('.me > summary').click();
  expect(await line('.switch button[aria-pressed="true"]', 'outline')).toEqual(['solid', '2px']);
});

test('nothing moves when reduced motion is preferred', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const { id } = await guest.send('linked to');
  const ada = await person('Ada', { reducedMotion: 'reduce' });
  await ada.goto(`/rooms/1/${id}`);
  const moving = await ada.page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) => {
      const style = getComputedStyle(element);
      const slow = style.transitionDuration
        .split(',')
        .some((time) => Number.parseFloat(time) * (time.endsWith('ms') ? 1 : 1_000) > 100);
      const animated = style.animationName !== 'none' && Number.parseFloat(style.animationDuration) > 0.1;
      return slow || animated || style.scrollBehavior === 'smooth' ? [element.className] : [];
    }),
  );
  expect(moving).toEqual([]);
});
