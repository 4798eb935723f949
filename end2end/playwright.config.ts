// How the browser tests run. Each test starts its own server, so other running servers do not matter.
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** The folder for screenshots, set by `npm run shots`; the tests do not run then. */
const shots = process.env.SHOTS;

/** E2E_CHROMIUM, else Debian's Chromium, else the one that `npx playwright install chromium` installs. */
export const executable = process.env.E2E_CHROMIUM || (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined);

/** Set by `scripts/test watch`: the test of `cargo leptos watch` runs, which is not among the others because it builds. */
const watch = process.env.E2E_WATCH;

export default defineConfig({
  testDir: shots ? '.' : watch ? 'watch' : 'tests',
  testMatch: shots ? 'screenshots.ts' : '*.spec.ts',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: executable,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // A host name that is not a secure context, unlike 127.0.0.1, and the README's name behind a proxy.
        '--host-resolver-rules=MAP rill.test 127.0.0.1, MAP chat.example.org 127.0.0.1',
      ],
    },
  },
});
