import { expect, test } from "vitest";
import { letsOf, wrongWith } from "./checking.ts";

const changes = `type Added { kind: "added", line: int, note: string? }
type Removed { kind: "removed", text: string, note: string? }
type Moved { kind: "moved", from_line: int, note: string? }
`;

test("a name that was checked for null is not null in the branch, and null in the other", () => {
  expect(letsOf("x: int?", "let a = if x != null { x + 1 } else { 0 }\nlet b = if x == null { 0 } else { x + 1 }\na + b")).toEqual({ a: "int", b: "int" });
});

test("what was checked left of `&&` holds right of it, and what failed left of `||` too", () => {
  expect(letsOf("x: int?, y: int?", "let a = x != null && x > 1\nlet b = y == null || y > 1\nlet c = !(x == null) && x > 1\na && b && c")).toEqual({
    a: "bool",
    b: "bool",
    c: "bool",
  });
});

test("after an early return the name is what the rest of the block needs", () => {
  expect(letsOf("x: int?", "if x == null { return 0 }\nlet a = x\na")).toEqual({ a: "int" });
  expect(letsOf("x: int?", 'let y = x ?? fail "none"\nlet a = y\nlet b = x\na + b')).toEqual({ y: "int", a: "int", b: "int" });
});

test("a field is narrowed by its path, and a check of another field leaves it so", () => {
  expect(letsOf("r: R", 'let a = if r.due != null && r.kind == "x" { r.due } else { "" }\na', 'type R { kind: "x" | "y", due: string? }')).toEqual({
    a: "string",
  });
});

test("a union of records is narrowed by its tag, in the branch and after it", () => {
  const body = `let a = if c.kind == "added" { c.line } else { 0 }
if c.kind == "added" { return "added" }
let b = c
if c.kind != "moved" { return c.text }
let d = c.from_line
json([a, json(b), json(d)])`;
  expect(letsOf("c: Added | Removed | Moved", body, changes)).toEqual({ a: "int", b: "Removed | Moved", d: "int" });
});

test("a field that all members share is read without a check", () => {
  expect(letsOf("c: Added | Removed", "let a = c.note\nlet b = c.kind\njson([json(a), b])", changes)).toEqual({ a: "string?", b: '"added" | "removed"' });
});

test("`collect` is told apart by `ok`, whichever way it is asked", () => {
  const body = `let all = parallel(on_error: collect) for x in xs { x + 1 }
for one in all {
  let a = if one.ok { one.value } else { len(one.error.message) }
  let b = match one { { ok: true } => one.value, { ok: false } => 0 }
  let c = if !one.ok { 0 } else { one.value }
  a + b + c
}`;
  expect(letsOf("xs: int[]", body)).toMatchObject({ a: "int", b: "int", c: "int" });
});

test("records may be told apart by the values of a bool", () => {
  const body = "let a = if x.found { x.line } else { len(x.why) }\nlet b = match x { { found: true } => x.line, { found: false } => 0 }\na + b";
  expect(letsOf("x: Hit | Miss", body, "type Hit { found: true, line: int }\ntype Miss { found: false, why: string }")).toEqual({ a: "int", b: "int" });
});

test("a union of texts is narrowed by comparison and by match", () => {
  const body = `let a = if s == "x" { "only" } else { s }
let b = match s { "x" => s, "y" => s, "z" => "none" }
a + b`;
  expect(letsOf('s: "x" | "y" | "z"', body)).toEqual({ a: '"only" | "y" | "z"', b: '"x" | "y" | "none"' });
});

test("an assignment ends what was known, and brings what it gives", () => {
  expect(letsOf("", 'let x: string? = null\nx = "text"\nlet a = x\na')).toMatchObject({ a: "string" });
  expect(wrongWith('workflow main(y: string?) {\n  let x: string? = "text"\n  x = y\n  upper(x)\n}\n')).toEqual(["T302 4:9"]);
});

test("what a loop assigns further down is not known at its start", () => {
  expect(wrongWith('workflow main() {\n  let x: string? = "text"\n  for i in range(3) {\n    upper(x + "${i}")\n    x = null\n  }\n}\n')).toEqual([
    "T302 4:11",
  ]);
});

test("what holds in both branches holds after them", () => {
  expect(letsOf("c: bool", 'let x: string? = null\nif c { x = "a" } else { x = "b" }\nlet a = x\na')).toMatchObject({ a: "string" });
  expect(wrongWith('workflow main(c: bool) {\n  let x: string? = null\n  if c { x = "a" }\n  upper(x)\n}\n')).toEqual(["T302 4:9"]);
});

test("in an `expect` a null on the way is a failed expectation, not a mistake", () => {
  const program = `type R { due: string? , inner: R2? }
type R2 { name: string }
workflow main(r: R) { r }
test "reads" {
  expect main({ due: null, inner: null }).inner.name == "x"
  let name = main({ due: null, inner: null }).inner.name
  expect name == "x"
}
`;
  expect(wrongWith(program)).toEqual(["T302 6:53"]);
});
