import { describe, expect, test } from "vitest";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { Json } from "../../src/diagnostics/json.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { TypeNode } from "../../src/graph/types.ts";
import { callFunction } from "../../src/interpreter/library.ts";
import { type Program, prepare } from "../../src/interpreter/program.ts";

const types: Graph["types"] = {
  "a.tantra#Point": {
    name: "Point",
    fields: [
      { name: "x", type: { kind: "int" } },
      { name: "label", type: { kind: "nullable", type: { kind: "string" } } },
    ],
  },
};
const point: TypeNode = { kind: "record", name: "a.tantra#Point" };
const program: Program = { graph: { types, templates: {} } };

function call(name: string, args: readonly Json[], named: Record<string, Json> = {}, of?: TypeNode): Json {
  return callFunction({ name, args, named, place: "a.tantra:1:1", program, ...(of === undefined ? {} : { of }) });
}

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(RunError);
    expect(error).toMatchObject({ class: "bad_value", place: "a.tantra:1:1" });
    return (error as RunError).message;
  }
  throw new Error("did not fail");
}

/** Every case of a function, as `name(arguments) is value`. */
const cases: readonly [name: string, args: readonly Json[], expected: Json, named?: Record<string, Json>][] = [
  ["len", [[1, 2, 3]], 3],
  ["len", ["naïve 🐙"], 8],
  ["len", [{ a: 1 }], 1],
  ["first", [[]], null],
  ["first", [[7, 8]], 7],
  ["first", [[7, 8, 9], 2], [7, 8]],
  ["first", [[7], 5], [7]],
  ["first", [[7], 0], []],
  ["last", [[]], null],
  ["last", [[7, 8]], 8],
  ["last", [[7, 8, 9], 2], [8, 9]],
  ["last", [[7], 5], [7]],
  ["last", [[7], 0], []],
  ["flatten", [[[1], [], [2, [3]]]], [1, 2, [3]]],
  ["compact", [[1, null, 0, "", false, null]], [1, 0, "", false]],
  ["concat", [[1], [2]], [1, 2]],
  ["append", [[1], [2]], [1, [2]]],
  ["reverse", [[1, 2]], [2, 1]],
  ["unique", [["b", "a", "b"]], ["b", "a"]],
  [
    "unique",
    [
      [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
        { x: "1", y: 2 },
      ],
    ],
    [
      { x: 1, y: 2 },
      { x: "1", y: 2 },
    ],
  ],
  ["sort_by", [[{ k: 2 }, { k: 10 }, { k: 1 }], "k"], [{ k: 1 }, { k: 2 }, { k: 10 }]],
  ["sort_by", [[{ k: "b" }, { k: null }, { k: "B" }, { k: "a" }], "k"], [{ k: "B" }, { k: "a" }, { k: "b" }, { k: null }]],
  ["sort_by", [[{ k: 1 }, { k: null }, { k: 2 }], "k"], [{ k: 2 }, { k: 1 }, { k: null }], { desc: true }],
  ["sum", [[1, 2.5]], 3.5],
  ["sum", [[]], 0],
  ["min", [[3, 1, 2]], 1],
  ["max", [[3, 1, 2]], 3],
  ["count", [[true, false, true]], 2],
  ["all", [[]], true],
  ["all", [[true, false]], false],
  ["any", [[]], false],
  ["any", [[false, true]], true],
  ["most_common", [["b", "a", "a", "b"]], "b"],
  ["most_common", [[{ s: 1 }, { s: 2 }, { s: 2 }]], { s: 2 }],
  ["most_common", [[]], null],
  ["range", [3], [0, 1, 2]],
  ["range", [2, 5], [2, 3, 4]],
  ["range", [5, 2], []],
  ["keys", [{ b: 1, a: 2 }], ["b", "a"]],
  ["values", [{ b: 1, a: 2 }], [1, 2]],
  ["join", [["a", "b"], ", "], "a, b"],
  ["split", ["a,b,,c", ","], ["a", "b", "", "c"]],
  ["lines", ["a\r\nb\n\nc\n"], ["a", "b", "", "c"]],
  ["lines", [""], []],
  ["trim", ["  a\n"], "a"],
  ["lower", ["ÄB"], "äb"],
  ["upper", ["äb"], "ÄB"],
  ["contains", ["tides", "ide"], true],
  ["starts_with", ["tides", "ti"], true],
  ["ends_with", ["tides", "de"], false],
  ["replace", ["a.b.c", ".", "$&"], "a$&b$&c"],
  ["slice", ["tides", 1, 3], "id"],
  ["slice", ["tides", -2], "es"],
  ["json", [{ a: [1, "x"] }], '{"a":[1,"x"]}'],
  ["json", [{ a: 1 }], '{\n  "a": 1\n}', { indent: 2 }],
  ["number", [" -12.50 "], -12.5],
  ["number", ["1e3"], 1000],
  ["abs", [-2], 2],
  ["floor", [-1.5], -2],
  ["ceil", [1.2], 2],
  ["round", [2.5], 3],
  ["round", [-2.5], -3],
  ["round", [-0.4], 0],
  ["round", [1.005, 2], 1.01],
  ["round", [1250, -2], 1300],
  ["round", [1e-7, 3], 0],
  ["round", [1e300, 10], 1e300],
];

