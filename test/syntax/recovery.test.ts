import { expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.ts";
import { parse } from "../../src/syntax/parse.ts";
import { mistakes } from "./reading.ts";

/** Names of the declarations that could be read. */
function declared(text: string): string[] {
  return parse(new Source("x", text)).file.declarations.flatMap((decl) => ("name" in decl && "text" in decl.name ? [decl.name.text] : []));
}

test("one file gives all its mistakes, each once, and nothing that follows from them", () => {
  const text = [
    "agnet first() -> string {",
    "  model: fast",
    '  prompt = "x"',
    "  system: 'y'",
    "}",
    "",
    "agent second(topic string, limit: int) {",
    "  model fast",
    "  tools: [a b]",
    "}",
    "",
    "workflow third() {",
    "  const x = 1",
    "  let y = f(1, 2",
    "  return y;",
    "}",
    "",
    "type Last {",
    "  a: int b: int",
    "  c",
    "}",
  ].join("\n");
  expect(mistakes(text)).toEqual([
    ...["T101 1:1", "T125 3:10", "T115 4:11", "T122 7:20", "T125 8:9", "T118 9:13", "T126 13:3", "T104 14:12", "T113 15:11", "T118 19:10", "T122 20:4"],
  ]);
  expect(declared(text)).toEqual(["first", "second", "third", "Last"]);
});

test("a bracket that is not closed is blamed where it stands, and no declaration swallows the next", () => {
  const text = "workflow a(c: bool) {\n  if c {\n    x()\n  return 1\n}\n\nworkflow b() {\n  return 2\n}\n";
  expect(mistakes(text)).toEqual(["T104 2:8"]);
  expect(declared(text)).toEqual(["a", "b"]);
  expect(mistakes("workflow a() {\n  x()\n\nworkflow b() {\n}\n")).toEqual(["T104 1:14"]);
});

test("what stands in the same brackets as a mistake is still read", () => {
  const [list] = parse(new Source("x", "retry r {\n  a: \n  b: 2\n  c: [1, @, 3]\n  d: 4\n}\n")).file.declarations;
  if (list?.kind !== "RetryDecl") throw new Error("no retry");
  expect(list.options.entries.map(({ key, value }) => `${key.text} ${value.kind}`)).toEqual(["a ErrorExpr", "b NumberExpr", "c ListExpr", "d NumberExpr"]);
});

test("an unclosed string ends with its line, and what closes the line's brackets is not its text", () => {
  const text = 'agent a(x: string = "abc) {\n  model: fast\n}\nagent b() {}\n';
  expect(mistakes(text)).toEqual(["T102 1:21"]);
  expect(declared(text)).toEqual(["a", "b"]);
});

test("an unclosed text block does not take the next declaration with it", () => {
  const text = 'agent a() {\n  prompt: """\n    Hello\n}\n\nagent b() {\n  prompt: """\n    x\n    """\n}\n';
  expect(mistakes(text)).toEqual(["T103 2:11"]);
  expect(declared(text)).toEqual(["a", "b"]);
});

test("brackets that differ in kind are one mistake, with the place of the opening one", () => {
  const { diagnostics } = parse(new Source("x", "workflow a() {\n  f(1, [2, 3))\n}\n"));
  expect(diagnostics).toMatchObject([{ code: "T104", span: { start: 27 }, related: [{ message: "opened here", span: { file: "x", start: 22 } }] }]);
});

test("every message ends as a sentence and has a hint, places lie in the file", () => {
  const text = "agnet a( {\n  b: 'c\n  d: ${\n} ] )\n";
  for (const { message, hint, span } of parse(new Source("x", text)).diagnostics) {
    expect(message).toMatch(/\.$/);
    expect(hint).toBeTruthy();
    expect(span.file).toBe("x");
    expect(span.end).toBeLessThanOrEqual(text.length);
  }
});

test("a file with nothing in it is a tree with nothing in it", () => {
  for (const text of ["", "\n\n", "  \t", "// only a remark"]) {
    expect(parse(new Source("x", text))).toMatchObject({ diagnostics: [], file: { kind: "SourceFile", declarations: [] } });
  }
});
