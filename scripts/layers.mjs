// Checks the rules of the tree; see `scripts/layers`. Reads sources as text: `use` trees, and paths that begin with crate or
// super.
import fs from "fs";
import path from "path";
import { execFileSync } from "child_process";

// From the top down: a folder imports from folders below it only.
const LAYERS = "server app screens features request sessions stream client database ui i18n model".split(" ");
// The same inside `features/`. Folders that are not named here are leaves, between the two parts: no leaf imports another.
const ABOVE_LEAVES = ["accounts", "invites", "workspace"];
const BELOW_LEAVES = ["messages", "rooms", "people", "preferences"];
const SERVER_FOLDERS = ["server", "request", "sessions", "stream", "database"];
// In a feature these names are the server's.
const SERVER_NAMES = /\/(store|server|api)(\.rs|\/)/;
// Files that may name a leaf feature, beside the leaf's own folder.
const COMPOSERS = [
  /^src\/features\/mod\.rs$/,
  /^src\/features\/server\.rs$/,
  /^src\/model\/things\.rs$/,
  /^src\/screens\/slots\.rs$/,
];
const LONGEST_FILE = 500;
const LONGEST_LINE = 130;
const LARGEST_CIRCLE = 3;
// Permitted circles of files inside one folder, by their files in alphabetical order; the value is the reason.
const MEANT_CIRCLES = {
  "features/messages/model.rs features/pins/model.rs model/things.rs":
    "a page of messages has a field for each kind of facet, the list of facets stands with the other things, and a list " +
    "of pins has their messages",
};
// Words with a better name now, each with that name: they do not come back as identifiers, in comments or in docs.
const RETIRED = fs
  .readFileSync("scripts/retired-words", "utf8")
  .split("\n")
  .map(line => line.split("#").map(part => part.trim()))
  .filter(([word]) => word)
  .map(([word, better]) => ({ word: new RegExp(`(?<![\\w-])(?:${word})(?![\\w-])`, "g"), better }));
const showWords = process.argv.includes("--words");

const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).split("\n").filter(Boolean);
const tracked = git("ls-files", "--cached", "--others", "--exclude-standard").filter(file => fs.existsSync(file));
const sources = tracked.filter(file => file.startsWith("src/") && file.endsWith(".rs"));
const isTest = file =>
  /(^|\/)tests?(\/|\.rs$)|\/tests\//.test(file.slice(4)) || /interleavings|stepped|tokens\.rs|\/law\.rs/.test(file);
const violations = new Map();
const violation = (rule, text) => violations.set(`${rule}: ${text}`, true);

// The module path of a file, and back.
const modulePath = file =>
  file
    .slice(4, -3)
    .split("/")
    .filter((part, at, all) => !(at === all.length - 1 && ["mod", "lib", "main"].includes(part)));
const modules = new Map(sources.map(file => [modulePath(file).join("::"), file]));
for (const file of sources) if (/_elsewhere|_browser|\/none\.rs|stepped/.test(file)) modules.delete(modulePath(file).join("::"));