describe("every function gives what its description says", () => {
  test.each(cases)("%s%j is %j", (name, args, expected, named) => {
    expect(call(name, args, named)).toEqual(expected);
  });
});

test("sort_by keeps the order of equal elements in both directions", () => {
  const xs = [
    { k: 1, n: "a" },
    { k: 0, n: "b" },
    { k: 1, n: "c" },
  ];
  const names = (sorted: Json): unknown => (sorted as { n: string }[]).map(({ n }) => n);
  expect(names(call("sort_by", [xs, "k"]))).toEqual(["b", "a", "c"]);
  expect(names(call("sort_by", [xs, "k"], { desc: true }))).toEqual(["a", "c", "b"]);
});

test("parse_json and as hold a value to the type: nothing is coerced, an absent T? becomes null", () => {
  expect(call("parse_json", ['{"x": 1}'], {}, point)).toEqual({ x: 1, label: null });
  expect(call("as", [{ x: 1, label: "a" }], {}, point)).toEqual({ x: 1, label: "a" });
  expect(failure(() => call("parse_json", ["{"], {}, point))).toMatch(/no JSON/);
  expect(failure(() => call("parse_json", ['{"x": "1"}'], {}, point))).toMatch(/"x" must be a whole number, but is "1"/);
  expect(failure(() => call("as", [{ x: 1, y: 2 }], {}, point))).toMatch(/"y"/);
});

test("schema gives the type's JSON Schema as text, its root never wrapped", () => {
  expect(JSON.parse(call("schema", [], {}, { kind: "list", element: { kind: "int" } }) as string)).toEqual({ type: "array", items: { type: "integer" } });
});

test("a function that has no value fails with bad_value and says why", () => {
  expect(failure(() => call("min", [[]]))).toBe("An empty list has no `min`.");
  for (const text of ["", "0x10", "Infinity", "1,5", "1 2", "1e999"]) expect(failure(() => call("number", [text]))).toMatch(/is no number/);
  expect(failure(() => call("first", [[1], -1]))).toMatch(/0 or more/);
  expect(failure(() => call("range", [1e9]))).toMatch(/is the most/);
  expect(failure(() => call("sum", [[1e308, 1e308]]))).toMatch(/too large/);
  expect(failure(() => call("join", [[1], ","]))).toMatch(/must be a string, but is a number/);
});

test("matches looks for the pattern anywhere, and takes time linear in the text", async () => {
  const graph = { types: {}, templates: {}, x: { kind: "function", name: "matches" } } as unknown as Graph;
  const withMatches = await prepare(graph);
  const matches = (text: string, pattern: string): Json =>
    callFunction({ name: "matches", args: [text, pattern], named: {}, place: "a.tantra:1:1", program: withMatches });
  expect(matches("see note-12.", "note-\\d+")).toBe(true);
  expect(matches("see note-12.", "^note")).toBe(false);
  expect(matches(`${"a".repeat(50_000)}b`, "(a+)+$")).toBe(false);
  expect(failure(() => matches("a", "(?=a)"))).toMatch(/no regular expression of RE2/);
});

test("the engine for matches is loaded only where the program calls it", async () => {
  expect((await prepare({ types: {}, templates: {} } as unknown as Graph)).matches).toBeUndefined();
});
