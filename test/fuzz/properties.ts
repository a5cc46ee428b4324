import fc from "fast-check";
import { Source } from "../../src/diagnostics/source.ts";
import { print } from "../../src/formatter/print.ts";
import type { Node } from "../../src/syntax/ast.ts";
import { parse, parseText } from "../../src/syntax/parse.ts";
import { contextual, reserved, spelling } from "../../src/syntax/tokens.ts";
import { children, walk } from "../../src/syntax/walk.ts";
import { program } from "./programs.ts";
import { withoutPlaces } from "./strip.ts";

/** A property over arbitrary cases: what it is called, its cases, and a check that throws where it does not hold. */
export interface Property<T> {
  readonly name: string;
  readonly cases: fc.Arbitrary<T>;
  readonly holds: (one: T) => void;
}

const row = fc.array(fc.nat({ max: 1000 }), { maxLength: 120, size: "max" });

function same(a: unknown, b: unknown, about: () => string): void {
  if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(about());
}

/** Keys in one order, so that two trees compare as texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, held]) => [key, sorted(held)]),
  );
}

export const printsAndReadsBack: Property<readonly number[]> = {
  name: "any tree prints and reads back as the same tree",
  cases: row,
  holds: (choices) => {
    const tree = program(choices);
    const text = print(tree);
    const read = parse(new Source("x.tantra", text));
    if (read.diagnostics.length > 0) throw new Error(`${JSON.stringify(read.diagnostics[0])}\n${text}`);
    same(sorted(withoutPlaces(read.file)), sorted(withoutPlaces(tree)), () => `another tree\n${text}\n${print(read.file)}`);
    if (print(read.file) !== text) throw new Error(`printed otherwise the second time\n${text}\n${print(read.file)}`);
  },
};

/** What holds of every text, whatever it is: a tree, places inside the text, every mistake once, in order, with a hint. */
export function readsWithoutTrouble(text: string): void {
  const start = performance.now();
  const { file, diagnostics } = parse(new Source("x.tantra", text));
  const took = performance.now() - start;
  if (took > 5_000 + text.length / 100) throw new Error(`took ${Math.round(took)} ms for ${text.length} characters`);
  walk(file, (node: Node) => {
    if (!(node.start >= 0 && node.start <= node.end && node.end <= text.length))
      throw new Error(`${node.kind} lies at ${node.start} to ${node.end} of ${text.length}`);
    for (const child of children(node)) if (typeof child.kind !== "string") throw new Error(`${node.kind} holds something that is no node`);
    return undefined;
  });
  const seen = new Set<string>();
  let last = 0;
  for (const { code, message, hint, span } of diagnostics) {
    if (!(span.start >= last && span.start <= span.end && span.end <= text.length))
      throw new Error(`${code} lies at ${span.start} to ${span.end} of ${text.length}, after ${last}`);
    last = span.start;
    if (!message.endsWith(".") || hint === undefined || hint === "") throw new Error(`${code}: ${message} / ${hint}`);
    const key = `${code} ${span.start}`;
    if (seen.has(key)) throw new Error(`${key} is said twice`);
    seen.add(key);
  }
  parseText(new Source("x.md", text));
}

const scraps = [
  ...[...reserved, ...contextual].map(spelling),
  ...["{", "}", "(", ")", "[", "]", ",", ":", ".", "?", "|", "=", "->", "=>", "!", "-", "*", "<", ">", "==", "!=", "<=", ">=", "&&", "||", "??", "+", "/", "%"],
  ...['"', '"""', "${", "%{", "%{for x in xs}", "%{if c}", "%{else}", "%{end}", "\\", '"a"', '"a ${b} c"', '"""\n  text\n  """', "'a'", "`a`", "“a”"],
  ...["1", "0.5", "5m", "$0.25", "10/m", "5mins", "1.2.3", "$", "a", "b", "foo", "é", "😀", "\u0000", "\ufeff", "@", "#", ";", "===", "++", "?.", "&"],
  ...["\n", "\n", "\n", "\n  ", "\t", " ", "\r", "// a", "/// a\n", "//! a\n", "/* a */", "/*", "agent a() {\n", "\n}\n", "workflow w() {\n"],
];

export const soup: Property<readonly string[]> = {
  name: "a soup of tokens is read without trouble",
  cases: fc.array(
    fc.tuple(fc.constantFrom(...scraps), fc.constantFrom(" ", "", "", "\n")).map((pair) => pair.join("")),
    { maxLength: 60, size: "max" },
  ),
  holds: (list) => readsWithoutTrouble(list.join("")),
};

export const noise: Property<string> = {
  name: "any characters are read without trouble",
  cases: fc.string({ unit: "binary", maxLength: 200, size: "max" }),
  holds: readsWithoutTrouble,
};

/** A change to a text: at a place, so many characters go, and a scrap comes in. */
interface Change {
  readonly at: number;
  readonly gone: number;
  readonly come: string;
}

/** Random changes to programs that are right. */
export function mutations(programs: readonly string[]): Property<readonly [string, readonly Change[]]> {
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), gone: fc.nat({ max: 12 }), come: fc.constantFrom("", "", "", ...scraps) });
  return {
    name: "a program with random changes is read without trouble",
    cases: fc.tuple(fc.constantFrom(...programs), fc.array(change, { minLength: 1, maxLength: 6 })),
    holds: ([text, changes]) => readsWithoutTrouble(changed(text, changes)),
  };
}

export function changed(text: string, changes: readonly Change[]): string {
  return changes.reduce((before, { at, gone, come }) => {
    const offset = Math.floor(at * before.length);
    return before.slice(0, offset) + come + before.slice(offset + gone);
  }, text);
}
