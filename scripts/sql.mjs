// Checks the rules of SQL; see `scripts/sql`. Reads string literals of sources as text. SQLite's own parts (src/database/sqlite)
// and tests are exempt.
import fs from "fs";
import { execFileSync } from "child_process";

const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).split("\n").filter(Boolean);
const tracked = git("ls-files", "--cached", "--others", "--exclude-standard").filter(file => fs.existsSync(file));
const isTest = file => /(^|\/)tests?(\/|\.rs$)|\/tests\//.test(file.slice(4)) || /interleavings|stepped/.test(file);
const sources = tracked.filter(file => /^src\/.*\.rs$/.test(file) && !isTest(file) && !file.startsWith("src/database/sqlite/"));
const mayHoldSql = file => /^src\/(database|stream)\//.test(file) || /\/store(?:[^/]*|\/\w+)\.rs$/.test(file);
const FLAGS = "joined|deleted";
const OWN_FUNCTIONS =
  "zeroblob|octet_length|randomblob|hex|typeof|printf|ifnull|iif|group_concat|json_\\w+|" +
  "strftime|julianday|unixepoch|datetime|date";

// What a statement may not say, and why.
const RULES = [
  [/\$\d/, "`$1` is a named parameter to SQLite: write ?1"],
  [/\?(?![\d*])/, "a parameter has a number: ?1"],
  [/\bINDEXED\s+BY\b/i, "INDEXED BY is SQLite's"],
  [/\bCROSS\s+JOIN\b/i, "CROSS JOIN with ON is SQLite's"],
  [/\bINSERT\s+OR\b|\bREPLACE\s+INTO\b|\bUPDATE\s+OR\b/i, "write ON CONFLICT"],
  [/\bAUTOINCREMENT\b|\browid\b|\blast_insert_rowid\b/i, "an id is coalesce(max(id), 0) + 1"],
  [/\bSELECT\s+(\w+\.)?\*|,\s*(\w+\.)?\*(?=\s|,)/i, "columns are named"],
  [/\b(LIKE|GLOB|REGEXP|COLLATE)\b/i, "text is compared as it stands; case is folded in Rust"],
  [new RegExp(`\\b(?:${OWN_FUNCTIONS})\\s*\\(`, "i"), "a function of one engine"],
  [/\bPRAGMA\b|\bVACUUM\b|\bATTACH\b/i, "an engine's own command"],
  [/(?<![.\w])(?:user|order|on|group|end|limit|offset|desc)(?=\s*[=<>]|\s+(?:IN|IS)\b)/i, "a reserved word as a column"],
  [/(?<![.\w])(?:user|order|on|group|end)(?=\s*[,)])/i, "a reserved word as a column"],
  [new RegExp(`\\b(?:WHERE|AND|OR|NOT|ON)\\s+(?:\\w+\\.)?(?:${FLAGS})\\b(?!\\s*(?:=|,))`, "i"), "a flag is compared: = 1"],
  [/\bIS\s+NOT\s+(?!NULL\b|DISTINCT\b)|\bIS\s+(?!NULL\b|NOT\b|DISTINCT\b)/i, "write IS DISTINCT FROM"],
  [/(?<!CAST\()\b(sum|avg|total)\s*\(/i, "write CAST(sum(x) AS BIGINT)"],
  [/==|<=>|\bNOTNULL\b|\bISNULL\b|"/i, "not standard"],
];

// Subqueries after FROM or JOIN, and whether a name follows.
function unnamed(sql) {
  for (const match of sql.matchAll(/\b(?:FROM|JOIN)\s*\(/gi)) {
    let depth = 1, at = match.index + match[0].length;
    while (depth > 0 && at < sql.length) { if (sql[at] === "(") depth += 1; if (sql[at] === ")") depth -= 1; at += 1; }
    if (depth === 0 && !/^\s+AS\s+\w+/i.test(sql.slice(at))) return true;
  }
  return false;
}

// String literals with where they begin; comments and characters are passed over.
function literals(text) {
  const found = [];
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|r(#*)"[\s\S]*?"\1|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\.)'/g;
  for (const match of text.matchAll(token)) {
    if (match[0].startsWith("\"")) found.push([match.index, match[0].slice(1, -1).replace(/\\\n\s*/g, "")]);
    if (match[0].startsWith("r")) found.push([match.index, match[0].replace(/^r#*"|"#*$/g, "")]);
  }
  return found;
}

const VERBS = ["SELECT\\s", "INSERT\\s+(?:INTO|OR)\\s", "UPDATE\\s+\\w+\\s+SET\\s", "DELETE\\s+FROM\\s", 
  "WITH\\s+\\w+.*\\bAS\\s*\\(", "PRAGMA\\s", "CREATE\\s+(?:TABLE|INDEX)", "EXPLAIN\\s"];
const STATEMENT = new RegExp(`^\\s*(?:${VERBS.join("|")})`, "i");
const problems = [];
const problem = (file, text, at, why) => problems.push(`${file}:${text.slice(0, at).split("\n").length}: ${why}`);
let statements = 0;
for (const file of sources) {
  const text = fs.readFileSync(file, "utf8").replace(/^#\[cfg\(test\)\]\nmod \w+ \{[\s\S]*$/m, "");
  const code = text.replace(/\/\/.*$/gm, "");
  if (/\brusqlite\b/.test(code) && !file.startsWith("src/database/")) problem(file, text, 0, "names rusqlite");
  const all = literals(text);
  all.forEach(([at, sql], index) => {
    if (!STATEMENT.test(sql)) return;
    statements += 1;
    if (!mayHoldSql(file)) return problem(file, text, at, "a statement outside of a store");
    // Up to the literal the item has only its name, a `concat!` or the macro that begins the statement.
    const before = text.slice(Math.max(0, at - 400), at);
    const inConst = /\bconst\s+\w+:\s*&(?:'static )?str\s*=\s*(?:concat!\(\s*)?$/.test(before) || /\bconcat!\(\s*$/.test(before);
    if (!inConst && !/\bexecute\(\s*$/.test(before)) problem(file, text, at, "a statement is a const");
    // What is concatenated belongs to it.
    const more = /\bconcat!\(\s*$/.test(before) ? all.slice(index + 1, index + 4) : [];
    const whole = [sql, ...more.map(([, part]) => part)].join(" ");
    for (const [rule, why] of RULES) if (rule.test(whole)) problem(file, text, at, `${why}: ${whole.match(rule)[0].trim()}`);
    if (unnamed(whole)) problem(file, text, at, "a subquery has a name: AS …");
  });
}

// Steps after the first, which is as it was released.
for (const file of tracked.filter(file => /^migrations\/.*\.sql$/.test(file) && !/0001_/.test(file))) {
  const text = fs.readFileSync(file, "utf8");
  const code = text.replace(/--.*$/gm, comment => " ".repeat(comment.length));
  for (const match of code.matchAll(/^\s+(\w+)\s+(INT|INTEGER|REAL|NUMERIC|BOOLEAN|VARCHAR|DATE\w*)\b(?!\s+PRIMARY\s+KEY)/gim)) {
    problem(file, text, match.index, `a column is BIGINT, TEXT or BLOB: ${match[1]}`);
  }
  const reserved = code.match(/^\s+(user|order|on|group|end|limit|offset)\s+(BIGINT|TEXT|BLOB)/im);
  if (reserved) problem(file, text, reserved.index, `a reserved word as a column: ${reserved[1]}`);
  const own = code.match(/\bAUTOINCREMENT\b|\bINSERT\s+OR\b/i);
  if (own) problem(file, text, own.index, "SQLite's alone");
}

for (const one of problems) console.log(one);
console.log(`sql: ${statements} statements, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
