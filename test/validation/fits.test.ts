import { describe, expect, test } from "vitest";
import { comparable, fits } from "../../src/validation/fits.ts";
import type { RecordType, Type } from "../../src/validation/types.ts";

const string: Type = { kind: "string" };
const int: Type = { kind: "int" };
const float: Type = { kind: "float" };
const json: Type = { kind: "json" };
const optional = (type: Type): Type => ({ kind: "nullable", type });
const list = (element: Type): Type => ({ kind: "list", element });
const literal = (value: string): Type => ({ kind: "literal", value });
const record = (name: string): RecordType => ({ kind: "record", id: `main.tantra#${name}`, name, fields: new Map() });
const union = (...members: Type[]): Type => ({ kind: "union", members });

describe("a value", () => {
  const yes: readonly (readonly [string, Type, Type])[] = [
    ["int fits float", int, float],
    ["T fits T?", int, optional(int)],
    ["int fits float?", int, optional(float)],
    ["null fits T?", { kind: "null" }, optional(int)],
    ["null fits json", { kind: "null" }, json],
    ["a literal fits its union", literal("a"), union(literal("a"), literal("b"))],
    ["a union of texts fits string", union(literal("a"), literal("b")), string],
    ["a part of a union fits the union", union(literal("a"), literal("b")), union(literal("c"), literal("b"), literal("a"))],
    ["a record fits a union of records", record("A"), union(record("A"), record("B"))],
    ["lists are covariant", list(int), list(float)],
    ["maps are covariant", { kind: "map", value: int }, { kind: "map", value: json }],
    ["constraints do not matter", { kind: "string", max: 9 }, { kind: "string", max: 3 }],
    ["what an error left behind fits everything", { kind: "unknown" }, record("A")],
  ];
  for (const [name, from, to] of yes) test(name, () => expect(fits(from, to)).toBe(true));

  const no: readonly (readonly [string, Type, Type])[] = [
    ["float does not fit int", float, int],
    ["T? does not fit T", optional(int), int],
    ["json fits nothing but json", json, string],
    ["string does not fit a union of texts", string, union(literal("a"), literal("b"))],
    ["records fit by name, not by shape", record("A"), record("B")],
    ["a union of records does not fit one of them", union(record("A"), record("B")), record("A")],
    ["an image is no JSON", { kind: "image" }, json],
    ["a conversation is no value", { kind: "chat", agent: "main.tantra#a" }, json],
    ["no value does not fit json", { kind: "none" }, json],
  ];
  for (const [name, from, to] of no) test(name, () => expect(fits(from, to)).toBe(false));
});

test("values are compared where they could be equal: null counts nothing", () => {
  expect(comparable(optional(int), float)).toBe(true);
  expect(comparable(union(literal("a"), literal("b")), union(literal("b"), literal("c")))).toBe(true);
  expect(comparable(string, int)).toBe(false);
  expect(comparable(union(literal("a"), literal("b")), literal("c"))).toBe(false);
});
