import { expect, test } from "vitest";
import { expression, grouped, mistakes, statements } from "./reading.ts";

test.each([
  ["a ?? b || c && d == e < f + g * -h", "(a ?? (b || (c && (d == (e < (f + (g * (-h))))))))"],
  ["a * b + c < d == e && f || g ?? h", "(((((((a * b) + c) < d) == e) && f) || g) ?? h)"],
  ["a - b - c", "((a - b) - c)"],
  ["a / b * c % d", "(((a / b) * c) % d)"],
  ["a ?? b ?? c", "((a ?? b) ?? c)"],
  ["a in b == c", "((a in b) == c)"],
  ["!a.b", "(!(a.b))"],
  ["-a[0](b).c", "(-(((a[0])(b)).c))"],
  ["!!a", "(!(!a))"],
  ["(a + b) * c", "((a + b) * c)"],
  ["a ?? b catch e { c } catch f { d }", "(((a ?? b) catch e {c}) catch f {d})"],
  ["f(a, x: b) with { timeout: 3s }.c", "(((f(a, x: b)) with {timeout: 3s}).c)"],
  ["server.*", "(server.*)"],
  ['env.A ?? "b"', '(env.A ?? "b")'],
  ["if a { b } else if c { d } else { e } + 1", "(if a {b} else if c {d} else {e} + 1)"],
  ["10 / m", "(10 / m)"],
  ["10/m", "10/m"],
])("%s is grouped as %s", (text, grouping) => {
  expect(grouped(expression(text))).toBe(grouping);
});

test("braces open an object before a key and a colon, or when they are empty; else a block", () => {
  expect(grouped(expression('{ a: 1, if: 2, "x y": 3 }'))).toBe("{a: 1, if: 2, x y: 3}");
  expect(expression("{}").kind).toBe("ObjectExpr");
  expect(expression("{ a }").kind).toBe("BlockExpr");
  expect(expression('{ "a" }').kind).toBe("BlockExpr");
  expect(expression("{ let a = 1 }").kind).toBe("BlockExpr");
  expect(expression("{ let: 1 }").kind).toBe("ObjectExpr");
  expect(grouped(expression("if a { { b: 1 } }"))).toBe("if a {{b: 1}}");
});

test("brackets and a minus go on with an expression on its line only; a dot and other operators anywhere", () => {
  expect(statements("a\n(b)\n[c]\n-d").map((stmt) => stmt.kind === "ExprStmt" && grouped(stmt.expr))).toEqual(["a", "b", "[c]", "(-d)"]);
  expect(grouped(expression("a\n  .b\n  && c\n  catch e { d }"))).toBe("(((a.b) && c) catch e {d})");
  expect(statements("return\na").map(({ kind }) => kind)).toEqual(["ReturnStmt", "ExprStmt"]);
});

test("every word may be a key, an argument's name or a member, also one that goes on with an expression elsewhere", () => {
  expect(grouped(expression("f(in: 1, match: 2).if.catch"))).toBe("(((f(in: 1, match: 2)).if).catch)");
  expect(grouped(expression("{\n  a: b\n  in: 1\n  with: 2\n  catch: 3\n  else: if x { 1 }\n  else: 4\n}"))).toBe(
    "{a: b, in: 1, with: 2, catch: 3, else: if x {1}, else: 4}",
  );
});

test("words that only mean something in one place are names in all others", () => {
  expect(grouped(expression("model + prompt(type, system: user) ?? test.agent"))).toBe("((model + (prompt(type, system: user))) ?? (test.agent))");
});

test("numbers, durations, money and rates keep their digits and know their value", () => {
  expect(expression("1.50")).toMatchObject({ kind: "NumberExpr", value: 1.5, raw: "1.50" });
  expect(expression("1.1s")).toMatchObject({ kind: "DurationExpr", value: 1100, raw: "1.1s" });
  expect(expression("0.1ms")).toMatchObject({ kind: "DurationExpr", value: 0.1 });
  expect(expression("2h")).toMatchObject({ kind: "DurationExpr", value: 7_200_000 });
  expect(expression("$0.25")).toMatchObject({ kind: "MoneyExpr", value: 0.25 });
  expect(expression("500/m")).toMatchObject({ kind: "RateExpr", value: 500, per: "m" });
  for (const bad of ["5mins", "1.5.2", "1e5", "1_000", "$x", "5s.x", "0x1F"]) expect(mistakes(`workflow w() {\n  f(${bad})\n}`), bad).toEqual(["T112 2:5"]);
});

test("spans cover what was written, from the first character to behind the last", () => {
  const text = "workflow w() {\n  (a + b).c(d)[0] catch e { f }\n}\n";
  const inside = (start: number, end: number): string => text.slice(start, end);
  const caught = expression("(a + b).c(d)[0] catch e { f }");
  const shift = (span: { start: number; end: number }): string => inside(span.start + 2, span.end + 2);
  expect(shift(caught)).toBe("(a + b).c(d)[0] catch e { f }");
  if (caught.kind !== "CatchExpr" || caught.expr.kind !== "IndexExpr") throw new Error("another tree");
  expect(shift(caught.expr)).toBe("(a + b).c(d)[0]");
  expect(shift(caught.expr.object)).toBe("(a + b).c(d)");
  expect(shift(caught.expr.index)).toBe("0");
});