// A source without its unit tests, comments and doc comments.
const code = text =>
  text
    .replace(/^#\[cfg\(test\)\]\nmod \w+ \{[\s\S]*$/m, "")
    .replace(/^#\[cfg\(test\)\]\nmod \w+;$/gm, "")
    .replace(/\/\/.*$/gm, "");

// All paths of a `use` tree, as lists of names.
function paths(tree, prefix = []) {
  const parts = [];
  let depth = 0,
    part = "";
  for (const c of tree) {
    if (c === "{") depth += 1;
    if (c === "}") depth -= 1;
    if (c === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else part += c;
  }
  parts.push(part);
  return parts
    .map(one => one.trim())
    .filter(Boolean)
    .flatMap(one => {
      const at = one.indexOf("{");
      if (at < 0)
        return [
          [
            ...prefix,
            ...one
              .replace(/\s+as\s+\w+$/, "")
              .split("::")
              .map(name => name.trim()),
          ],
        ];
      const head = one
        .slice(0, at)
        .split("::")
        .map(name => name.trim())
        .filter(Boolean);
      return paths(one.slice(at + 1, one.lastIndexOf("}")), [...prefix, ...head]);
    });
}

// The file that a path of names leads to, or null for what is not in this crate.
function target(names, here) {
  let base = names[0] === "crate" ? [] : null;
  let rest = names;
  if (names[0] === "crate") rest = names.slice(1);
  else if (["super", "self"].includes(names[0])) {
    base = [...here];
    while (["super", "self"].includes(rest[0])) {
      if (rest[0] === "super") base = base.slice(0, -1);
      rest = rest.slice(1);
    }
  } else if (modules.has([...here, names[0]].join("::"))) base = here;
  if (base === null) return null;
  const all = [...base, ...rest];
  for (let length = all.length; length > 0; length -= 1) {
    const file = modules.get(all.slice(0, length).join("::"));
    if (file) return file;
  }
  return null;
}

const imports = new Map();
for (const file of sources.filter(file => !isTest(file))) {
  const text = code(fs.readFileSync(file, "utf8"));
  const here = modulePath(file);
  const found = new Set();
  const uses = [...text.matchAll(/\buse\s+([^;]+);/g)].flatMap(match => paths(match[1]));
  const inline = [...text.replace(/\buse\s+[^;]+;/g, "").matchAll(/(?<![\w:$])(?:crate|super)(?:::\w+)+/g)].map(match =>
    match[0].split("::"),
  );
  for (const names of [...uses, ...inline]) {
    const to = target(names, here);
    if (to && to !== file) found.add(to);
  }
  imports.set(file, found);
}

const top = file => (file.split("/").length > 2 ? file.split("/")[1] : "");
const isModel = file => /^src\/features\/\w+\/model(\.rs|\/)/.test(file);
const layer = file => (isModel(file) ? "model" : top(file));
const feature = file => (layer(file) === "features" && file.split("/").length > 3 ? file.split("/")[2] : "");
const features = [...new Set(sources.map(file => file.match(/^src\/features\/(\w+)\//)?.[1]).filter(Boolean))];
const leaves = features.filter(name => ![...ABOVE_LEAVES, ...BELOW_LEAVES].includes(name));
const rank = name =>
  ABOVE_LEAVES.includes(name) ? ABOVE_LEAVES.indexOf(name) : BELOW_LEAVES.includes(name) ? 200 + BELOW_LEAVES.indexOf(name) : 100;
const isServer = file =>
  SERVER_FOLDERS.includes(top(file)) ||
  (top(file) === "features" && SERVER_NAMES.test(file)) ||
  file === "src/features/server.rs";
const gated = new Set();

for (const [file, all] of imports) {
  const from = layer(file);
  if (from && !LAYERS.includes(from)) violation("unknown folder", file);
  for (const to of all) {
    const there = layer(to);
    if (from && there && LAYERS.indexOf(there) < LAYERS.indexOf(from)) violation("upwards", `${file} -> ${to}`);
    if (from && !there && to !== "src/lib.rs") violation("upwards", `${file} -> ${to}`);
    if (from === "features" && there === "features") {
      const [a, b] = [feature(file), feature(to)];
      if (a && !b) violation("upwards", `${file} -> ${to}`);
      if (a && b && a !== b && (rank(b) < rank(a) || (rank(a) === 100 && rank(b) === 100)))
        violation("features", `${file} -> ${to}`);
    }
    if (!isServer(file) && isServer(to) && !/\/api\.rs$/.test(to) && !file.endsWith("/mod.rs"))
      violation("side", `${file} -> ${to}`);
  }
}

// Conditional compilation stands at `mod` lines only.
for (const file of sources.filter(file => !isTest(file))) {
  const lines = code(fs.readFileSync(file, "utf8")).split("\n");
  lines.forEach((line, at) => {
    if (!/#\[cfg\((not\()?feature|#\[cfg_attr\(feature|cfg!\(feature/.test(line)) return;
    let next = at + 1;
    while (/^\s*#\[/.test(lines[next] ?? "")) next += 1;
    if (!/^\s*(pub(\([^)]*\))? )?mod \w+;/.test(lines[next] ?? ""))
      violation("cfg", `${file} gates something else than a module`);
  });
}

// Leaves are named in four files alone.
for (const leaf of leaves) {
  for (const [file, all] of imports) {
    if (file.startsWith(`src/features/${leaf}/`) || COMPOSERS.some(one => one.test(file))) continue;
    if ([...all].some(to => to.startsWith(`src/features/${leaf}/`))) violation("leaf", `${file} names ${leaf}`);
  }
}

// Circles: strongly connected parts of a graph (Tarjan).
function circles(graph) {
  const found = [],
    index = new Map(),
    low = new Map(),
    stack = [];
  const visit = node => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node), low.get(next)));
      } else if (stack.includes(next)) low.set(node, Math.min(low.get(node), index.get(next)));
    }
    if (low.get(node) === index.get(node)) {
      const part = stack.splice(stack.indexOf(node));
      if (part.length > 1) found.push(part.sort());
    }
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}
const folder = file => (feature(file) ? `features/${feature(file)}` : isModel(file) ? "model" : top(file));
const folders = new Map();
for (const [file, all] of imports)
  for (const to of all) {
    const [a, b] = [folder(file), folder(to)];
    if (!a || !b || a === b || b === "features" || a === "features") continue;
    if (!folders.has(a)) folders.set(a, new Set());
    folders.get(a).add(b);
  }
for (const part of circles(folders)) violation("circle of folders", part.join(" "));
const inFolder = new Map(
  [...imports].map(([file, all]) => [
    file,
    new Set([...all].filter(to => folder(to) === folder(file) && !/\/mod\.rs$/.test(to))),
  ]),
);
for (const part of circles(inFolder)) {
  const names = part.map(file => file.slice(4)).join(" ");
  if (part.length > LARGEST_CIRCLE) violation("circle of files", names);
  else if (!MEANT_CIRCLES[names]) violation("circle of files without a reason", names);
}

// Sizes: files by lines without unit tests, lines by columns.
const sizes = sources
  .filter(file => !isTest(file))
  .map(file => [code(fs.readFileSync(file, "utf8")).trimEnd().split("\n").length, file]);
for (const [lines, file] of sizes) if (lines > LONGEST_FILE) violation("long file", `${file} has ${lines} lines`);
const texts = tracked.filter(
  file =>
    /^(src|tests|benches|scripts|style|end2end|docs|migrations|\.ci)\/|^[^/]*\.md$|^Makefile$/.test(file) &&
    !/\.(png|ico|svg|lock)$|package-lock\.json$|scripts\/retired-words$|layers\.known$/.test(file),
);
for (const file of texts) {
  const text = fs.readFileSync(file, "utf8");
  if (!/tests\/data\//.test(file))
    text.split("\n").forEach(line => {
      if ([...line].length > LONGEST_LINE && !/^\|/.test(line) && !/https?:\/\//.test(line)) violation("long line", file);
    });
  // What was released, or written by a release, says it as it was said then.
  if (file === "CHANGELOG.md" || file === "scripts/layers.mjs" || /^migrations\/|tests\/data\//.test(file)) continue;
  for (const { word, better } of RETIRED) {
    for (const hit of text.matchAll(word)) {
      violation("retired words", file);
      if (showWords) console.log(`${file}:${text.slice(0, hit.index).split("\n").length}: ${hit[0]} -> ${better}`);
    }
  }
}

// Docs name files and tests that exist: a path in backticks ends a tracked path, a row of the table of promises names a test.
for (const file of tracked.filter(file => /^docs\/[^/]*\.md$|^README[^/]*\.md$/.test(file))) {
  const text = fs.readFileSync(file, "utf8");
  for (const [, name] of text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\.(?:rs|ts|css|mjs|sql))`/g)) {
    if (!tracked.some(one => `/${one}`.endsWith(`/${name}`))) violation("file that docs name", `${file}: ${name}`);
  }
  if (file === "docs/development.md")
    for (const [, name, test] of text.matchAll(/^\|[^|]*\| `([^`]+)` \| `([^`]+)` \|$/gm)) {
      if (!fs.existsSync(name) || !fs.readFileSync(name, "utf8").includes(test))
        violation("test that docs name", `${file}: ${name} ${test}`);
    }
}

if (process.argv.includes("--all")) {
  const by = new Map();
  for (const [lines, file] of sizes) {
    const [sum, count] = by.get(folder(file)) ?? [0, 0];
    by.set(folder(file), [sum + lines, count + 1]);
  }
  for (const [name, [lines, count]] of [...by].sort((a, b) => b[1][0] - a[1][0]))
    console.log(`${String(lines).padStart(6)} lines ${String(count).padStart(4)} files  ${name || "src"}`);
  const sorted = sizes.map(([lines]) => lines).sort((a, b) => a - b);
  const longest = sizes.toSorted((a, b) => b[0] - a[0])[0];
  console.log(`median ${sorted[sorted.length >> 1]} lines, longest ${longest.join(" ")}, ${sorted.length} files`);
}

// Known violations that are still to be removed; the list only shrinks and ends empty.
const listFile = "scripts/layers.known";
const known = new Set(fs.existsSync(listFile) ? fs.readFileSync(listFile, "utf8").split("\n").filter(Boolean) : []);
const all = [...violations.keys()].sort();
const added = all.filter(one => !known.has(one));
const gone = [...known].filter(one => !violations.has(one)).sort();
if (process.argv.includes("--write")) {
  fs.writeFileSync(listFile, all.map(line => line + "\n").join(""));
  for (const one of added) console.log(`added, which must not be: ${one}`);
  console.log(`${all.length} violations written to ${listFile}: ${gone.length} removed, ${added.length} added`);
  process.exit(0);
}
for (const one of added) console.log(one);
for (const one of gone) console.log(`no longer a violation, remove it from ${listFile} (scripts/layers --write): ${one}`);
console.log(`layers: ${added.length} new violations, ${known.size - gone.length} known`);
process.exit(added.length + gone.length ? 1 : 0);
