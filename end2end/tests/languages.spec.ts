// English and Chinese: the first byte, the language switch, and no word of the other language.
import type { Page } from '@playwright/test';
import { CHINESE, expect, test } from '../lib/test';
import { STATES } from '../lib/states';

test('the first byte has the language of the cookie, else of the browser, else English', async ({ server }) => {
  const lang = async (headers: Record<string, string>) => {
    const html = await (await fetch(`${server.url}/enter`, { headers })).text();
    return /^<!DOCTYPE html><html lang="([^"]+)"/.exec(html)?.[1];
  };
  expect(await lang({})).toBe('en');
  expect(await lang({ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' })).toBe('zh-CN');
  expect(await lang({ 'accept-language': 'de-DE,de;q=0.9' })).toBe('en');
  expect(await lang({ 'accept-language': 'de,zh;q=0.5,en;q=0.4' })).toBe('zh-CN');
  expect(await lang({ 'accept-language': 'en;q=0.4, zh;q=0.5' })).toBe('zh-CN');
  expect(await lang({ 'accept-language': 'zh-CN', cookie: 'lang=en' })).toBe('en');
  expect(await lang({ 'accept-language': 'en', cookie: 'lang=zh-CN' })).toBe('zh-CN');
  expect(await lang({ 'accept-language': 'en', cookie: 'lang=xx' })).toBe('en');
});

test('the language switch works on the enter page and in the menu, and the choice stays', async ({ person }) => {
  const ada = await person('Ada', { enter: false });
  await ada.page.goto(`${ada.url}/enter`);
  await ada.page.getByRole('button', { name: '中文' }).click();
  await expect(ada.page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(ada.page.getByRole('heading', { level: 1 })).toHaveText('进入聊天');
  await ada.enter();
  await expect(ada.page.getByText('还没有消息，来发第一条吧。')).toBeVisible();
  await ada.type('a draft');
  await ada.menu('English');
  await expect(ada.page.locator('html')).toHaveAttribute('lang', 'en');
  await ada.ready();
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
  await expect(ada.page.getByText('No messages yet. Write the first one.')).toBeVisible();
  await expect(ada.box).toHaveValue('a draft');
});

/** Returns Rill's own words on the page, visible or for screen readers, without names and messages. */
async function words(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const theirs = 'bdi, .body, .kept-text pre, .sheet blockquote, textarea, script, style, .switch button[lang], .refused b';
    const found: string[] = [document.title.replace(/.* · /, '')];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      if (!walk.currentNode.parentElement?.closest(theirs)) found.push(walk.currentNode.textContent ?? '');
    }
    for (const element of document.querySelectorAll('*')) {
      if (element.closest('.switch button[lang]')) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description'])
        found.push(element.getAttribute(name) ?? '');
    }
    const description = document.querySelector('meta[name=description]')?.getAttribute('content') ?? '';
    // Names inside sentences: of people and rooms that the page shows.
    const shown = [...document.querySelectorAll('bdi')].map((name) => name.textContent ?? '');
    const names = ['General', ...shown].filter(Boolean);
    const without = (text: string) => names.reduce((rest, name) => rest.replaceAll(name, ''), text);
    return [...found, description].map((text) => without(text).replace(/[\u2068\u2069]/g, '').trim()).filter(Boolean);
  });
}

/** Words of both languages: the product's name and the labels of keys. */
const COMMON = ['Rill', 'Enter', 'Shift', 'Ctrl'];

for (const state of STATES) {
  test(`${state.name} shows English words only`, async ({ person, server, errors }) => {
    const ada = await person('Zoë', { ...state.visit, timezoneId: 'Asia/Shanghai' });
    await state.go(ada, server, errors);
    const english = await words(ada.page);
    expect(english.length).toBeGreaterThan(2);
    expect(english.filter((text) => /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/.test(text))).toEqual([]);
  });

  test(`${state.name}：页面上没有外文`, async ({ person, server, errors }) => {
    const lin = await person('小乔', { ...state.visit, ...CHINESE });
    await state.go(lin, server, errors);
    const chinese = await words(lin.page);
    expect(chinese.filter((text) => /[\u3400-\u9fff]/.test(text)).length).toBeGreaterThan(1);
    const latin = chinese.flatMap((text) => text.match(/[A-Za-z]{2,}/g) ?? []);
    expect(latin.filter((word) => !COMMON.includes(word))).toEqual([]);
  });
}
