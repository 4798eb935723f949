// The HTML that the server sends is valid, on every kind of page.
import { HtmlValidate } from 'html-validate';
import { expect, test } from '../lib/test';
import { MARKUP } from '../lib/states';

/** The recommended rules and those of accessibility. */
const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:a11y'],
  rules: {
    // Opinions, not faults: `crossorigin=""`, a button without `type` (it submits), an input without one (it is a text field).
    'attribute-empty-style': 'off',
    'no-implicit-button-type': 'off',
    'no-implicit-input-type': 'off',
    // Buttons without `type` may share a name: the pressed one is sent.
    'form-dup-name': 'off',
    // VoiceOver takes a list without bullets for a list only by its role.
    'no-redundant-role': 'off',
    // A role is as good as an element of that name.
    'prefer-native-element': 'off',
    // The buttons of the form of pins stand in the messages, which an empty room lacks.
    'wcag/h32': 'off',
  },
});

for (const lang of ['en', 'zh-CN']) {
  test(`every kind of page is valid HTML in ${lang}`, async ({ server, request }) => {
    const headers = { 'accept-language': lang, accept: 'text/html' };
    const get = async (path: string) => await request.get(server.url + path, { headers });
    const post = async (path: string, form: Record<string, string | number>) =>
      await request.post(server.url + path, { headers: { ...headers, origin: server.url }, form });
    const pages: Record<string, string> = {};
    pages.enter = await (await get('/enter')).text();
    pages['refused name'] = await (await post('/api/auth/enter', { name: '' })).text();
    pages['empty room'] = await (await post('/api/auth/enter', { name: 'Ada' })).text();

    const guest = await server.guest('林薇');
    for (const text of [...MARKUP, ...MARKUP]) await guest.send(text);
    const sent = await guest.sendMany(60);
    await guest.post('/api/pins/set', { message: sent[0].id, on: 'true' });
    const side = await guest.createRoom('Side <!> room');
    const direct = await guest.post<{ id: number }>('/api/rooms/direct', { users: 1 });
    expect((await post('/api/messages/send', { room: 1, key: '0'.repeat(32), text: 'mine' })).ok()).toBe(true);
    for (const [name, path] of Object.entries({
      rooms: '/rooms',
      room: '/rooms/1',
      'older messages': `/rooms/1?before=${sent[9].id}`,
      'a message': `/rooms/1/${sent[0].id}`,
      people: '/rooms/1/people',
      'rooms to join': '/browse',
      'people to write to': '/people?with=2',
      'one person': '/people/1',
      'direct room': `/rooms/${direct.id}`,
      invitation: '/join',
      settings: '/settings',
      'room not joined': `/rooms/${side}`,
      'missing room': '/rooms/999',
      'missing page': '/nothing',
    })) {
      pages[name] = await (await get(path)).text();
    }
    pages['refused message'] = await (await post('/api/messages/send', { room: 1, key: '1'.repeat(32), text: ' ' })).text();
    pages['refused room'] = await (await post('/api/rooms/create', { name: 'general' })).text();
    pages['refused method'] = await (await post('/rooms/1', {})).text();
    pages['own room'] = await (await post('/api/rooms/create', { name: 'Own room' })).text();

    for (const [name, html] of Object.entries(pages)) {
      expect(html, name).toMatch(new RegExp(`^<!DOCTYPE html><html lang="${lang}"`));
      const { results } = await validator.validateString(html, name);
      const found = results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, offset }) => `${ruleId}: ${message} at ${html.slice(offset - 1, offset + 60)}`),
      );
      expect(found, name).toEqual([]);
    }
  });
}
