// How text is shown: blanks, direction, emphasis, accents.
import { expect, test } from '../lib/test';

test('runs of blanks and indentation stay, also after the row is confirmed', async ({ person }) => {
  const ada = await person('Ada');
  const text = 'a    b\n    c\td';
  await ada.box.fill(text);
  await ada.box.press('Enter');
  await ada.sees('a    b');
  const body = ada.rows.last().locator('.body');
  await expect.poll(() => body.innerText()).toBe(text);
  await ada.reload();
  await expect.poll(() => body.innerText()).toBe(text);
});

test('each block has the direction of its own first letter', async ({ person, server }) => {
  const ada = await person('Ada');
  const guest = await server.guest('Guest');
  await guest.send('Hello\n\nשלום\n\n- אחת\n\n> שתיים');
  await ada.sees('Hello');
  const blocks = ada.rows.last().locator('.body > *');
  const directions = await blocks.evaluateAll((all) => all.map((block) => getComputedStyle(block).direction));
  expect(directions).toEqual(['ltr', 'rtl', 'rtl', 'rtl']);
  await ada.box.fill('שלום');
  expect(await ada.box.evaluate((box) => getComputedStyle(box).direction)).toBe('rtl');
});

for (const locale of ['en-US', 'zh-CN']) {
  test(`emphasis is a slant for Latin and dots for Han in a page in ${locale}`, async ({ person, server }) => {
    const ada = await person('Ada', { locale });
    const guest = await server.guest('Guest');
    await guest.send('*really* *真的*');
    await ada.sees('really');
    const style = (text: string) =>
      ada.rows
        .last()
        .locator('em', { hasText: text })
        .evaluate((em) => [getComputedStyle(em).fontStyle, getComputedStyle(em).textEmphasisStyle]);
    expect(await style('really')).toEqual(['italic', 'none']);
    expect(await style('真的')).toEqual(['normal', expect.not.stringMatching('none')]);
  });
}

test('piled accents are cut off at their message', async ({ person, server }) => {
  const ada = await person('Ada');
  const guest = await server.guest('Guest');
  await guest.send(`a${'\u0301'.repeat(20)}`);
  await ada.sees('a');
  const body = ada.rows.last().locator('.body');
  expect(await body.evaluate((element) => getComputedStyle(element).overflowY)).toBe('clip');
});

test('translators leave names and code alone', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.send('with `code`\n\n```\nblock\n```');
  const ada = await person('Ada');
  await ada.send('drawn by the browser `code`');
  await ada.sees('drawn by the browser');
  const kept = 'title, h1 > bdi, .room > bdi, .me > summary > bdi, .by bdi, .brand, .body code, .body pre';
  const open = await ada.page.locator(kept).evaluateAll((all) =>
    all.filter((one) => (one as HTMLElement).translate !== false).map((one) => one.outerHTML),
  );
  expect(open).toEqual([]);
  expect(await ada.page.locator(kept).count()).toBeGreaterThan(9);
});
