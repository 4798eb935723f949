// The pages and states that a person can meet, each with the steps that lead to it. Checks of every state use this list.
import { LOST, type BrowserErrors } from './errors';
import type { Person } from './person';
import type { Server } from './server';
import { SEND, type Visit } from './test';

export interface State {
  name: string;
  /** The browser's setup for the state. */
  visit?: Visit;
  /** Leads there from General. */
  go: (person: Person, server: Server, errors: BrowserErrors) => Promise<void>;
}

/** The window sizes at which layout is checked, from 400% zoom to a wide screen. */
export const SIZES = [
  { width: 320, height: 256 },
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

export const MARKUP = [
  'Plain words, then **bold**, *italic*, ~~struck~~, `code` and https://example.org/a-rather-long-address/with/many/parts/that/do/not/break.html',
  '中文和 English 混排，也要 `Last-Event-ID` 这样的词；标点（括号、引号）“都”要好看。*强调*一下。',
  '```rust\nfn main() {\n    println!("' +
    'a line that is long enough to need scrolling sideways on a phone, and then some more of it");\n}\n```',
  '- one\n- two\n  - nested\n\n3. three\n4. four',
  '> quoted words\n\nand an answer to them',
];

/** Creates rooms with every kind of markup, by two people. */
export async function seedRooms(server: Server): Promise<void> {
  const [ada, lin] = [await server.guest('Ada Lovelace'), await server.guest('林薇')];
  for (const [n, text] of MARKUP.entries()) await (n % 3 === 1 ? lin : ada).send(text);
  const design = await ada.createRoom('design');
  await ada.send('Ink on paper.', design);
  await lin.createRoom('公告大厅');
}

const noModule: Visit = { live: false, prepare: ({ page }) => page.route('**/*.wasm', (route) => route.abort()) };

/** Opens a details element by its summary. */
async function open(person: Person, details: string): Promise<void> {
  await person.page.locator(`${details} > summary`).click();
}

/** Makes what is written in General what is written in another room, as if that one was lost, and opens its page. */
export async function lose(person: Person, room: number): Promise<void> {
  // A page of the same origin without the program.
  await person.page.goto(`${person.url}/healthz`);
  await person.page.evaluate((room) => {
    sessionStorage.clear();
    for (const [name, item] of Object.entries(localStorage)) {
      localStorage.removeItem(name);
      if (name.startsWith('rill draft ')) localStorage.setItem(name.replace(/1$/, String(room)), item);
      if (!name.startsWith('rill.unsent.')) continue;
      const stored = JSON.parse(item);
      stored.outboxes = stored.outboxes.map(([, outbox]: [number, unknown]) => [room, outbox]);
      localStorage.setItem(name, JSON.stringify(stored));
    }
  }, room);
  await person.goto(`/rooms/${room}`);
}

/** Sends a message that the server refuses permanently. */
export async function fail(person: Person, errors: BrowserErrors, text: string): Promise<void> {
  errors.allow(/status of 403/);
  await person.page.route(SEND, (route) => route.fulfill({ status: 403, json: { error: 'forbidden' } }));
  await person.sendByButton(text);
  await person.page.locator('.unsent').first().waitFor();
}

/** Sets the workspace up by its link; it leads to the owner's first steps. */
async function setUp(person: Person, server: Server): Promise<void> {
  await person.page.goto(await server.setUpLink());
  const fields = { workspace: '123', name: person.name, handle: 'owner.1', password: '123 456 789 0' };
  for (const [name, value] of Object.entries(fields)) await person.page.locator(`[name=${name}]`).fill(value);
  await person.page.locator('form[action="/api/setup/create"] button').click();
  await person.page.waitForURL('**/welcome');
}

export const STATES: State[] = [
  {
    name: 'enter page',
    visit: { enter: false },
    go: async (person) => void (await person.page.goto(`${person.url}/enter`)),
  },
  {
    name: 'refused name',
    visit: { enter: false },
    go: async (person, server, errors) => {
      errors.allow(/status of 409/);
      await server.guest('Grace');
      await person.page.goto(`${person.url}/enter`);
      await person.page.locator('#name').fill('Grace');
      await person.page.keyboard.press('Enter');
      await person.page.getByRole('alert').waitFor();
      await person.page.waitForLoadState('load');
    },
  },
  {
    name: 'sign-in page',
    visit: { enter: false },
    go: async (person) => void (await person.page.goto(`${person.url}/sign-in`)),
  },
  {
    name: 'set-up page',
    visit: { enter: false },
    go: async (person, server) => void (await person.page.goto(await server.setUpLink())),
  },
  { name: 'first steps', visit: { enter: false }, go: setUp },
  {
    name: "owner's settings",
    visit: { enter: false },
    go: async (person, server) => (await setUp(person, server), void (await person.page.goto(`${person.url}/settings`))),
  },
  {
    name: 'invitation that was made',
    visit: { enter: false },
    go: async (person, server) => {
      await setUp(person, server);
      await person.page.goto(`${person.url}/admin/invites`);
      await person.page.getByRole('main').locator('form button.primary').click();
      await person.page.locator('.qr').waitFor();
    },
  },
  {
    name: 'people of the workspace',
    visit: { enter: false },
    go: async (person, server) => {
      // Names that are neither English nor Chinese, as the checks of languages want.
      await server.guest('Оля');
      await setUp(person, server);
      await person.page.goto(`${person.url}/admin/people`);
      await open(person, 'li:last-child .member-acts');
    },
  },
  {
    name: 'new password by a recovery link',
    visit: { enter: false },
    go: async (person) => void (await person.page.goto(`${person.url}/recover`)),
  },
  {
    name: 'join by invitation',
    visit: { enter: false },
    go: async (person) => void (await person.page.goto(`${person.url}/join`)),
  },
  {
    name: 'quick switcher',
    go: async (person, server) => {
      const guest = await server.guest('Оля');
      for (const name of ['123', 'Оля 123', '1']) await guest.createRoom(name);
      await person.page.keyboard.press('Control+k');
      await person.page.keyboard.type('12');
      await person.page.locator('.switcher a').nth(1).waitFor();
    },
  },
  {
    name: 'panel of an own room',
    go: async (person, server) => {
      // Names that are neither English nor Chinese, as the checks of languages want.
      await server.guest('Оля');
      // On a phone the list of rooms is a page of its own.
      await person.goto('/rooms');
      await open(person, '.new-room');
      await person.page.locator('#new-room').fill('Чай');
      await person.page.locator('.new-room [name=kind]').check();
      await person.page.locator('.new-room form > button').click();
      await person.page.waitForURL(/\/rooms\/2$/);
      await person.page.goto(`${person.url}/rooms/2/people`);
      await person.page.locator('.panel-part li button').first().click();
      await open(person, '.member-acts');
    },
  },
  {
    name: 'rooms to join',
    go: async (person, server) => (await seedRooms(server), void (await person.page.goto(`${person.url}/browse`))),
  },
  {
    name: 'people to write to',
    go: async (person, server) => {
      for (const name of ['Ada Lovelace', '林薇', 'W'.repeat(40), 'Оля']) await server.guest(name);
      await person.page.goto(`${person.url}/people?with=2,4`);
    },
  },
  {
    name: 'one person',
    go: async (person, server) => (await server.guest('Оля'), void (await person.page.goto(`${person.url}/people/2`))),
  },
  {
    name: 'direct room',
    go: async (person, server) => {
      await seedRooms(server);
      const guest = await server.guest('Grace Hopper');
      for (const users of ['1', '1,2,3']) await guest.post('/api/rooms/direct', { users });
      const { id } = await guest.post<{ id: number }>('/api/rooms/direct', { users: 1 });
      await guest.send('A word between us.', id);
      await person.goto(`/rooms/${id}`);
    },
  },
  {
    name: 'direct rooms list',
    go: async (person, server) => {
      await seedRooms(server);
      const guest = await server.guest('W'.repeat(40));
      for (const users of ['1', '1,2,3', '1,2']) await guest.post('/api/rooms/direct', { users });
      await person.goto('/rooms');
    },
  },
  { name: 'settings', go: async (person) => void (await person.page.goto(`${person.url}/settings`)) },
  { name: 'room', go: async (person, server) => (await seedRooms(server), await person.sees('and an answer')) },
  { name: 'empty room', go: async (person) => await person.goto('/rooms/1') },
  {
    name: 'rooms list',
    go: async (person, server) => (await seedRooms(server), await person.goto('/rooms')),
  },
  {
    name: 'older page',
    go: async (person, server) => {
      const guest = await server.guest('Grace');
      const sent = await guest.sendMany(120);
      await person.goto(`/rooms/1?before=${sent[99].id}`);
    },
  },
  {
    name: 'missing',
    go: async (person, _, errors) => {
      errors.allow(/status of 404/);
      await person.goto('/rooms/999');
    },
  },
  {
    name: 'missing page',
    go: async (person, _, errors) => {
      errors.allow(/status of 404/);
      await person.page.goto(`${person.url}/nothing`);
    },
  },
  {
    name: 'not joined',
    go: async (person, server) => {
      const guest = await server.guest('Grace');
      await person.goto(`/rooms/${await guest.createRoom('Side room')}`);
    },
  },
  {
    name: 'people',
    go: async (person, server) => {
      for (const name of ['Ada Lovelace', '林薇', 'W'.repeat(40), 'علی']) await server.guest(name);
      await person.page.locator('.people').click();
      await person.page.locator('.people-page').waitFor();
    },
  },
  {
    name: 'kept text',
    go: async (person, server) => {
      const room = await (await server.guest('Grace')).createRoom('Side room');
      await person.type('A thought that was not sent when the room was lost.\n\nAnd a second paragraph of it.');
      await lose(person, room);
      await person.page.locator('.kept-text').waitFor();
    },
  },
  {
    name: 'room refused by a form',
    visit: noModule,
    go: async (person, _, errors) => {
      errors.allow(/wasm|ERR_FAILED|status of 409/);
      await person.page.goto(`${person.url}/rooms`);
      await open(person, '.new-room');
      await person.page.locator('#new-room').fill('general');
      await person.page.keyboard.press('Enter');
      await person.page.waitForURL(/refused=/);
      await person.page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'refused',
    visit: noModule,
    go: async (person, _, errors) => {
      errors.allow(/wasm|ERR_FAILED|status of 400/);
      await person.sendByButton('长'.repeat(8_001));
      await person.page.waitForURL(/refused=/);
      await person.page.getByRole('alert').waitFor();
      // The text appears before the style sheet is loaded.
      await person.page.waitForLoadState('load');
    },
  },
  {
    name: 'own menu',
    go: async (person, server) => {
      await seedRooms(server);
      await person.sees('and an answer');
      await person.page.goto(`${person.url}/rooms`);
      await person.ready();
      await open(person, '.me');
    },
  },
  {
    name: 'new room',
    go: async (person) => {
      await person.goto('/rooms');
      await open(person, '.new-room');
    },
  },
  {
    name: 'refused room',
    go: async (person, _, errors) => {
      errors.allow(/status of 409/);
      await person.goto('/rooms');
      await open(person, '.new-room');
      await person.page.locator('#new-room').fill('general');
      await person.page.keyboard.press('Enter');
      await person.page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'rename',
    go: async (person) => {
      await person.goto('/rooms');
      await open(person, '.new-room');
      await person.page.locator('#new-room').fill('Own room');
      await person.page.keyboard.press('Enter');
      await person.page.waitForURL(/\/rooms\/2$/);
      await open(person, '.rename');
    },
  },
  {
    name: 'delete',
    go: async (person) => {
      await person.sendByButton('to be deleted');
      await person.sees('to be deleted');
      await person.row('to be deleted').hover();
      await open(person, '.actions');
    },
  },
  {
    name: 'unread messages',
    go: async (person, server) => {
      await seedRooms(server);
      const guest = await server.guest('Mei');
      for (const room of [2, 3]) {
        await guest.join(room);
        await person.gotoAndJoin(room);
      }
      await guest.post('/api/rooms/create', { name: 'quiet' });
      await person.gotoAndJoin(4);
      await open(person, '.level-menu');
      await person.page.locator('.level-menu button[value=nothing]').click();
      // On a phone the list of rooms is a page of its own, so that rooms are opened by their address.
      await person.page.locator('.quiet-mark').waitFor({ state: 'attached' });
      await person.goto('/rooms/1');
      await person.sees('and an answer');
      for (const [n, text] of MARKUP.entries()) await guest.send(text, 2 + (n % 2));
      await person.goto('/rooms/2');
      await person.page.locator('li.new').waitFor();
      // What is read here stays so, and the other room has the dot.
      await person.page.locator('.unread').first().waitFor({ state: 'attached' });
    },
  },
  {
    name: 'news of a room',
    go: async (person) => await open(person, '.level-menu'),
  },
  {
    name: 'pinned messages',
    go: async (person, server) => {
      await seedRooms(server);
      await person.sees('and an answer');
      const guest = await server.guest('Mei');
      for (const text of ['The **agenda** for Monday: https://example.org/agenda', '- first\n- second', 'x'.repeat(300)]) {
        const { id } = await guest.send(text);
        await guest.post('/api/pins/set', { message: id, on: 'true' });
      }
      await person.page.locator('.favourite').click();
      await person.page.locator('.favourite.pressed').waitFor();
      await open(person, '.pins');
    },
  },
  { name: 'failed', go: async (person, _, errors) => await fail(person, errors, 'This one did not go') },
  {
    name: 'offline',
    go: async (person, _, errors) => {
      errors.allow(LOST);
      await person.context.setOffline(true);
      await person.sendByButton('This one goes later');
      await person.page.locator('.unsent').waitFor();
      await person.page.locator('.status .notice').waitFor();
    },
  },
  {
    name: 'too long',
    go: async (person) => {
      await person.type('字'.repeat(8_001));
      // Ctrl+Enter sends on touch screens too.
      await person.box.press('Control+Enter');
      await person.page.locator('.over').waitFor();
    },
  },
  {
    name: 'session ended',
    go: async (person, _, errors) => {
      errors.allow(/status of 401/);
      await person.type('half a thought');
      await person.context.request.post(`${person.url}/api/auth/leave`, { headers: { accept: 'application/json' } });
      await person.page.locator('.notice').waitFor();
    },
  },
  {
    name: 'new below',
    go: async (person, server) => {
      const guest = await server.guest('Grace');
      await guest.sendMany(60);
      await person.sees('message 60');
      await person.list.evaluate((list) => list.scrollTo({ top: -600 }));
      await guest.send('below');
      await person.page.locator('.pill').waitFor();
    },
  },
];
