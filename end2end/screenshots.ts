// Screenshots for visual review: `SHOTS=/a/folder npm run shots`. Nothing is compared.
import { join } from 'node:path';
import { STATES } from './lib/states';
import { CHINESE, test } from './lib/test';

const folder = process.env.SHOTS ?? 'shots';
const SIZES = [
  { width: 320, height: 256 },
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

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
