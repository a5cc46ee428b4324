import { describe, expect, test } from "vitest";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { Json } from "../../src/diagnostics/json.ts";
import type { BinaryNode, Expr, Statement, TextPart } from "../../src/graph/expressions.ts";
import { evaluate } from "../../src/interpreter/evaluate.ts";
import type { Program } from "../../src/interpreter/program.ts";
import { Variables } from "../../src/interpreter/variables.ts";

const place = "a.tantra:2:3";
const program: Program = {
  graph: {
    types: {},
    templates: {
      "a.tantra#greet": {
        name: "greet",
        place,
        params: [
          { name: "who", type: { kind: "string" } },
          { name: "how", type: { kind: "string" }, default: "Hello" },
        ],
        text: { kind: "text", place, parts: [read("how"), ", ", read("who"), "!"] },
      },
    },
  },
};

function literal(value: Json): Expr {
  return { kind: "literal", place, value };
}
function read(name: string): Expr {
  return { kind: "read", place, name };
}
function binary(left: Json, op: BinaryNode["op"], right: Json): Expr {
  return { kind: "binary", place, op, left: literal(left), right: literal(right) };
}
function fn(name: string, ...args: readonly Expr[]): Expr {
  return { kind: "function", place, name, args, named: {} };
}
function block(...body: readonly Statement[]): Expr {
  return { kind: "block", place, body };
}
function text(...parts: readonly TextPart[]): Expr {
  return { kind: "text", place, parts };
}
const failing: Expr = { kind: "fail", place, message: literal("boom") };

