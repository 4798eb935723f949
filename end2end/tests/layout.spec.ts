// Layout at every width: no sideways scrolling, aligned edges, targets large enough, correct line breaks.
import type { Page } from '@playwright/test';
import { seedRooms, MARKUP, SIZES, STATES } from '../lib/states';
import { CHINESE, expect, PHONE, test } from '../lib/test';

async function sideways(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const root = document.documentElement;
    const list = document.querySelector('section.list');
    return Math.max(
      root.scrollWidth - innerWidth,
      document.body.scrollWidth - innerWidth,
      list ? list.scrollWidth - list.clientWidth : 0,
    );
  });
}

/** Returns the visible controls smaller than `least` pixels in either direction, except links inside a sentence. */
async function small(
  page: Page,
  least: number,
  only = 'a, button, summary, input:not([type=hidden]), textarea',
): Promise<string[]> {
  return await page.evaluate(
    ({ least, only }) =>
      [...document.querySelectorAll<HTMLElement>(only)].flatMap((element) => {
        // A field in its label is chosen by a press anywhere on that.
        const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
        const hidden = width <= 1 || !element.checkVisibility({ visibilityProperty: true });
        if (hidden || element.closest('.body, .skip') || (width >= least - 0.01 && height >= least - 0.01)) return [];
        return [`${element.tagName} ${element.className || element.textContent} ${width}×${height}`];
      }),
    { least, only },
  );
}

for (const state of STATES) {
  test(`${state.name} never scrolls sideways, and its controls are at least 24 pixels`, async ({ person, server, errors }) => {
    const visit = state.name.length % 2 === 0 ? CHINESE : {};
    const ada = await person('Wolfeschlegelsteinhausenbergerdorff', { ...state.visit, ...visit });
    await state.go(ada, server, errors);
    for (const size of SIZES) {
      await ada.page.setViewportSize(size);
      expect(await sideways(ada.page), `${size.width}`).toBeLessThanOrEqual(0);
      expect(await small(ada.page, 24), `${size.width}`).toEqual([]);
    }
  });
}

test('long words and names wrap at every width', async ({ person, server }) => {
  const guest = await server.guest('W'.repeat(40));
  await guest.send('x'.repeat(600));
  await guest.send('字'.repeat(300));
  await guest.send(`\`${'y'.repeat(300)}\``);
  const room = await guest.createRoom('M'.repeat(64));
  const ada = await person('Ada');
  for (const path of ['/rooms/1', `/rooms/${room}`]) {
    await ada.goto(path);
    const fits = async () => {
      for (const size of SIZES) {
        await ada.page.setViewportSize(size);
        expect(await sideways(ada.page), `${path} ${size.width}`).toBeLessThanOrEqual(0);
      }
    };
    await fits();
    if (path !== '/rooms/1') {
      await ada.join();
      await fits();
    }
  }
});

test('the message box aligns with the avatars from 720 pixels up', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(60);
  const ada = await person('Ada');
  for (const size of [{ width: 720, height: 900 }, ...SIZES.filter(({ width }) => width > 720)]) {
    await ada.page.setViewportSize(size);
    const left = async (selector: string) => (await ada.page.locator(selector).first().boundingBox())?.x ?? Number.NaN;
    expect(Math.abs((await left('.card')) - (await left('.message .avatar'))), `${size.width}`).toBeLessThanOrEqual(1);
  }
});

test('the message column is at most 960 pixels wide and centred on a wide screen', async ({ person, server }) => {
  await seedRooms(server);
  const ada = await person('Ada', { viewport: { width: 1920, height: 1080 } });
  const [column, pane] = [await ada.page.locator('.list > ol').boundingBox(), await ada.list.boundingBox()];
  if (!column || !pane) throw new Error('no list');
  expect(column.width).toBeLessThanOrEqual(960);
  const gutter = await ada.list.evaluate((list) => list.clientWidth);
  expect(Math.abs(column.x - pane.x - (gutter - column.width) / 2)).toBeLessThanOrEqual(1);
});

test('the message box and 90 pixels of messages are in view at 320 by 256', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(20);
  const ada = await person('Ada', { viewport: { width: 320, height: 256 } });
  await expect(ada.box).toBeInViewport({ ratio: 1 });
  await expect(ada.page.locator('button.send')).toBeInViewport({ ratio: 1 });
  const list = await ada.list.boundingBox();
  expect(list?.height).toBeGreaterThanOrEqual(90);
  await ada.send('fits');
  await ada.sees('fits');
  await expect(ada.row('fits')).toBeInViewport({ ratio: 1 });
});

// Of a box with a label around it, the label is the target.
const PRIMARY =
  '.send, .back, .room, .button, .switch button, summary, .pill, .choice, input:not([type=hidden], .choice > input)';

