import { expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.ts";
import { print } from "../../src/formatter/print.ts";
import { lex } from "../../src/syntax/lexer/lex.ts";
import { stretches, stretchLength } from "../../src/syntax/lexer/stretches.ts";
import { parse } from "../../src/syntax/parse.ts";
import { Parser } from "../../src/syntax/parser/parser.ts";
import { walk } from "../../src/syntax/walk.ts";
import { read } from "./reading.ts";

/** Sections whose lines look like declarations where they are none. */
const section = (n: number): string => `/// Number ${n}.
agent helper_${n}(topic: string) -> string {
  model: fast
  prompt: """
agent of(\${topic})
tool { of: "\${f("""
model m = x("y")
""")}" }
"""
}

profile p_${n} {
  provider llm = simulator
  model fast = llm("m")
}

// A remark.
`;
const sections = (count: number): string => Array.from({ length: count }, (_, n) => section(n)).join("");
const long = sections(600);

test("a long text is read in stretches, and reads as its parts do", () => {
  expect([...stretches(new Source("x", long))].length).toBeGreaterThan(3);
  const whole = read(long);
  const alone = read(section(7));
  expect(whole.declarations).toHaveLength(1200);
  expect(print({ ...whole, declarations: whole.declarations.slice(14, 16) })).toBe(print(alone));
  expect(whole.declarations.every(({ kind, doc }) => (kind === "AgentDecl") === (doc !== undefined))).toBe(true);
  expect(whole.comments).toHaveLength(1200);
});

test("places count from the start of the file, not of the stretch", () => {
  walk(read(long), (node) => {
    if (node.kind === "AgentDecl") expect(long.slice(node.name.start, node.name.end)).toBe(node.name.text);
    if (node.kind === "StringExpr" && !node.block) expect(long[node.start]).toBe('"');
    return undefined;
  });
});

test("mistakes far down are told where they stand, and what follows is read", () => {
  const wrong = long
    .replace("helper_400(topic: string)", "helper_400(topic string)")
    .replace("agent helper_500(topic: string) -> string {", "agent helper_500(topic: string) -> string");
  const source = new Source("x", wrong);
  const { file, diagnostics } = parse(source);
  const lines = wrong.split("\n");
  expect(diagnostics.map(({ code, span }) => `${code} ${lines[source.position(span.start).line - 1]}`)).toEqual([
    "T122 agent helper_400(topic string) -> string {",
    "T127 agent helper_500(topic: string) -> string",
  ]);
  expect(file.declarations.length).toBeGreaterThan(1195);
});

test("a text block that is never closed is one mistake in a long text too", () => {
  const open = long.replace('prompt: """\nagent of(${topic})\ntool { of: "${f("""\nmodel m = x("y")\n""")}" }\n"""\n}', 'prompt: """\n  text\n}');
  const { diagnostics } = parse(new Source("x", open));
  expect(diagnostics.map(({ code }) => code)).toEqual(["T103"]);
});

/** More than 100 kB of which the first stretch ends right behind `cut`. */
function cutAtBoundary(cut: string): string {
  let before = "";
  for (let n = 0; before.length + section(n).length + cut.length + 4 < stretchLength; n++) before += section(n);
  const remark = `//${"-".repeat(stretchLength - before.length - cut.length - 3)}\n`;
  return `${before}${remark}${cut}\n${sections(420).replace(/^.*\n/, "")}`;
}

const parser = new Parser(true);

test.each([
  ...["import { x } from", "import { x", "provider p =", "model m =", "model m = llm(", "type T", "type T =", 'type T = "a" |', "type T {", "tool t() ->"],
  ...[
    "tool t() -> string",
    "template t()",
    'template t() """\ntext',
    "agent a()",
    "agent a(x:",
    "agent a() ->",
    "workflow w() {",
    "workflow w() {\n  let x =",
    "retry r",
    "test",
  ],
  ...['test "holds" {', "/* a remark", 'model m = llm("x', "/// For nobody.", "agent", "}", "type A = A;", "#"],
])("what is wrong right before the next stretch is told as in a reading in one piece: %j", (cut) => {
  const text = cutAtBoundary(cut);
  const source = new Source("x", text);
  expect(text.length).toBeGreaterThan(100_000);
  expect(text.slice(0, [...stretches(source)][1]?.tokens[0]?.startOffset).endsWith(`\n${cut}\n`)).toBe(true);

  const { problems, file } = parser.readFile(source, [lex(source, "code")]);
  const read = parse(source);
  const told = ({ code, message, hint }: { code: string; message: string; hint?: string }) => ({ code, message, hint });
  expect(read.diagnostics.map((one) => ({ ...told(one), start: one.span.start, end: one.span.end }))).toEqual(
    problems.map((one) => ({ ...told(one), start: one.start, end: one.end })),
  );
  expect(read.file).toEqual(file);
  if (cut !== "/// For nobody.") expect(problems.length).toBeGreaterThan(0);
});
