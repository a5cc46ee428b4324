import { expect, test } from "vitest";
import { letsOf } from "./checking.ts";

test("the library keeps what is known of a list's length", () => {
  const body = `let a = first(xs, 2)
let b = first(xs, n)
let c = unique(reverse(xs))
let d = sort_by(rs, "n", desc: true)
let e = compact(ys)
let f = concat(first(xs, 2), first(xs, 3))
let g = append(first(xs, 2), "x")
let h = flatten(first(xss, 2))
let i = range(3)
let j = range(2, 6)
json([a, b, c, json(d), json(e), f, g, h, json(i), json(j)])`;
  expect(letsOf("xs: string[](max: 6), ys: (int?)[](max: 4), rs: R[](min: 1, max: 2), xss: string[](max: 5)[], n: int", body, "type R { n: int }")).toEqual({
    a: "string[](max: 2)",
    b: "string[](max: 6)",
    c: "string[](max: 6)",
    d: "R[](min: 1, max: 2)",
    e: "int[](max: 4)",
    f: "string[](max: 5)",
    g: "string[](max: 3)",
    h: "string[](max: 10)",
    i: "int[](min: 3, max: 3)",
    j: "int[](min: 4, max: 4)",
  });
});

test("loops give as many values as their list has, fewer with a filter or a `break`", () => {
  const body = `let a = for x in xs { x + 1 }
let b = for x in xs if x > 1 { x }
let c = for i, x in xs { if i > 2 { break }
  x }
let d = parallel for x in xs { x }
let e = parallel(on_error: continue) for x in xs { x }
json([a, b, c, d, json(e)])`;
  expect(letsOf("xs: int[](min: 2, max: 4)", body)).toEqual({
    a: "int[](min: 2, max: 4)",
    b: "int[](max: 4)",
    c: "int[](max: 4)",
    d: "int[](min: 2, max: 4)",
    e: "int?[](min: 2, max: 4)",
  });
});

test("a list that grows in a loop has no known length", () => {
  const body = `let xs = ["a", "b"]
let before = xs
repeat(max: 3) { xs = append(xs, "c") }
let after = xs
json([before, after])`;
  expect(letsOf("", body)).toEqual({ xs: '("a" | "b")[](min: 2, max: 2)', before: "string[](min: 2, max: 2)", after: "string[]" });
});
