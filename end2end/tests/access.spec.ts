// Accessibility: axe checks every state in both languages and colour schemes, on a phone and a desktop, without exceptions.
import AxeBuilder from '@axe-core/playwright';
import { STATES } from '../lib/states';
import { CHINESE, expect, test } from '../lib/test';

/** One rule besides: what is seen of a label is a part of its name. axe counts it as experimental. */
const OPTIONS = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'label-content-name-mismatch': { enabled: true } },
};

/** Both languages see both widths and both colour schemes. */
const VIEWS = {
  English: [{}, 'light', 'dark'],
  Chinese: [CHINESE, 'dark', 'light'],
} as const;

for (const state of STATES) {
  for (const [language, [visit, wide, narrow]] of Object.entries(VIEWS)) {
    test(`axe finds nothing: ${state.name} in ${language}`, async ({ person, server, errors }) => {
      const ada = await person('Ada', { ...state.visit, ...visit });
      await state.go(ada, server, errors);
      for (const [width, colorScheme] of [[1280, wide], [360, narrow]] as const) {
        await ada.page.setViewportSize({ width, height: 800 });
        await ada.page.emulateMedia({ colorScheme });
        // Colours fade over 120 ms, so axe must not see a colour in between. The fades are brought to their end and not
        // waited for: about one in fifty times `finished` is never resolved when the colour scheme has just changed.
        await ada.page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
        const { violations } = await new AxeBuilder({ page: ada.page }).options(OPTIONS).analyze();
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`,
        );
        expect(found, `${width} ${colorScheme}`).toEqual([]);
      }
    });
  }
}

test('every page has one main heading and named landmarks', async ({ person, server }) => {
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
