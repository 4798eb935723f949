// Names the functions of a WASM module by the order they are to have: each is followed by the one that shares most of its bytes.
// Usage: node scripts/wasm-order.mjs MODULE, which is rewritten.
import fs from "fs";
import { functions } from "./wasm-code.mjs";

// Bytes that are compared as one piece.
const PIECE = 4;
// A piece that more functions have than this tells nothing.
const COMMON = 1_500;

const file = process.argv[2];
const bytes = fs.readFileSync(file);
let at = 8; // after the magic number and the version

function number() {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
}

function encoded(value) {
  const out = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) + 128);
  return Buffer.from([...out, value]);
}

// The module without its names.
const kept = [bytes.subarray(0, 8)];
while (at < bytes.length) {
  const start = at;
  const section = bytes[at++];
  const end = number() + at;
  const isNames = section === 0 && bytes.toString("utf8", at, at + 5) === "\u0004name";
  if (!isNames) kept.push(bytes.subarray(start, end));
  at = end;
}

const all = functions(bytes).map(({ index, code }) => {
  const pieces = new Set();
  for (let from = 0; from + PIECE <= code.length; from += 1) {
    let hash = 0;
    for (let next = from; next < from + PIECE; next += 1) hash = (Math.imul(hash, 31) + code[next]) | 0;
    pieces.add(hash);
  }
  return { index, pieces };
});
const owners = new Map();
for (const one of all) {
  for (const piece of one.pieces) {
    if (!owners.has(piece)) owners.set(piece, []);
    owners.get(piece).push(one);
  }
}

const left = new Set(all);
const rank = new Map();
for (let current = all[0], place = 0; current; place += 1) {
  rank.set(current.index, place);
  left.delete(current);
  const shared = new Map();
  for (const piece of current.pieces) {
    const others = owners.get(piece);
    if (others.length > COMMON) continue;
    for (const other of others) if (left.has(other)) shared.set(other, (shared.get(other) ?? 0) + 1);
  }
  let next;
  let best = -1;
  for (const [other, count] of shared) {
    const score = count / Math.sqrt(other.pieces.size);
    if (score > best) [best, next] = [score, other];
  }
  current = next ?? left.values().next().value;
}

const names = all.map(({ index }) => {
  const name = Buffer.from(String(rank.get(index)).padStart(6, "0"));
  return Buffer.concat([encoded(index), encoded(name.length), name]);
});
const list = Buffer.concat([encoded(names.length), ...names]);
const body = Buffer.concat([encoded(4), Buffer.from("name"), Buffer.from([1]), encoded(list.length), list]);
fs.writeFileSync(file, Buffer.concat([...kept, Buffer.from([0]), encoded(body.length), body]));
