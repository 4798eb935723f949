// Message text never runs as a program, neither in server-rendered pages nor in the live page.
import { expect, test } from '../lib/test';

const ATTACKS = [
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked=1">',
  '<svg/onload=window.hacked=1>',
  '[click](javascript:window.hacked=1)',
  '[click](jAvA\tscript:window.hacked=1)',
  '[click](&#106;avascript:window.hacked=1)',
  '[click](data:text/html,<script>parent.hacked=1</script>)',
  '[click](vbscript:x)',
  '<javascript:window.hacked=1>',
  '![x](javascript:window.hacked=1)',
  '[ok](https://example.org/"onmouseover="window.hacked=1)',
  '`</code><script>window.hacked=1</script>`',
  '```"><img src=x onerror=window.hacked=1>\n</code></pre><script>window.hacked=1</script>\n```',
  '[[nested](javascript:1)](https://example.org/)',
  '</textarea></script><script>window.hacked=1</script>',
  '\u2028<!-- --><style>*{display:none}</style>',
  `${'> '.repeat(2_000)}deep`,
];

const ELEMENTS = ['P', 'STRONG', 'EM', 'S', 'CODE', 'PRE', 'BLOCKQUOTE', 'UL', 'OL', 'LI', 'A', 'BR'];
const ATTRIBUTES = ['href', 'target', 'rel', 'dir', 'tabindex', 'start', 'class', 'translate'];
/** What the page adds to a block of code, with its attributes. */
const ADDED = ['DIV class=code copied', 'BUTTON class=copy type=button data-copy=Copied'];

test('no message runs a script, neither live nor server-rendered', async ({ person, server }) => {
  const ada = await person('Ada');
  const guest = await server.guest('</script><img src=x>');
  for (const attack of ATTACKS) await guest.send(attack);
  await guest.createRoom('"><script>window.hacked=1</script>');
  await expect(ada.rows).toHaveCount(ATTACKS.length);
  for (const round of ['live', 'from the server']) {
    const found = await ada.page.evaluate(() =>
      [...document.querySelectorAll('.body *')].map((element) => ({
        whole: [element.tagName, ...[...element.attributes].map(({ name, value }) => `${name}=${value}`)].join(' '),
        name: element.tagName,
        attributes: element.getAttributeNames(),
        address: element instanceof HTMLAnchorElement ? element.protocol : '',
      })),
    );
    const typed = found.filter(({ whole }) => !ADDED.includes(whole));
    expect(found.length, round).toBeGreaterThan(ATTACKS.length);
    expect(typed.filter(({ name }) => !ELEMENTS.includes(name))).toEqual([]);
    expect(typed.flatMap(({ attributes }) => attributes).filter((name) => !ATTRIBUTES.includes(name))).toEqual([]);
    expect(found.filter(({ name, address }) => name === 'A' && !['http:', 'https:', 'mailto:'].includes(address))).toEqual([]);
    for (const link of await ada.page.locator('.body a').all()) await link.hover();
    expect(await ada.page.evaluate(() => 'hacked' in window)).toBe(false);
    await expect(ada.page.locator('.body script, .body img, .body svg, .body style')).toHaveCount(0);
    await ada.reload();
  }
  await expect(ada.rows).toHaveCount(ATTACKS.length);
});

test('an injected script is blocked by the policy', async ({ person, errors }) => {
  errors.allow(/Content Security Policy/);
  const ada = await person('Ada');
  const blocked = await ada.page.evaluate(async () => {
    const violation = new Promise<string>((resolve) =>
      addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)),
    );
    const script = document.createElement('script');
    script.textContent = 'window.hacked = 1';
    document.body.append(script);
    return await violation;
  });
  expect(blocked).toBe('script-src-elem');
  const style = await ada.page.evaluate(async () => {
    const violation = new Promise<string>((resolve) =>
      addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)),
    );
    document.body.insertAdjacentHTML('beforeend', '<p style="color:red" onclick="window.hacked=1">x</p>');
    return await violation;
  });
  expect(style).toMatch(/^style-src/);
  expect(await ada.page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('every page has its own nonce and forbids framing', async ({ server }) => {
  const policies = await Promise.all(
    [1, 2].map(async () => (await fetch(`${server.url}/enter`)).headers.get('content-security-policy') ?? ''),
  );
  const [one, two] = policies.map((policy) => /'nonce-([0-9a-f]+)'/.exec(policy)?.[1]);
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(one).not.toBe(two);
  for (const policy of policies) {
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toContain("'unsafe-eval'");
  }
});

test('no element has a style attribute, and ids are unique', async ({ person, server }) => {
  const guest = await server.guest('Guest');
  await guest.sendMany(5);
  const ada = await person('Ada');
  for (const path of ['/rooms/1', '/rooms']) {
    await ada.goto(path);
    await expect(ada.page.locator('[style]')).toHaveCount(0);
    const ids = await ada.page.locator('[id]').evaluateAll((all) => all.map((element) => element.id));
    expect(ids.filter((id, n) => ids.indexOf(id) !== n)).toEqual([]);
  }
});
