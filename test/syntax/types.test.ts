import { expect, test } from "vitest";
import { printArg } from "../../src/formatter/expressions.ts";
import { broken } from "../../src/formatter/layout.ts";
import { printType } from "../../src/formatter/types.ts";
import { mistakes, read, typeOf } from "./reading.ts";

const kinds = (text: string): string => {
  const type = typeOf(text);
  return `${type.kind}: ${printType(type, (arg) => printArg(arg, broken), broken)}`;
};

test.each([
  ["string", "NamedType: string"],
  ["int(min: 0, max: 10)", "ConstrainedType: int(min: 0, max: 10)"],
  ["Finding[](max: 6)?", "NullableType: Finding[](max: 6)?"],
  ["map<map<int[]>>", "MapType: map<map<int[]>>"],
  ['"a" | "b" | C[]', 'UnionType: "a" | "b" | C[]'],
  ["(A | B)[]", "ListType: (A | B)[]"],
  ["map", "NamedType: map"],
  ["(string)", "NamedType: string"],
])("%s is a %s", (text, expected) => {
  expect(kinds(text)).toBe(expected);
});

test("what goes on with a type stands on its line", () => {
  expect(mistakes("type T {\n  a: int\n  [b]\n}\n")).toEqual(["T120 3:3"]);
});

test("a default after a map needs a blank, as >= is a sign of its own", () => {
  const [workflow] = read("workflow w(x: map<int> = {}) {}\n").declarations;
  expect(workflow).toMatchObject({ params: [{ type: { kind: "MapType" }, default: { kind: "ObjectExpr" } }] });
});