for (const state of STATES) {
  test(`${state.name} has primary targets of 44 pixels and no target below 24 on a touch screen`, async ({
    person,
    server,
    errors,
  }) => {
    const finger = await person('Finger', { ...state.visit, ...PHONE });
    await state.go(finger, server, errors);
    expect(await finger.page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
    expect(await small(finger.page, 24)).toEqual([]);
    expect(await small(finger.page, 44, PRIMARY)).toEqual([]);
  });
}

test('the message box does not trigger zooming on a phone, and zooming is allowed', async ({ person }) => {
  const ada = await person('Ada', PHONE);
  expect(await ada.box.evaluate((box) => Number.parseFloat(getComputedStyle(box).fontSize))).toBeGreaterThanOrEqual(16);
  const viewport = (await ada.page.locator('meta[name=viewport]').getAttribute('content')) ?? '';
  expect(viewport).not.toMatch(/user-scalable|maximum-scale/);
  await expect(ada.box, 'nothing takes the focus by itself').not.toBeFocused();
});

test('nothing is cut off when the root font is twice as large', async ({ person, server }) => {
  await seedRooms(server);
  const ada = await person('Ada');
  const session = await ada.context.newCDPSession(ada.page);
  await session.send('Page.enable');
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32 } });
  await ada.reload();
  expect(await ada.page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('32px');
  for (const size of SIZES.slice(1)) {
    await ada.page.setViewportSize(size);
    expect(await sideways(ada.page), `${size.width}`).toBeLessThanOrEqual(0);
    const cut = await ada.page.evaluate(() =>
      [...document.querySelectorAll('body *')].flatMap((element) => {
        const cuts = ['hidden', 'clip'].includes(getComputedStyle(element).overflowY) && element.clientHeight > 1;
        return cuts && element.scrollHeight > element.clientHeight + 1 ? [`${element.tagName} ${element.className}`] : [];
      }),
    );
    expect(cut, `${size.width}`).toEqual([]);
  }
});

/** Returns the first and last character of every line, and the pairs of Latin letters split by a line break. */
async function lines(page: Page): Promise<{ first: string[]; last: string[]; parted: string[] }> {
  return await page.evaluate(() => {
    const out = { first: [] as string[], last: [] as string[], parted: [] as string[] };
    for (const paragraph of document.querySelectorAll('.body p, .body li')) {
      const walk = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      const letters: Array<{ text: string; bottom: number }> = [];
      while (walk.nextNode()) {
        const node = walk.currentNode as Text;
        if (node.parentElement?.closest('code, a')) continue;
        for (let at = 0; at < node.length; at++) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          const box = range.getClientRects()[0];
          if (box && box.width > 0) letters.push({ text: node.data[at], bottom: box.bottom });
        }
      }
      letters.forEach((letter, n) => {
        const before = letters[n - 1];
        if (!before || letter.bottom - before.bottom < 6) return;
        out.first.push(letter.text);
        out.last.push(before.text);
        if (/[A-Za-z]/.test(letter.text) && /[A-Za-z]/.test(before.text)) out.parted.push(before.text + letter.text);
      });
    }
    return out;
  });
}

for (const visit of [{ locale: 'en-GB' }, CHINESE]) {
  test(`no line begins or ends with punctuation of its neighbour (${visit.locale})`, async ({ person, server }) => {
    const guest = await server.guest('Guest');
    const sentence =
      '他说：「标点不能放在行首。」（括号也一样！）《书名》，还有 streaming 和 interface 这样的词；真的吗？是的，“引号”也是。';
    for (let n = 0; n < 12; n++) await guest.send('嗯'.repeat(n) + sentence.repeat(3));
    await guest.send(MARKUP[1]);
    const ada = await person('Ada', visit);
    for (const width of [320, 360, 500, 768, 1280]) {
      await ada.page.setViewportSize({ width, height: 800 });
      const { first, last, parted } = await lines(ada.page);
      expect(first.length, 'there are lines').toBeGreaterThan(20);
      expect(
        first.filter((mark) => '，。！？；：、」』）》】”’'.includes(mark)),
        `${width}`,
      ).toEqual([]);
      expect(
        last.filter((mark) => '「『（《【“‘'.includes(mark)),
        `${width}`,
      ).toEqual([]);
      expect(parted, `${width}`).toEqual([]);
    }
  });
}

test('Chinese pages use neither italics nor letter spacing, but for stressed Latin', async ({ person, server }) => {
  await seedRooms(server);
  const lin = await person('小乔', CHINESE);
  await lin.sees('and an answer');
  const wrong = await lin.page.evaluate(() =>
    [...document.querySelectorAll('body *')].flatMap((element) => {
      if (element.matches('em:not(.dots)') && !/\p{Script=Han}/u.test(element.textContent ?? '')) return [];
      const style = getComputedStyle(element);
      const spread = !['normal', '0px'].includes(style.letterSpacing);
      return style.fontStyle !== 'normal' || spread || style.textTransform === 'uppercase'
        ? [`${element.tagName} ${element.className}`]
        : [];
    }),
  );
  expect(wrong).toEqual([]);
});
