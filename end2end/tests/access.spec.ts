// Owns: axe over every state: both sides of the day, phone and desktop, both languages. Nothing is allowed.
import AxeBuilder from '@axe-core/playwright';
import { STATES } from '../lib/states';
import { CHINESE, expect, test } from '../lib/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const [n, state] of STATES.entries()) {
  test(`axe finds nothing: ${state.name}`, async ({ person, server, quiet }) => {
    // Every other state is looked at in Chinese; the words are not what axe judges.
    const ada = await person('Ada', { ...state.visit, ...(n % 2 ? CHINESE : {}) });
    await state.go(ada, server, quiet);
    for (const width of [1280, 360]) {
      await ada.page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await ada.page.emulateMedia({ colorScheme });
        // Colours fade over 120 ms; half a fade is no colour of ours.
        await ada.page.evaluate(async () => void (await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)))));
        const { violations } = await new AxeBuilder({ page: ada.page }).withTags(TAGS).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`);
        expect(found, `${width} ${colorScheme}`).toEqual([]);
      }
    }
  });
}

test('the page has one main heading, and every landmark has a name of its own', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(3);
  const ada = await person('Ada');
  for (const path of ['/rooms/1', '/rooms', '/rooms/2']) {
    if (path === '/rooms/2') await guest.createRoom('Second');
    await ada.goto(path);
    await expect(ada.page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(ada.page.getByRole('main')).toHaveCount(1);
  }
  await ada.goto('/rooms/1');
  await expect(ada.page.locator('main, [role=main]')).toMatchAriaSnapshot(`
    - main:
      - heading "General" [level=1]
      - region /Messages in .*General/:
        - list
      - textbox /Message .*General/
      - button "Send"
  `);
});
