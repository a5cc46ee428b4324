import { expect, test } from "vitest";
import { checkText, letsOf, typesIn, wrongWith } from "./checking.ts";

test("branches give the type that they have in common", () => {
  const body = `let a = if c { 1 } else { 1.5 }
let b = if c { "x" }
let d = match c { true => "yes", false => "no" }
let e = if c { return "gone" } else { 3 }
let f = number("x") catch _ { 0 }
let g = number("x") catch err { fail "no number: \${err.message}" }
let h = [1, 2.5]
let i = race { upper("x"), lower("x") }
let j = [null, "x"]
json([json(a), json(b), d, json(e), json(f), json(g), json(h), i, json(j)])`;
  expect(letsOf("c: bool", body)).toEqual({
    a: "float",
    b: '"x"?',
    d: '"yes" | "no"',
    e: "int",
    f: "float",
    g: "float",
    h: "float[](min: 2, max: 2)",
    i: "string",
    j: '"x"?[](min: 2, max: 2)',
  });
});

test("a bare literal may be replaced by any text, a joined one only by what was joined", () => {
  expect(wrongWith('workflow main() {\n  let x = "a"\n  x = "b"\n  x\n}\n')).toEqual([]);
  expect(wrongWith('workflow main(c: bool) {\n  let x = if c { "a" } else { "b" }\n  x = "c"\n  x\n}\n')).toEqual(["T301 3:7"]);
});

test("branches need nothing in common where their value goes nowhere", () => {
  expect(
    wrongWith('workflow main(c: bool) {\n  if c { upper("x") } else { len("x") }\n  match c { true => upper("x"), false => len("x") }\n  "done"\n}\n'),
  ).toEqual([]);
});

test("a workflow without a declared type has that of its last expression and of what it returns", () => {
  const program = checkText(`workflow inner(c: bool) {
  if c { return null }
  3
}
workflow main() {
  let a = inner(true)
  json(a)
}
`);
  expect(program.diagnostics).toEqual([]);
  expect(typesIn(program)).toEqual({ a: "int?" });
  expect(program.signatures.get("main.tantra#main")?.result).toEqual({ kind: "string" });
});

test("a wanted type is handed down to where the values stand, and what does not fit is reported there", () => {
  const program = `type Note { title: string, pages: int }
workflow main(c: bool, xs: string[]) -> Note[] {
  if c { return [{ title: "a", pages: 1 }, { title: "b", pages: "2" }] }
  for x in xs {
    match x { "a" => { title: x, pages: 1 }, _ => { titel: x, pages: 1 } }
  }
}
`;
  expect(wrongWith(program)).toEqual(["T301 3:65", "T317 5:53"]);
});

test("an object is a map where nothing else is wanted, and JSON holds any", () => {
  const body = `let a = { x: 1, y: 2.5 }
let b: json = { x: 1, y: "two", z: [1, "two", null] }
json(a) + json(b)`;
  expect(letsOf("", body)).toEqual({ a: "map<float>", b: "json" });
});
