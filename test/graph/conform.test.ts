import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { complete, completeArguments, conformArguments } from "../../src/graph/complete.ts";
import { conform } from "../../src/graph/conform.ts";
import type { ParamNode } from "../../src/graph/graph.ts";
import { acceptsSchema } from "../../src/graph/schema.ts";
import type { RecordNode, TypeNode } from "../../src/graph/types.ts";

const string: TypeNode = { kind: "string" };
const level: TypeNode = {
  kind: "union",
  members: [
    { kind: "literal", value: "low" },
    { kind: "literal", value: "high" },
  ],
};
const types: Readonly<Record<string, RecordNode>> = {
  Finding: {
    name: "Finding",
    fields: [
      { name: "claim", type: string },
      { name: "source", type: { kind: "nullable", type: string } },
      { name: "level", type: level },
    ],
  },
  Fixed: {
    name: "Fixed",
    fields: [
      { name: "kind", type: { kind: "literal", value: "fixed" } },
      { name: "amount", type: { kind: "int" } },
      { name: "note", type: { kind: "nullable", type: string } },
    ],
  },
  Free: {
    name: "Free",
    fields: [
      { name: "kind", type: { kind: "literal", value: "free" } },
      { name: "reason", type: string },
    ],
  },
};
const finding: TypeNode = { kind: "record", name: "Finding" };
const fee: TypeNode = {
  kind: "union",
  tag: "kind",
  members: [
    { kind: "record", name: "Fixed" },
    { kind: "record", name: "Free" },
  ],
};

class Custom {}
const looped: Record<string, unknown> = {};
looped["self"] = looped;

const refused: readonly (readonly [type: TypeNode, value: unknown, path: string, message: string])[] = [
  [string, 3, "", "The value must be a text, but is 3."],
  [{ kind: "int" }, "3", "", 'The value must be a whole number, but is "3".'],
  [{ kind: "int" }, 3.5, "", "The value must be a whole number, but is 3.5."],
  [{ kind: "int", max: 3 }, 4, "", "The value must be at most 3, but is 4."],
  [{ kind: "float", min: 0 }, -1, "", "The value must be at least 0, but is -1."],
  [{ kind: "float" }, Number.NaN, "", "The value must be a number, but is NaN."],
  [{ kind: "string", max: 2 }, "🌊🌊🌊", "", "The value must have at most 2 characters, but has 3."],
  [{ kind: "string", pattern: "^[a-z]+$" }, "A1", "", 'The value must match ^[a-z]+$, but is "A1".'],
  [{ kind: "bool" }, null, "", "The value must be true or false, but is null."],
  [level, "hihg", "", 'The value must be one of "low" and "high", but is "hihg". Did you mean "high"?'],
  [{ kind: "list", element: string, min: 1 }, [], "", "The value must have at least 1 element, but has 0 elements."],
  [{ kind: "list", element: string }, { a: 1 }, "", "The value must be a list (string[]), but is an object."],
  [{ kind: "list", element: string }, ["a", 1], "[1]", '"[1]" must be a text, but is 1.'],
  [{ kind: "map", value: { kind: "int" } }, { "a b": "x" }, '["a b"]', '"["a b"]" must be a whole number, but is "x".'],
  [finding, { claim: "x" }, "level", 'The value must have "level" ("low" | "high").'],
  [finding, { claim: "x", level: "low", sorce: "y" }, "sorce", 'The value must not have "sorce". Did you mean "source"?'],
  [finding, { claim: "x", level: "low", zzz: 1 }, "zzz", 'The value must not have "zzz". The fields of Finding are claim, source and level.'],
  [finding, new Date(0), "", "The value must be an object (Finding), but is a Date."],
  [fee, { kind: "fre" }, "kind", '"kind" must be one of "fixed" and "free", but is "fre". Did you mean "free"?'],
  [fee, { kind: "fixed", amount: "1" }, "amount", '"amount" must be a whole number, but is "1".'],
  [{ kind: "json" }, { a: [() => 1] }, "a[0]", '"a[0]" must be a value that JSON can hold, but is a function.'],
  [{ kind: "json" }, new Custom(), "", "The value must be a value that JSON can hold, but is a Custom."],
  [{ kind: "json" }, looped, "self", '"self" holds itself, which JSON cannot.'],
  [{ kind: "json" }, undefined, "", "The value is missing: it must be a value that JSON can hold."],
];

