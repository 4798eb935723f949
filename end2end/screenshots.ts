// Screenshots for visual review: `SHOTS=/a/folder npm run shots`. Nothing is compared.
import { join } from 'node:path';
import { SIZES, STATES } from './lib/states';
import { CHINESE, test } from './lib/test';

const folder = process.env.SHOTS ?? 'shots';

for (const [lang, visit] of Object.entries({ en: {}, zh: CHINESE })) {
  for (const state of STATES) {
    test(`${state.name} ${lang}`, async ({ person, server, errors }) => {
      const ada = await person(lang === 'en' ? 'Zoë' : '小乔', { ...state.visit, ...visit });
      await state.go(ada, server, errors);
      for (const viewport of SIZES) {
        await ada.page.setViewportSize(viewport);
        for (const colorScheme of ['light', 'dark'] as const) {
          await ada.page.emulateMedia({ colorScheme });
          const name = `${state.name.replace(' ', '-')}-${viewport.width}-${colorScheme}-${lang}.png`;
          await ada.page.screenshot({ path: join(folder, name), animations: 'disabled' });
        }
      }
    });
  }
}
