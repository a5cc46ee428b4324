import { expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.ts";
import { parseText } from "../../src/syntax/parse.ts";
import { blockSays, expression, fileSays, mistakes, said } from "./reading.ts";

const says = (text: string): string => {
  const expr = expression(text);
  if (expr.kind !== "StringExpr") throw new Error("no string");
  return said(expr);
};

test.each([
  ['"a \\n \\t \\r \\" \\\\ \\u{e9} \\u{1F600}"', 'a \n \t \r " \\ é 😀'],
  ['"\\${a} $ $$${a} {b}"', "${a} $ $$<a> {b}"],
  ['"${f("x ${"y"}")}"', '<(f("x <\\"y\\">"))>'],
  ['"%{for} 100%"', "%{for} 100%"],
  ['""', ""],
])("%s says %s", (text, expected) => {
  expect(says(text)).toBe(expected);
});

test("the closing quotes' indentation is taken off, and the first and last line ends are not text", () => {
  expect(blockSays('"""\n    one\n      two\n\n    three\n    """')).toBe("one\n  two\n\nthree");
  expect(blockSays('"""\n    """')).toBe("");
  expect(blockSays('"""\n\n    """')).toBe("");
  expect(blockSays('"""\n\n\n    """')).toBe("\n");
  expect(blockSays('"""\n    a  \n  \n    b\n    """')).toBe("a  \n\nb");
});

test("tabs are indentation as they stand", () => {
  expect(blockSays('"""\n\ta\n\t\tb\n\t"""')).toBe("a\n\tb");
  expect(mistakes('workflow w() {\n  """\n\t\ta\n    b\n    """\n}')).toEqual(["T108 3:1"]);
});

test("backslashes, braces and quotes arrive as written, but for the three escapes", () => {
  expect(blockSays('"""\n    \\n \\d+ {"a": "b"} \\${x} \\%{if} \\""" \\\\\n    """')).toBe('\\n \\d+ {"a": "b"} ${x} %{if} """ \\\\');
});

test("a line that holds only directives leaves no line behind", () => {
  expect(blockSays('"""\n    a\n    %{for f in fs}\n    - ${f.x}\n    %{end}\n    b\n    """')).toBe("a\n<for f in fs:- <(f.x)>\n>b");
  expect(blockSays('"""\n    %{if c}\n    a\n    %{else}\n    b\n    %{end}\n    """')).toBe("<if c:a\n|b\n>");
  expect(blockSays('"""\n    a %{if c}b%{end} c\n    """')).toBe("a <if c:b> c");
  expect(blockSays('"""\n    %{if c} %{for x in xs}\n    a\n    %{end} %{end}\n    """')).toBe("<if c:<for x in xs:a\n>>");
  expect(blockSays('"""\n    %{if c}a\n    %{end}\n    b\n    """')).toBe("<if c:a\n>b");
});

test("a text says whether its last line holds only directives: an empty line behind them is one", () => {
  const ends = (lines: string): boolean => {
    const text = expression(`"""\n${lines.replace(/^/gm, "    ")}\n    """`);
    const file = parseText(new Source("x.md", `${lines}\n`)).text;
    if (text.kind !== "StringExpr" || text.endsInDirective !== file.endsInDirective) throw new Error("a block and a file differ");
    return text.endsInDirective === true;
  };
  expect(ends("a\n%{for f in fs}\n- ${f}\n%{end}")).toBe(true);
  expect(ends("%{if c}\na\n%{if d}\nb\n  %{end} %{end}")).toBe(true);
  expect(ends("a\n%{if c}b%{end}")).toBe(false);
  expect(ends("a\n%{if c}\nb%{end}")).toBe(false);
  expect(ends("%{if c}\na\n%{end}\nb")).toBe(false);
  expect(ends("%{if c}\na\n%{end}\n")).toBe(false);
  expect(ends("a")).toBe(false);
});

test("a line begun inside an interpolation is no line of the text", () => {
  expect(blockSays('"""\n    a ${f(\nb\n)} c\n    """')).toBe("a <(f(b))> c");
});

test("text blocks stand in interpolations of text blocks", () => {
  expect(blockSays('"""\n    a ${f("""\n      inner ${x}\n      """)} b\n    """')).toBe('a <(f("inner <x>"))> b');
});

test("a line that is indented less is said once for a block", () => {
  expect(mistakes('workflow w() {\n  """\n    a\n  b\n c\n    """\n}')).toEqual(["T108 4:1"]);
  expect(mistakes('workflow w() {\n  """\n${x}\n    """\n}')).toEqual(["T108 3:1"]);
});

test("code goes on after the closing quotes", () => {
  expect(expression('f("""\n  a\n  """, 1)')).toMatchObject({ kind: "CallExpr", args: [{}, { value: { value: 1 } }] });
});

test("a file is taken verbatim, less one final newline, with its interpolations and directives read", () => {
  expect(fileSays("Hello ${name}!\n")).toBe("Hello <name>!");
  expect(fileSays("  a\n\tb\n\n\n")).toBe("  a\n\tb\n\n");
  expect(fileSays("a\n%{for x in xs}\n- ${x}\n  %{end}\nb")).toBe("a\n<for x in xs:- <x>\n>b");
  expect(fileSays('"""\n\\n \\""" \\${x} \\%{if} {')).toBe('"""\n\\n \\""" ${x} %{if} {');
  expect(fileSays("")).toBe("");
});