describe("a value from outside", () => {
  for (const [type, value, path, message] of refused) {
    it(`is refused: ${message}`, () => {
      expect(conform(type, value, types)).toEqual({ ok: false, path, message });
    });
  }

  it("is called by the name that it is given for", () => {
    expect(conform({ kind: "list", element: finding }, [{ claim: 1, level: "low" }], types, "findings")).toEqual({
      ok: false,
      path: "findings[0].claim",
      message: '"findings[0].claim" must be a text, but is 1.',
    });
  });

  it("comes out with null for an absent nullable field and its fields in declared order", () => {
    const result = conform(finding, { level: "low", claim: "x" }, types);
    expect(result).toEqual({ ok: true, value: { claim: "x", source: null, level: "low" } });
    expect(Object.keys(result.ok ? (result.value as object) : {})).toEqual(["claim", "source", "level"]);
  });

  it("is the union's member that its tag says", () => {
    expect(conform(fee, { kind: "fixed", amount: 3 }, types)).toEqual({ ok: true, value: { kind: "fixed", amount: 3, note: null } });
  });

  it("may nest deeply without an overflow, up to a limit that is said", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(conform({ kind: "json" }, deep, types)).toMatchObject({ ok: false, message: "The value nests deeper than 500 levels." });
  });

  it("keeps a key named __proto__ as a key", () => {
    const result = conform({ kind: "json" }, JSON.parse('{"__proto__": {"polluted": true}}'), types);
    expect(JSON.stringify(result)).toBe('{"ok":true,"value":{"__proto__":{"polluted":true}}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("is judged as the JSON Schema of its type judges it", () => {
    const values = [
      null,
      1,
      1.5,
      "low",
      [],
      ["a"],
      {},
      { claim: "c", level: "low" },
      { claim: "c", level: "low", source: null },
      { kind: "free", reason: "r" },
    ];
    const all: readonly TypeNode[] = [string, level, finding, fee, { kind: "int" }, { kind: "float" }, { kind: "list", element: string }, { kind: "json" }];
    for (const type of [...all, ...all.map((one) => ({ kind: "nullable", type: one }) as const)]) {
      const validate = new Ajv2020({ strictTypes: false }).compile(acceptsSchema(type, types));
      for (const value of values) expect([type, value, conform(type, value, types).ok]).toEqual([type, value, validate(value)]);
    }
  });
});

describe("a model's value that fits", () => {
  it("gets null for what may be absent, at every depth", () => {
    expect(complete({ kind: "map", value: { kind: "list", element: finding } }, { a: [{ level: "low", claim: "x" }] }, types)).toEqual({
      a: [{ claim: "x", source: null, level: "low" }],
    });
    expect(complete({ kind: "nullable", type: fee }, { kind: "fixed", amount: 1 }, types)).toEqual({ kind: "fixed", amount: 1, note: null });
    expect(complete({ kind: "nullable", type: fee }, null, types)).toBeNull();
    expect(complete({ kind: "json" }, { any: [1] }, types)).toEqual({ any: [1] });
  });
});

describe("arguments", () => {
  const params: readonly ParamNode[] = [
    { name: "topic", type: string },
    { name: "limit", type: { kind: "int" }, default: 3 },
    { name: "like", type: { kind: "nullable", type: finding } },
  ];

  it("from outside are filled in", () => {
    expect(conformArguments(params, { topic: "tides" }, types)).toEqual({ ok: true, value: { topic: "tides", limit: 3, like: null } });
  });

  it("from outside are refused with everything that is wrong at once", () => {
    const result = conformArguments(params, { limt: 4, limit: "x", like: { claim: 1 } }, types);
    expect(result.ok ? [] : result.problems.map((problem) => problem.message)).toEqual([
      '"topic" (string) is missing.',
      '"limit" must be a whole number, but is "x".',
      '"like.claim" must be a text, but is 1.',
      'There is no parameter "limt". Did you mean "limit"?',
    ]);
  });

  it("of a model's tool call get their defaults once they fit", () => {
    expect(completeArguments(params, { topic: "tides", like: { level: "low", claim: "x" } }, types)).toEqual({
      topic: "tides",
      limit: 3,
      like: { claim: "x", source: null, level: "low" },
    });
  });
});
