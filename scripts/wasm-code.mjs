// Reads the functions of a WASM module with their names and sizes, and names the owner of a function from its symbol.

// Returns every function of the module: its index, its symbol from the name section, its code and how many bytes that has.
export function functions(bytes) {
  let at = 8; // after the magic number and the version
  const number = () => {
    let value = 0,
      shift = 0,
      byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte & 128);
    return value;
  };
  const text = () => {
    const length = number();
    at += length;
    return bytes.toString("utf8", at - length, at);
  };
  const limits = () => {
    const flags = number();
    number();
    if (flags & 1) number();
  };
  // Steps over the type of an import; returns whether it is a function.
  const importType = () => {
    const kind = bytes[at++];
    if (kind === 0) number();
    else if (kind === 1) {
      at += 1;
      limits();
    } else if (kind === 2) limits();
    else if (kind === 3) at += 2;
    else {
      at += 1;
      number();
    }
    return kind === 0;
  };

  const codes = [],
    names = new Map();
  let imported = 0;
  while (at < bytes.length) {
    const section = bytes[at++],
      length = number(),
      end = at + length;
    if (section === 2) {
      for (let count = number(); count > 0; count -= 1) {
        text();
        text();
        if (importType()) imported += 1;
      }
    } else if (section === 10) {
      for (let count = number(); count > 0; count -= 1) {
        const size = number();
        codes.push(bytes.subarray(at, at + size));
        at += size;
      }
    } else if (section === 0 && text() === "name") {
      while (at < end) {
        const part = bytes[at++],
          partLength = number(),
          partEnd = at + partLength;
        if (part === 1)
          for (let count = number(); count > 0; count -= 1) {
            const index = number();
            names.set(index, text());
          }
        at = partEnd;
      }
    }
    at = end;
  }
  return codes.map((code, place) => {
    const index = place + imported;
    return { index, name: names.get(index) ?? "", code, bytes: code.length };
  });
}

const LIBRARIES = [
  [
    "library leptos",
    /^(leptos\w*|tachys|reactive_\w+|any_spawner|hydration_context|either_of|server_fn\w*|throw_error|oco_ref)$/,
  ],
  ["library wasm-bindgen", /^(wasm_bindgen\w*|js_sys|web_sys|gloo_\w+)$/],
  ["library serde", /^serde\w*$/],
  ["library std", /^(core|alloc|std|hashbrown|dlmalloc|compiler_builtins|__rustc|memchr)$/],
];

// Returns the paths that a symbol names, as lists of names. Legacy symbols are `_ZN` and names with their lengths before them; a
// name such as `_$LT$rill..ui..Each$u20$as$u20$tachys..Render$GT$` holds paths itself. Of v0 symbols only the crates are read.
function paths(symbol) {
  if (!symbol.startsWith("_ZN")) {
    return [...symbol.matchAll(/C[st][0-9A-Za-z]+_(\d+)_?/g)].map(match => {
      const from = match.index + match[0].length;
      return [symbol.slice(from, from + Number(match[1]))];
    });
  }
  const names = [];
  for (let rest = symbol.slice(3); /^\d/.test(rest);) {
    const length = parseInt(rest, 10),
      digits = String(length).length;
    names.push(rest.slice(digits, digits + length));
    rest = rest.slice(digits + length);
  }
  const inside = names
    .flatMap(name => [...name.matchAll(/(?<![\w.])\w+(?:\.\.\w+)+/g)].map(match => match[0].split("..")))
    .concat(names.flatMap(name => [...name.matchAll(/(?:\$[\w]+\$|^_)(\w+?(?:\.\.\w+)+)/g)].map(match => match[1].split(".."))));
  return /^_?\$|^_/.test(names[0] ?? "") ? inside : [names, ...inside];
}

// Returns the owner of a function: a feature or folder of this crate if the symbol contains a path into it, else a library.
// Returns null for the functions that describe types to wasm-bindgen, which removes them.
export function owner(symbol) {
  if (symbol.includes("describe")) return null;
  const all = paths(symbol);
  const own = all.find(([crate]) => crate === "rill");
  if (own) return own[1] === "features" && /^[a-z]/.test(own[2] ?? "") ? `features/${own[2]}` : own[1];
  return all.map(([crate]) => LIBRARIES.find(([, names]) => names.test(crate))?.[0]).find(Boolean) ?? "library other";
}
