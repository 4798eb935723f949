// Measures a built site and attributes the code of its WASM module; see `scripts/size`.
import fs from "fs";
import path from "path";
import zlib from "zlib";
import { functions, owner } from "./wasm-code.mjs";

// Limits in kB after brotli, all files of a kind together: above the budget is a warning, above the limit a failure. The first
// module is what a page needs to answer; the second one, `live`, loads beside it. See docs/architecture.md.
const budgets = {
  "first module": { files: /rill\.[^/]*wasm$/, budget: 180, limit: 200 },
  "second module": { files: /split_live\.[^/]*wasm$/, budget: 55, limit: 70 },
  css: { files: /\.css$/, budget: 20, limit: 20 },
  js: { files: /\.js$/, budget: 15, limit: 15 },
};
const [site, module] = process.argv.slice(2);
const files = fs.readdirSync(site, { recursive: true }).map(String).sort();
const kB = bytes => (bytes / 1000).toFixed(1).padStart(8);
const line = (name, raw, packed, note = "") => console.log(`${name.padEnd(44)}${raw}${packed}  ${note}`.trimEnd());

function brotli(bytes) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  return zlib.brotliCompressSync(bytes, { params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length } })
    .length;
}

line("kB (1000 bytes)", "     raw", "  brotli");
let failed = false;
let wasm = 0;
for (const [kind, { files: pattern, budget, limit }] of Object.entries(budgets)) {
  let raw = 0,
    packed = 0,
    count = 0;
  for (const file of files.filter(name => pattern.test(name))) {
    const bytes = fs.readFileSync(path.join(site, file));
    const small = brotli(bytes);
    line("  " + file, kB(bytes.length), kB(small));
    raw += bytes.length;
    packed += small;
    count += 1;
  }
  let verdict = "ok";
  if (count === 0) verdict = "FAILS: no such file was built";
  else if (packed > limit * 1000) verdict = `FAILS: above ${limit}`;
  else if (packed > budget * 1000) verdict = `WARNING: above the budget, fails above ${limit}`;
  if (verdict.startsWith("FAILS")) failed = true;
  if (kind.endsWith("module")) wasm += packed;
  line(kind, kB(raw), kB(packed), `of ${budget}: ${verdict}`);
}

// A module that loads on demand has no limit of its own: whoever asks for it waits for it alone.
const isOnDemand = name => /\/(split|chunk)_.*\.wasm$/.test(name) && !budgets["second module"].files.test(name);
for (const file of files.filter(isOnDemand)) {
  const bytes = fs.readFileSync(path.join(site, file));
  line("  on demand: " + file, kB(bytes.length), kB(brotli(bytes)));
}

// The compiler's module, before it is split, still has names. wasm-opt shrinks its code afterwards, so the brotli column is an
// estimate by share.
if (fs.existsSync(module)) {
  const sums = new Map();
  for (const { name, bytes } of functions(fs.readFileSync(module))) {
    const group = owner(name);
    if (group) sums.set(group, (sums.get(group) ?? 0) + bytes);
  }
  const all = [...sums.values()].reduce((sum, bytes) => sum + bytes, 0);
  console.log(
    "\ncode by owner before wasm-opt; code inlined from a library counts for its caller, a generic function for its library",
  );
  line("", "     raw", "   share", "brotli, estimated");
  const order = group => (group.startsWith("features/") ? 0 : group.startsWith("library ") ? 2 : 1);
  for (const [group, bytes] of [...sums].sort((a, b) => order(a[0]) - order(b[0]) || b[1] - a[1])) {
    line("  " + group, kB(bytes), `${((100 * bytes) / all).toFixed(1)} %`.padStart(8), kB((wasm * bytes) / all));
  }
  line("  all", kB(all), "");
}
process.exit(failed ? 1 : 0);
