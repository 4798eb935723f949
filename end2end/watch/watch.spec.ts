// `cargo leptos watch`: edits show in the open page. Run by `scripts/test watch`; edited files are restored.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';

const ROOT = resolve(__dirname, '../..');
const SITE = process.env.LEPTOS_SITE_ADDR || '127.0.0.1:3070';
const data = mkdtempSync(join(tmpdir(), 'rill-watch-'));
const edited = new Map<string, string>();
let watch: ChildProcess;
let output = '';

/** Replaces text of a file as editors do: by a file that is renamed, or in place. */
function edit(file: string, change: (text: string) => string, how: 'renamed' | 'in place'): void {
  const path = join(ROOT, file);
  const text = readFileSync(path, 'utf8');
  if (!edited.has(path)) edited.set(path, text);
  writeFileSync(how === 'renamed' ? `${path}~` : path, change(text));
  if (how === 'renamed') renameSync(`${path}~`, path);
}

/** Writes back what was edited. */
function restore(): void {
  for (const [path, text] of edited) writeFileSync(path, text);
  edited.clear();
}

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(40 * 60_000);
  const env = { ...process.env, LEPTOS_SITE_ADDR: SITE, LEPTOS_RELOAD_PORT: process.env.LEPTOS_RELOAD_PORT || '3071' };
  const options = { cwd: ROOT, env: { ...env, RILL_DATA_DIR: data, RILL_ENTRY: 'open' } };
  watch = spawn('cargo', ['leptos', 'watch'], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [watch.stdout, watch.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  await expect
    .poll(
      () => {
        if (watch.exitCode !== null) throw new Error(`cargo leptos watch has ended:\n${output}`);
        return output.includes('Rill is ready');
      },
      { timeout: 39 * 60_000, intervals: [1000] },
    )
    .toBe(true);
});

test.afterAll(async () => {
  restore();
  if (watch.exitCode === null) {
    const ended = once(watch, 'exit');
    watch.kill('SIGINT');
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
});

/** Opens the enter page and sets a mark that a reload removes. */
async function open(page: Page): Promise<void> {
  await page.goto(`http://${SITE}/enter`);
  await page.evaluate(() => Object.assign(window, { marked: true }));
  // The socket to cargo-leptos opens after the page.
  await page.waitForTimeout(500);
}

const marked = async (page: Page) => await page.evaluate(() => 'marked' in window);
const offset = async (page: Page) => await page.evaluate(() => getComputedStyle(document.body).outlineOffset);

test('an edit of main.css or of a style sheet it imports shows within two seconds, without a reload', async ({ page }) => {
  await open(page);
  let pixels = 0;
  for (const file of ['style/main.css', 'style/auth.css', 'style/pins.css']) {
    for (const how of ['in place', 'renamed'] as const) {
      pixels += 1;
      const began = Date.now();
      edit(file, (text) => `${text}\n@layer states { body { outline-offset: ${pixels}px !important; } }\n`, how);
      await expect.poll(() => offset(page), { message: `${file} ${how}`, timeout: 2_000, intervals: [20] }).toBe(`${pixels}px`);
      console.log(`${file}, written ${how}: ${Date.now() - began} ms`);
      expect(await marked(page), 'not reloaded').toBe(true);
      // The next page has the newest style sheet too.
      const next = await page.context().newPage();
      await next.goto(page.url());
      expect(await offset(next)).toBe(`${pixels}px`);
      await next.close();
      restore();
    }
  }
});

test('an edit of a style sheet beside a feature shows without a reload once main.css imports it', async ({ page }) => {
  await open(page);
  const path = join(ROOT, 'src/features/pins/watched.css');
  try {
    writeFileSync(path, '@layer states { body { outline-offset: 51px !important; } }\n');
    const imported = '@import url("../src/features/pins/watched.css");';
    edit('style/main.css', (text) => text.replace('@import url("states.css");', `$&\n${imported}`), 'in place');
    await expect.poll(() => offset(page), { timeout: 2_000 }).toBe('51px');
    const began = Date.now();
    writeFileSync(path, '@layer states { body { outline-offset: 52px !important; } }\n');
    await expect.poll(() => offset(page), { timeout: 2_000, intervals: [20] }).toBe('52px');
    console.log(`src/features/pins/watched.css: ${Date.now() - began} ms`);
    expect(await marked(page), 'not reloaded').toBe(true);
  } finally {
    restore();
    rmSync(path, { force: true });
  }
});

test('an edit of a view shows after a build, and the page is live', async ({ page }) => {
  test.setTimeout(10 * 60_000);
  await open(page);
  const began = Date.now();
  edit('src/features/accounts/words.rs', (text) => text.replace('"Join the chat"', '"Join this chat"'), 'in place');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Join this chat', { timeout: 9 * 60_000 });
  console.log(`a view: ${Date.now() - began} ms`);
  await page.locator('#name').fill('Ada');
  await page.keyboard.press('Enter');
  await expect(page.locator('html[data-live]')).toBeAttached();
});
