import { describe, expect, test } from "vitest";
import { join, joinAll } from "../../src/validation/join.ts";
import { spell } from "../../src/validation/spell.ts";
import type { RecordType, Type } from "../../src/validation/types.ts";

const string: Type = { kind: "string" };
const int: Type = { kind: "int" };
const float: Type = { kind: "float" };
const json: Type = { kind: "json" };
const nothing: Type = { kind: "null" };
const literal = (value: string | boolean): Type => ({ kind: "literal", value });
const list = (element: Type, max?: number): Type => ({ kind: "list", element, ...(max === undefined ? {} : { max }) });
const record = (name: string): RecordType => ({ kind: "record", id: `main.tantra#${name}`, name, fields: new Map() });

describe("two branches have the type", () => {
  const cases: readonly (readonly [string, Type, Type, string | undefined])[] = [
    ["that both have", string, string, "string"],
    ["of the wider number", int, float, "float"],
    ["of both texts, where both are written out", literal("a"), literal("b"), '"a" | "b"'],
    ["of any text, where one may be any", literal("a"), string, "string"],
    ["bool, of its two values", literal(true), literal(false), "bool"],
    ["that may be null, where one is", int, nothing, "int?"],
    ["that may be null, where one may be", { kind: "nullable", type: int }, float, "float?"],
    ["of the other, where one never ends", { kind: "never" }, int, "int"],
    ["of a list of what their elements have in common", list(int), list(float), "float[]"],
    ["of one record, where both give it", record("A"), record("A"), "A"],
    ["none, of two records", record("A"), record("B"), undefined],
    ["none, of a text and a number", string, int, undefined],
    ["none, of JSON and a text: what is JSON says so", json, string, undefined],
  ];
  for (const [name, a, b, wanted] of cases) {
    test(name, () => {
      const either = join(a, b);
      const other = join(b, a);
      expect(either === undefined ? undefined : spell(either)).toBe(wanted);
      expect(other === undefined).toBe(wanted === undefined);
    });
  }
});

test("a list that comes from two branches may be as long as the longer one, and of unknown length if one is", () => {
  expect(join(list(int, 3), list(int, 5))).toEqual(list(int, 5));
  expect(join(list(int, 3), list(int))).toEqual(list(int));
});

test("constraints that only one branch promises are dropped", () => {
  expect(join({ kind: "int", min: 1 }, { kind: "int", max: 3 })).toEqual(int);
});

test("of no branches at all nothing ever comes", () => {
  expect(joinAll([])).toEqual({ kind: "never" });
});