function value(expr: Expr, names: Record<string, Json> = {}): Json {
  return evaluate(expr, Variables.of(names), program);
}
function failure(expr: Expr, names: Record<string, Json> = {}): RunError {
  try {
    value(expr, names);
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
  throw new Error("did not fail");
}

describe("operators", () => {
  const cases: readonly (readonly [Json, BinaryNode["op"], Json, Json])[] = [
    [1, "+", 2, 3],
    ["a", "+", "b", "ab"],
    [7, "/", 2, 3.5],
    [-7, "%", 3, -1],
    [2, "*", 3.5, 7],
    ["Z", "<", "a", true],
    [2, ">=", 2, true],
    [{ a: [1], b: null }, "==", { b: null, a: [1] }, true],
    [{ a: 1 }, "==", { a: 1, b: 2 }, false],
    ["1", "==", 1, false],
    [[1, 2], "!=", [2, 1], true],
    [2, "in", [1, 2], true],
    [{ a: 1 }, "in", [{ a: 1 }], true],
    ["a", "in", { a: null }, true],
    ["toString", "in", {}, false],
    [null, "??", 3, 3],
    [false, "??", 3, false],
    [true, "&&", false, false],
    [false, "||", true, true],
  ];
  test.each(cases)("%j %s %j is %j", (left, op, right, expected) => {
    expect(value(binary(left, op, right))).toEqual(expected);
  });

  test("&& || and ?? leave the right side alone where the left decides", () => {
    for (const [left, op] of [
      [false, "&&"],
      [true, "||"],
      [0, "??"],
    ] as const) {
      expect(value({ kind: "binary", place, op, left: literal(left), right: failing })).toBe(left);
    }
  });

  test("there is no value of a division by zero, nor of a number out of range", () => {
    expect(failure(binary(1, "/", 0))).toMatchObject({ class: "bad_value", place, message: "1 cannot be divided by zero." });
    expect(failure(binary(1, "%", 0))).toMatchObject({ class: "bad_value" });
    expect(failure(binary(1e308, "*", 10))).toMatchObject({ class: "bad_value" });
  });
});

describe("access", () => {
  test("an index or key that is not there gives null, and what JavaScript puts on objects is not there", () => {
    const index = (object: Json, at: Json): Expr => ({ kind: "index", place, object: literal(object), index: literal(at) });
    expect(value(index([1, 2], 1))).toBe(2);
    expect(value(index([1, 2], 2))).toBeNull();
    expect(value(index([1, 2], -1))).toBeNull();
    expect(value(index({ k: 1 }, "k"))).toBe(1);
    expect(value(index({}, "constructor"))).toBeNull();
    expect(value({ kind: "member", place, object: literal({ name: "x" }), name: "name" })).toBe("x");
  });

  test("a key named __proto__ is a key like any other", () => {
    const made = value({ kind: "object", place, entries: [{ key: "__proto__", value: literal(1) }] });
    expect(JSON.stringify(made)).toBe('{"__proto__":1}');
  });
});

describe("text", () => {
  test("a string goes in verbatim, a number and a bool as JSON", () => {
    expect(value(text("a ", literal("${x}\n"), literal(1.5), " ", literal(true)))).toBe("a ${x}\n1.5 true");
  });

  test("a value without a form of its own names the choices", () => {
    for (const made of [[1], { a: 1 }, null]) {
      const error = failure(text(literal(made)));
      expect(error).toMatchObject({ class: "bad_value" });
      expect(error.hint).toContain("json(x)");
    }
  });

  test("%{for} and %{if} repeat and choose parts", () => {
    const parts: TextPart[] = [
      { kind: "text_for", place, name: "f", list: read("xs"), body: ["- ", read("f"), "\n"] },
      { kind: "text_if", place, condition: read("many"), then: ["many"], else: ["few"] },
    ];
    expect(value(text(...parts), { xs: ["a", "b"], many: false })).toBe("- a\n- b\nfew");
  });

  test("the newline that ends the last line is dropped where the text says so, and none that a value ends with", () => {
    const lines: TextPart = { kind: "text_for", place, name: "f", list: read("xs"), body: [read("f"), "\n"] };
    const trimmed = (...parts: readonly TextPart[]): Expr => ({ kind: "text", place, parts, trimFinalNewline: true });
    expect(value(trimmed("a\n", lines), { xs: ["b", "c\n"] })).toBe("a\nb\nc\n");
    expect(value(trimmed("a\n", lines), { xs: [] })).toBe("a");
    expect(value(trimmed(lines), { xs: [] })).toBe("");
    expect(value(trimmed(literal("a\n"), lines), { xs: [] })).toBe("a\n");
    expect(value(text("a\n", lines), { xs: [] })).toBe("a\n");
  });

  test("a template's defaults fill what a call leaves out", () => {
    const call = (args: Record<string, Expr>): Expr => ({ kind: "template_call", place, template: "a.tantra#greet", args });
    expect(value(call({ who: literal("Ada") }))).toBe("Hello, Ada!");
    expect(value(call({ how: literal("Hi"), who: literal("Ada") }))).toBe("Hi, Ada!");
  });

  test("a template sees its own parameters and nothing of its caller", () => {
    const leaky: Program = { graph: { types: {}, templates: { t: { name: "t", place, params: [], text: read("secret") } } } };
    expect(() => evaluate({ kind: "template_call", place, template: "t", args: {} }, Variables.of({ secret: "s" }), leaky)).toThrow(/nothing sets/);
  });
});

describe("control flow", () => {
  const over = (list: Json, body: Expr, more: { index?: string; filter?: Expr; gives?: boolean } = {}): Expr => ({
    kind: "for",
    place,
    path: "w/for",
    name: "x",
    list: literal(list),
    body,
    gives: true,
    ...more,
  });

  test("a block has a scope of its own, and its value is its last expression's", () => {
    const expr = block({ kind: "let", place, name: "a", value: literal(1) }, { kind: "assign", place, name: "outer", value: read("a") }, read("outer"));
    expect(value(expr, { outer: 0 })).toBe(1);
    expect(value(block({ kind: "let", place, name: "a", value: literal(1) }))).toBeNull();
  });

  test("a loop gives the list of its results; the index counts elements that the filter leaves out", () => {
    const odd: Expr = { kind: "binary", place, op: "==", left: { kind: "binary", place, op: "%", left: read("x"), right: literal(2) }, right: literal(1) };
    const pair: Expr = { kind: "list", place, items: [read("i"), read("x")] };
    expect(value(over([1, 2, 3], pair, { index: "i", filter: odd }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test("break ends the nearest loop, and its element gives nothing", () => {
    const stop: Expr = {
      kind: "if",
      place,
      condition: { kind: "binary", place, op: "==", left: read("x"), right: literal(3) },
      then: block({ kind: "break", place }),
    };
    expect(value(over([1, 2, 3, 4], block(stop, read("x"))))).toEqual([1, 2]);
  });

  test("repeat runs so often, or until break", () => {
    const increment: Statement = { kind: "assign", place, name: "n", value: { kind: "binary", place, op: "+", left: read("n"), right: literal(1) } };
    const repeat = (...body: Statement[]): Expr => ({ kind: "repeat", place, path: "w/repeat", max: literal(5), body: block(...body) });
    expect(value(block(repeat(increment), read("n")), { n: 0 })).toBe(5);
    expect(value(block(repeat(increment, { kind: "break", place }), read("n")), { n: 0 })).toBe(1);
  });

  test("match takes the first arm that fits", () => {
    const match = (subject: Json): Expr => ({
      kind: "match",
      place,
      subject: literal(subject),
      arms: [
        { pattern: { of: "value", value: "bug" }, value: literal(1) },
        { pattern: { of: "field", name: "kind", value: "fixed" }, value: literal(2) },
        { pattern: { of: "value", value: null }, value: literal(3) },
        { pattern: { of: "any" }, value: literal(4) },
      ],
    });
    expect(["bug", { kind: "fixed" }, null, "else"].map((subject) => value(match(subject)))).toEqual([1, 2, 3, 4]);
  });

  test("catch has the error's class and message, and a fail inside it is a failure of its own", () => {
    const caught = (expr: Expr, handler: Expr): Expr => ({ kind: "catch", place, expr, name: "err", handler });
    expect(value(caught(failing, read("err")))).toEqual({ class: "failed", message: "boom", path: "" });
    expect(value(caught(fn("number", literal("x")), { kind: "member", place, object: read("err"), name: "class" }))).toBe("bad_value");
    expect(failure(caught(failing, failing))).toMatchObject({ class: "failed", message: "boom" });
  });

  test("return inside a catch is no failure", () => {
    const expr: Expr = { kind: "catch", place, expr: block({ kind: "return", place, value: literal(1) }), name: "_", handler: literal(2) };
    expect(() => value(expr)).toThrow(expect.objectContaining({ value: 1 }));
  });
});

test("an expression that waits has no place in a prompt or a condition", () => {
  const call: Expr = { kind: "agent_call", place, path: "w/a", agent: "a.tantra#a", args: {}, options: {} };
  expect(failure(fn("len", call))).toMatchObject({ code: "T624" });
});
