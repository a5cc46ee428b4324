import { expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.ts";
import { parse, parseText } from "../../src/syntax/parse.ts";

const inWorkflow = (expr: string): string => `workflow w(a: int) -> int {\n  return ${expr}\n}\n`;
const many = 100_000;
const times = (text: string, count = many): string => text.repeat(count);

/** Texts that stand 100,000 deep in themselves, each in its own way. */
const deep: Readonly<Record<string, string>> = {
  parentheses: inWorkflow(times("(") + times(")")),
  "parentheses that are not closed": inWorkflow(times("(")),
  "closing brackets": inWorkflow(times(")")),
  lists: inWorkflow(times("[") + times("]")),
  objects: inWorkflow(`${times("{a: ")}1${times("}")}`),
  "blocks on lines of their own": inWorkflow(times("{\n") + times("}\n")),
  "brackets of all kinds": inWorkflow(times("([{") + times(")")),
  signs: inWorkflow(`${times("!")}a`),
  operators: inWorkflow(`${times("a + ")}a`),
  members: inWorkflow(`a${times(".a")}`),
  calls: inWorkflow(`a${times("()")}`),
  "catch after catch": inWorkflow(`a${times(" catch e {}")}`),
  "else if": inWorkflow(`${times("if a {} else ")}{}`),
  "if in conditions": inWorkflow(times("if ")),
  "loops in lists of loops": inWorkflow(times("for x in ")),
  maps: `type T = ${times("map<")}int${times(">")}\n`,
  "lists of lists": `type T = int${times("[]")}\n`,
  "strings in strings": inWorkflow(times('"${')),
  "text blocks in text blocks": inWorkflow(times('"""\n${')),
  "directives in directives": inWorkflow(`"""\n${times("%{for x in xs}")}${times("%{end}")}\n"""`),
};

test.each(Object.entries(deep))("%s: nested without end is an error, and no more", (_, text) => {
  const { diagnostics } = parse(new Source("x", text));
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(diagnostics.length).toBeLessThanOrEqual(1000);
  expect(() => parseText(new Source("x", text))).not.toThrow();
});

test("two hundred deep is fine", () => {
  const depth = 198;
  for (const text of [
    `${times("(", depth)}1${times(")", depth)}`,
    `${times("[", depth)}${times("]", depth)}`,
    `a${times(".a", depth)}`,
    `${times("a + ", depth)}a`,
  ]) {
    expect(parse(new Source("x", inWorkflow(text))).diagnostics).toEqual([]);
  }
});

test("two hundred lists of every construct in one another leave the stack whole", () => {
  for (const [open, close] of [
    ["parallel for x in xs { ", " }"],
    ["f(x: ", ")"],
    ['match a { "x" => ', " }"],
    ["if a { ", " } else { b }"],
    ["a catch e { ", " }"],
    ["{ k: [", "] }"],
  ] as const) {
    const depth = 99;
    expect(parse(new Source("x", inWorkflow(`${times(open, depth)}1${times(close, depth)}`))).diagnostics, open).toEqual([]);
  }
});

test.each([
  ["lines that are wrong", times("a b\n", 500_000)],
  ["one long line", times("a b ( ] } = : ", 150_000)],
  ["one long string", `"${times("a", 5_000_000)}`],
  ["characters that mean nothing", times("\u0000é", 2_000_000)],
  ["blank lines", times("\n", 5_000_000)],
])("megabytes of %s are read to their end", (_, text) => {
  // What takes more than linear time does not come back before the test's own limit.
  expect(parse(new Source("x", text)).diagnostics.length).toBeLessThanOrEqual(1000);
});
