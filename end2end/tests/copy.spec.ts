// Buttons that copy: a block of code, the address of an empty room. What they have done is said.
import type { Person } from '../lib/person';
import { expect, test } from '../lib/test';

const READS = { permissions: ['clipboard-read', 'clipboard-write'] };
const copied = (person: Person) => person.page.evaluate(() => navigator.clipboard.readText());

test('a button copies a block of code, says so, and is reached by keyboard', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.send('before\n\n```\nlet a = 1;\n\n    let b = 2;\n```');
  const ada = await person('Ada', READS);
  await ada.sees('before');
  const button = ada.page.locator('.copy');
  await ada.row('before').locator('.code').hover();
  await expect(button).toHaveCSS('opacity', '1');
  await button.click();
  await expect(button).toHaveText('Copied');
  await expect(ada.page.locator('#said[role=status]')).toHaveText('Copied');
  expect(await copied(ada)).toBe('let a = 1;\n\n    let b = 2;');
  await expect(button).toHaveText('Copy');

  await ada.page.evaluate(() => navigator.clipboard.writeText(''));
  await ada.list.focus();
  const { keyboard } = ada.page;
  for (const key of ['ArrowUp', 'Tab', 'Tab']) await keyboard.press(key);
  await expect(button).toBeFocused();
  await keyboard.press('Enter');
  await expect(button).toHaveText('Copied');
  await expect(button).toBeFocused();
  expect(await copied(ada)).toBe('let a = 1;\n\n    let b = 2;');
});

test('the button to copy and the tools of its message lie beside each other', async ({ person }) => {
  const ada = await person('Ada');
  await ada.send('with a name above');
  await ada.send('```\none line\n```');
  const row = ada.row('one line');
  for (const width of [1280, 360]) {
    await ada.page.setViewportSize({ width, height: 740 });
    await row.hover();
    await expect(row.locator('.copy')).toHaveCSS('opacity', '1');
    const [copy, tools] = [await row.locator('.copy').boundingBox(), await row.locator('.tools').boundingBox()];
    expect(copy && tools && copy.x + copy.width <= tools.x, `${width}: ${JSON.stringify([copy, tools])}`).toBe(true);
  }
});

test('code is copied where the page has no clipboard of the new kind', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.send('```\nover plain HTTP\n```');
  const ada = await person('Ada', { ...READS, locale: 'zh-CN' });
  await ada.sees('over plain HTTP');
  await ada.page.evaluate(() => Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined }));
  await ada.page.locator('.code').hover();
  await ada.page.locator('.copy').click();
  await expect(ada.page.locator('.copy')).toHaveText('已复制');
  await ada.box.focus();
  await ada.page.keyboard.press('ControlOrMeta+v');
  await expect(ada.box).toHaveValue('over plain HTTP');
});

test('an empty room offers to copy its address', async ({ person }) => {
  const ada = await person('Ada', READS);
  const button = ada.page.locator('.beginning button');
  await expect(button).toHaveText('Invite people: copy the address');
  await button.click();
  await expect(button).toHaveText('Copied');
  expect(await copied(ada)).toBe(`${ada.url}/rooms/1`);
  await ada.send('no longer empty');
  await ada.sees('no longer empty');
  await expect(button).toBeHidden();
});

test('copied messages have names and text, but neither times nor buttons', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.send('words\n\n```\ncode\n```');
  const ada = await person('Ada', READS);
  await ada.sees('words');
  await ada.rows.last().evaluate((row) => getSelection()!.selectAllChildren(row.querySelector('.content')!));
  await ada.page.keyboard.press('ControlOrMeta+c');
  const text = await copied(ada);
  expect(text.replace(/\s+/g, ' ').trim()).toBe('Guest words code');
});
