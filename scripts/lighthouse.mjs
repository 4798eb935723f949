// Measures the enter page and a room with Lighthouse; see scripts/lighthouse.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

// The last version that Node.js 20 runs. It is large, so it is fetched when it is used.
const LIGHTHOUSE = 'lighthouse@12.8.2';
const RUNS = 3;
const GOALS = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 };
const PAINTS = ['first-contentful-paint', 'largest-contentful-paint'];
const METRICS = [...PAINTS, 'total-blocking-time', 'cumulative-layout-shift', 'total-byte-weight'];
// Rill's robots.txt keeps search engines out on purpose.
const SKIPPED = 'is-crawlable';

const { chromium } = createRequire(resolve('end2end/package.json'))('@playwright/test');
const dir = mkdtempSync(join(tmpdir(), 'rill-lighthouse-'));

/** Starts the server with the sample rooms, and returns the process and its URL. */
async function serve() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(RILL|LEPTOS)_/.test(name)));
  env.RILL_ENTRY = 'open';
  const flags = ['serve', '--demo', '--addr', '127.0.0.1:0', '--data-dir', join(dir, 'data')];
  const server = spawn(resolve(process.argv[2]), flags, { cwd: dir, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  const url = await new Promise((ready, failed) => {
    server.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
      const found = /Rill is ready: (http:\S+)/.exec(output);
      if (found) ready(found[1]);
    });
    server.once('exit', () => failed(new Error(`the server did not start:\n${output}`)));
  });
  return { server, url };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs Lighthouse in new profiles that `prepare` fills, prints the medians, and returns the categories that miss their goal. */
async function measure(name, url, prepare) {
  const reports = [];
  for (let run = 0; run < RUNS; run++) {
    const profile = join(dir, `${name} ${run}`.replaceAll(' ', '-'));
    await prepare(profile, run);
    const browser = `--chrome-flags=--headless=new --user-data-dir=${profile} ${args.join(' ')}`;
    // A reset of the storage would end the session; the cache of a new profile is empty anyway.
    const flags = ['--quiet', '--output=json', '--disable-storage-reset', `--skip-audits=${SKIPPED}`, browser];
    const report = execFileSync('npx', ['--yes', LIGHTHOUSE, url, ...flags], { encoding: 'utf8', maxBuffer: 1 << 28, env });
    reports.push(JSON.parse(report));
  }
  const scores = Object.keys(GOALS).map((id) => [id, Math.round(100 * median(reports.map((one) => one.categories[id].score)))]);
  const value = (id) => Math.round(1000 * median(reports.map((one) => one.audits[id].numericValue))) / 1000;
  const metrics = METRICS.map((id) => `${id} ${value(id)}`);
  console.log(`${name}: ${scores.map(([id, score]) => `${id} ${score}`).join(', ')}\n  ${metrics.join(', ')}`);
  for (const { audits, categories } of reports) {
    for (const { auditRefs } of Object.values(categories)) {
      for (const { id, weight, group } of auditRefs) {
        const { score, title } = audits[id];
        if (weight && group !== 'metrics' && score !== null && score < 1) console.log(`  ${id}: ${title}`);
      }
    }
  }
  return scores.filter(([id, score]) => score < GOALS[id]).map(([id]) => `${name}: ${id}`);
}

const { server, url } = await serve();
const executablePath = process.env.E2E_CHROMIUM || (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined);
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const env = { ...process.env, CHROME_PATH: executablePath ?? chromium.executablePath() };

/** Enters with a name, without a page. The session's cookie stays in the profile. */
async function enter(profile, run) {
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args });
  const headers = { origin: url, accept: 'application/json' };
  const answer = await browser.request.post(`${url}/api/auth/enter`, { headers, form: { name: `Ada ${run}` } });
  await browser.close();
  if (!answer.ok()) throw new Error(`entering was answered with ${answer.status()}`);
}

try {
  const missed = await measure('enter page', `${url}/enter`, () => {});
  missed.push(...(await measure('room', `${url}/rooms/1`, enter)));
  if (missed.length) console.log(`missed: ${missed.join(', ')}`);
  process.exitCode = missed.length ? 1 : 0;
} finally {
  server.kill();
  await once(server, 'exit');
  rmSync(dir, { recursive: true, force: true });
}
