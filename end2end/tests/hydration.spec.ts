// The time before the module is loaded, and a module that never loads.
import { Gate } from '../lib/gate';
import { expect, test } from '../lib/test';

test('text typed before hydration stays, with caret and focus', async ({ person }) => {
  const ada = await person('Ada', { live: false, enter: false });
  const gate = await Gate.holdRequests(ada.page, '**/*.wasm');
  await ada.enter();
  await gate.arrived();
  await ada.box.click();
  await ada.page.keyboard.insertText('你好');
  await ada.page.keyboard.press('ArrowLeft');
  const stands = () =>
    ada.box.evaluate((box: HTMLTextAreaElement) => [
      box.value,
      box.selectionStart,
      box.selectionEnd,
      document.activeElement === box,
    ]);
  expect(await stands()).toEqual(['你好', 1, 1, true]);
  gate.open();
  await expect(ada.page.locator('html[data-live]')).toBeAttached();
  expect(await stands()).toEqual(['你好', 1, 1, true]);
  await ada.box.press('Enter');
  await ada.sees('你好');
});

test('a double click on Send before hydration makes one message and returns to the room', async ({ person, server }) => {
  const ada = await person('Ada', { live: false, enter: false });
  const gate = await Gate.holdRequests(ada.page, '**/*.wasm');
  await ada.enter();
  await ada.type('only once');
  await ada.page.locator('button.send').dblclick();
  await ada.sees('only once');
  await expect(ada.page).toHaveURL(/\/rooms\/1$/);
  gate.open();
  await expect(ada.page.locator('html[data-live]')).toBeAttached();
  const guest = await server.guest('Guest');
  const page = await guest.post<{ messages: unknown[] }>('/api/messages/page', { room: 1 });
  expect(page.messages).toHaveLength(1);
  await ada.sees('only once');
});

test('a message sent before hydration and again after it is stored once', async ({ person, server }) => {
  const ada = await person('Ada', { live: false, enter: false });
  const gate = await Gate.holdRequests(ada.page, '**/*.wasm');
  await ada.enter();
  await ada.type('once and for all');
  // The form reaches the server, and the answer never reaches the page.
  const form = await ada.page
    .locator('form.compose')
    .evaluate((form: HTMLFormElement) => Object.fromEntries(new FormData(form) as never));
  expect(form).toMatchObject({ room: '1', text: 'once and for all' });
  await ada.context.request.post(`${ada.url}/api/messages/send`, { form, headers: { accept: 'application/json' } });
  gate.open();
  await expect(ada.page.locator('html[data-live]')).toBeAttached();
  await ada.page.locator('button.send').click();
  await ada.sees('once and for all');
  const guest = await server.guest('Guest');
  const page = await guest.post<{ messages: unknown[] }>('/api/messages/page', { room: 1 });
  expect(page.messages).toHaveLength(1);
  expect(await ada.texts()).toEqual(['once and for all']);
});

test('forms work and a notice says that live updates are off when the module never loads', async ({ person, server, errors }) => {
  errors.allow(/\.wasm|ERR_FAILED/);
  const guest = await server.guest('Guest');
  await guest.send('before');
  const ada = await person('Ada', { live: false, prepare: ({ page }) => page.route('**/*.wasm', (route) => route.abort()) });
  const line = ada.page.locator('#no-live');
  await expect(line).toHaveText('Live updates are off. Reload for new messages.');
  await expect(line).toBeVisible();
  await ada.sees('before');
  await ada.sendByButton('sent by the form');
  await ada.sees('sent by the form');
  await expect(line).toBeVisible();
  await ada.goto('/rooms');
  await ada.room('General').click();
  await ada.sees('sent by the form');
});

test('the notice about live updates is hidden when the module loads', async ({ person }) => {
  const ada = await person('Ada');
  await expect(ada.page.locator('#no-live')).toBeHidden();
});

test('a second visit downloads no module, script or style sheet', async ({ person }) => {
  const ada = await person('Ada');
  const fetched = () =>
    ada.page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter((entry) => /\/pkg\//.test(entry.name))
        .map((entry) => ({ kind: new URL(entry.name).pathname.split('.').at(-1), bytes: entry.transferSize })),
    );
  await ada.goto('/rooms/1');
  await expect.poll(async () => new Set((await fetched()).map(({ kind }) => kind))).toEqual(new Set(['css', 'js', 'wasm']));
  expect((await fetched()).filter(({ bytes }) => bytes > 0)).toEqual([]);
  const kinds = (await fetched()).map(({ kind }) => kind).sort();
  expect(kinds, 'every preloaded file is used').toEqual(['css', 'js', 'js', 'wasm', 'wasm', 'wasm']);
});

test('foreign elements in the body do not disturb the page', async ({ person }) => {
  const ada = await person('Ada', { live: false, enter: false });
  const gate = await Gate.holdRequests(ada.page, '**/*.wasm');
  await ada.enter();
  await ada.page.evaluate(() => {
    document.body.prepend(document.createElement('div'));
    document.body.prepend('text of an extension');
  });
  gate.open();
  await expect(ada.page.locator('html[data-live]')).toBeAttached();
  await ada.send('all is well');
  await ada.sees('all is well');
});

test('a page whose elements were changed before hydration works by its forms and says so', async ({ person, errors }) => {
  errors.allow(/panicked|unreachable|hydrat/i);
  const ada = await person('Ada', { live: false, enter: false });
  const gate = await Gate.holdRequests(ada.page, '**/*.wasm');
  await ada.enter();
  await ada.type('typed before');
  await ada.page.evaluate(() => {
    const card = document.querySelector('.card') as HTMLElement;
    card.insertBefore(document.createElement('div'), card.firstChild);
  });
  gate.open();
  await expect(ada.page.locator('#no-live')).toBeVisible();
  await expect(ada.box).toHaveValue('typed before');
  await ada.page.locator('button.send').click();
  await ada.sees('typed before');
});
