// People talk and see each other's messages at once.
import { expect, test } from '../lib/test';

test("two people see each other's messages at once and in order", async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('林薇', { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  await ada.send('Good morning');
  await lin.sees('Good morning');
  await lin.send('早上好，Ada');
  await ada.sees('早上好，Ada');
  await ada.sendByButton('Shall we?');
  await lin.sees('Shall we?');
  for (const someone of [ada, lin]) {
    await someone.sees('Shall we?');
    expect(await someone.texts()).toEqual(['Good morning', '早上好，Ada', 'Shall we?']);
  }
  await expect(lin.row('Good morning').locator('.by bdi')).toHaveText('Ada');
  await expect(ada.row('早上好').locator('.by bdi')).toHaveText('林薇');
});

test('a person who enters later reads the earlier messages', async ({ person }) => {
  const ada = await person('Ada');
  await ada.send('one');
  await ada.sees('one');
  await ada.send('two');
  await ada.sees('two');
  const late = await person('Late');
  await late.sees('one');
  await late.sees('two');
  expect(await late.texts()).toEqual(['one', 'two']);
  await ada.send('three');
  await late.sees('three');
});

test("a message shows its time in the reader's time zone", async ({ person, server }) => {
  const guest = await server.guest('Guest');
  const before = Date.now();
  await guest.send('What time is it?');
  const after = Date.now();
  for (const timeZone of ['Asia/Shanghai', 'America/St_Johns']) {
    const reader = await person(timeZone.replace(/\W/g, ' '), { timezoneId: timeZone });
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const time = reader.row('What time is it?').locator('time');
    await expect.poll(async () => [clock.format(before), clock.format(after)].includes(await time.innerText())).toBe(true);
    const stamp = Date.parse((await time.getAttribute('datetime')) ?? '');
    expect(stamp).toBeGreaterThan(before - 1_000);
    expect(stamp).toBeLessThanOrEqual(after);
  }
});

test('markup is rendered, live and after a reload', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.send('**bold** *italic* ~~struck~~ `code` https://rust-lang.org/ [name](https://example.org/x)');
  await ada.send('```rust\nfn main() {}\n```');
  await ada.send('- one\n- two\n\n1. first\n2. second');
  await ada.send('> quoted\n\nanswer');
  await lin.sees('answer');
  for (const round of ['live', 'reloaded']) {
    await test.step(round, async () => {
      const body = lin.page.locator('li.message .body');
      await expect(body.locator('strong')).toHaveText('bold');
      await expect(body.locator('em')).toHaveText('italic');
      await expect(body.locator('s')).toHaveText('struck');
      await expect(body.locator('p > code')).toHaveText('code');
      await expect(body.locator('pre > code')).toHaveText('fn main() {}');
      await expect(body.locator('ul > li')).toHaveText(['one', 'two']);
      await expect(body.locator('ol > li')).toHaveText(['first', 'second']);
      await expect(body.locator('blockquote')).toHaveText('quoted');
      await expect(body.locator('a').nth(0)).toHaveAttribute('href', 'https://rust-lang.org/');
      await expect(body.locator('a').nth(1)).toHaveAttribute('href', 'https://example.org/x');
      await expect(body.locator('a').nth(1)).toHaveAttribute('rel', /noopener/);
    });
    await lin.reload();
  }
});

test('a second message of the same person names its author for assistive technology only', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.send('first');
  await ada.send('second');
  await lin.sees('second');
  await lin.send('between');
  await ada.sees('between');
  await ada.send('third');
  await lin.sees('third');
  await expect(lin.row('first').locator('.avatar')).toBeVisible();
  await expect(lin.row('second').locator('.avatar')).toHaveCount(0);
  await expect(lin.row('third').locator('.avatar')).toBeVisible();
  const label = await lin.page.getByRole('article', { name: /^Ada second \d\d:\d\d$/ }).count();
  expect(label, 'the second message is named by author, text, time').toBe(1);
});

test('a deleted message disappears for everyone and stays deleted', async ({ person }) => {
  const ada = await person('Ada');
  const lin = await person('Lin');
  await ada.send('keep this');
  await ada.send('take this back');
  await lin.sees('take this back');
  await expect(lin.row('take this back').locator('.actions')).toHaveCount(0);
  const row = ada.row('take this back');
  await row.hover();
  await row.locator('.actions > summary').click();
  await expect(row.locator('.sheet blockquote')).toHaveText('take this back');
  await row.getByRole('button', { name: 'Delete', exact: true }).click();
  for (const someone of [ada, lin]) {
    await expect(someone.row('take this back')).toHaveCount(0);
    await someone.sees('keep this');
    await someone.reload();
    await someone.sees('keep this');
    await expect(someone.row('take this back')).toHaveCount(0);
    expect(await someone.page.content()).not.toContain('take this back');
  }
});

test('the time of a message is a link to it', async ({ person }) => {
  const ada = await person('Ada');
  for (const text of ['first', 'second']) await ada.send(text);
  await ada.sees('second');
  const id = async (text: string) => (await ada.row(text).getAttribute('id'))?.slice(1);
  await ada.mark();
  await ada.row('first').locator('.permalink').click();
  await expect(ada.page).toHaveURL(new RegExp(`/rooms/1/${await id('first')}$`));
  await expect(ada.row('first')).toHaveClass(/target/);
  expect(await ada.marked(), 'the page was not reloaded').toBe(true);
  await ada.row('second').hover();
  await ada.row('second').locator('a.gutter').click();
  await expect(ada.page).toHaveURL(new RegExp(`/rooms/1/${await id('second')}$`));
});

test('people talk on plain http, which is not a secure context', async ({ person, server }) => {
  const url = `http://rill.test:${new URL(server.url).port}`;
  const ada = await person('Ada', { url });
  expect(await ada.page.evaluate(() => [isSecureContext, location.hostname])).toEqual([false, 'rill.test']);
  const lin = await person('Lin', { url });
  await ada.send('over plain http');
  await lin.sees('over plain http');
  await lin.send('and back');
  await ada.sees('and back');
});
