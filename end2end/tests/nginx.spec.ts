// The README's configuration for nginx, run as it stands there but for ports, addresses and a certificate.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Server } from '../lib/server';
import { expect, test } from '../lib/test';

/** The README's name of the site; the browser of the tests finds it on this machine. */
const HOST = 'chat.example.org';
/** Seconds after which this nginx ends a silent stream. Rill sends something every 15. */
const SILENCE = 17;

const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx'].find((path) => existsSync(path));
const openssl = ['/usr/bin/openssl', '/usr/local/bin/openssl'].find((path) => existsSync(path));
if (!nginx || !openssl) console.log("No nginx or no openssl: the test of the README's configuration for nginx is skipped.");
test.skip(!nginx || !openssl, 'no nginx or no openssl');

/** Returns the block for nginx of a README, without comments that follow a directive. */
function block(readme: string): string {
  const found = /```nginx\n([^]*?)```/.exec(readFileSync(resolve(__dirname, '../..', readme), 'utf8'));
  if (!found) throw new Error(`${readme} has no block for nginx`);
  return found[1].replaceAll(/;[ \t]*#.*$/gm, ';');
}

/** Replaces text that must be there once. */
function put(text: string, from: string | RegExp, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`${from} is not there once:\n${text}`);
  return text.replace(from, to);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts nginx on `port` before the server `upstream`, with all its files in `dir`. */
async function start(dir: string, port: number, upstream: string): Promise<ChildProcess> {
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
  const subject = ['-subj', `/CN=${HOST}`, '-days', '2', '-nodes', '-newkey', 'rsa:2048', '-keyout', key, '-out', certificate];
  execFileSync(openssl as string, ['req', '-x509', ...subject], { stdio: 'ignore' });
  let site = put(block('README.md'), 'listen 443 ', `listen 127.0.0.1:${port} `);
  site = put(site, /# ssl_certificate and .*/, `ssl_certificate ${certificate}; ssl_certificate_key ${key};`);
  site = put(site, 'http://127.0.0.1:3000', upstream);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${dir}/${name};`);
  const http = `access_log ${dir}/access.log; proxy_read_timeout ${SILENCE}s; ${temporary.join(' ')}\n${site}`;
  const main = `daemon off; master_process off; pid ${dir}/pid; error_log stderr;`;
  writeFileSync(join(dir, 'nginx.conf'), `${main}\nevents {}\nhttp { ${http} }\n`);
  const child = spawn(nginx as string, ['-p', dir, '-c', 'nginx.conf', '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  await expect
    .poll(() => {
      if (child.exitCode !== null) throw new Error(`nginx did not start:\n${output}`);
      return existsSync(join(dir, 'pid'));
    })
    .toBe(true);
  return child;
}

/** Posts a name to the enter page as somebody at `address`, who has come through another proxy, and returns the status. */
async function enterFrom(address: string, port: number, name: string): Promise<number | undefined> {
  const headers = {
    host: `${HOST}:${port}`,
    origin: `https://${HOST}:${port}`,
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    'x-forwarded-for': address,
  };
  const post = request({ port, path: '/api/auth/enter', method: 'POST', headers, rejectUnauthorized: false });
  post.end(`name=${name}`);
  const [answer] = await once(post, 'response');
  answer.resume();
  return answer.statusCode;
}

test('both READMEs have the same configuration for nginx', () => {
  const directives = (readme: string) => block(readme).replaceAll(/#.*/g, '').replaceAll(/\s+/g, ' ');
  expect(directives('README.zh-CN.md')).toBe(directives('README.md'));
});

test('page, post and stream pass through nginx with the configuration of the README', async ({ browser, errors }) => {
  const port = await freePort();
  const url = `https://${HOST}:${port}`;
  const server = new Server({ public_url: url, trusted_proxies: '127.0.0.1', enters_per_minute: 2 });
  await server.start();
  const dir = mkdtempSync(join(tmpdir(), 'rill-nginx-'));
  const proxy = await start(dir, port, server.url);
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    errors.watch(context);
    const page = await context.newPage();
    await page.goto(`${url}/enter`);
    const [navigation] = await page.evaluate(() => performance.getEntriesByType('navigation').map((entry) => entry.toJSON()));
    expect(navigation.nextHopProtocol).toBe('h2');
    await page.locator('#name').fill('Ada');
    await page.locator('.door form button.primary').click();
    await page.waitForURL(`${url}/rooms/1`);
    await expect(page.locator('html[data-live]')).toBeAttached();
    expect((await context.cookies()).find(({ name }) => name.includes('session'))).toMatchObject({ secure: true });

    await page.locator('#message-box').fill('through nginx');
    await page.locator('#message-box').press('Enter');
    await expect(page.locator('li.message[id] .body')).toHaveText(['through nginx']);
    // The stream is not buffered: a message of another person is there long before the next ping.
    const guest = await server.guest('Guest');
    await guest.send('to the stream');
    await expect(page.locator('li.message .body', { hasText: 'to the stream' })).toBeVisible({ timeout: 5_000 });

    // The address is the one before the proxy, for the limits too: of three people at one address the third is refused.
    const statuses = [];
    for (const name of ['Lin', 'Mei', 'Zoe']) statuses.push(await enterFrom('203.0.113.9', port, name));
    expect([...statuses, await enterFrom('203.0.113.10', port, 'Kim')]).toEqual([200, 200, 429, 200]);

    await page.waitForTimeout((SILENCE + 3) * 1000);
    expect(readFileSync(join(dir, 'access.log'), 'utf8'), 'streams that have ended').not.toContain('/events');
    await guest.send('after a silence');
    await expect(page.locator('li.message .body', { hasText: 'after a silence' })).toBeVisible({ timeout: 5_000 });
    await context.close();
  } finally {
    const ended = once(proxy, 'exit');
    if (proxy.exitCode === null) proxy.kill();
    await ended;
    await server.stop();
    server.remove();
    rmSync(dir, { recursive: true, force: true });
  }
});
