import { expect, test } from "vitest";
import { print } from "../../src/formatter/print.ts";
import { withoutPlaces } from "../fuzz/strip.ts";
import { projectFiles, read as readFile } from "../repo/files.ts";
import { read } from "../syntax/reading.ts";

test.each(projectFiles("examples", ".tantra"))("%s printed is the same program, and printed again the same text", (path) => {
  const file = read(readFile(path));
  const printed = print(file);
  expect(withoutPlaces(read(printed))).toEqual(withoutPlaces(file));
  expect(print(read(printed))).toBe(printed);
});

test("parentheses stand where precedence needs them, and nowhere else", () => {
  const body = (text: string): string =>
    print(read(`workflow w() {\n  ${text}\n}\n`))
      .split("\n")[1]
      ?.trim() ?? "";
  for (const text of ["a + b * c", "(a + b) * c", "a - (b - c)", "-(a + b)", "(a catch e { b }).c", "(1).a", "!a.b", '(ask "x" -> T)(a)'])
    expect(body(text)).toBe(text);
  expect(body("((a) + (b * (c)))")).toBe("a + b * c");
});

test("what fits on a line stands on one, what does not is broken at its brackets", () => {
  expect(print(read("retry r {\n a: 1\n b: 2 }\n"))).toBe("retry r { a: 1, b: 2 }\n");
  const long = `retry r { ${Array.from({ length: 12 }, (_, i) => `some_option_${i}: ${i}`).join(", ")} }\n`;
  expect(print(read(long)).split("\n")).toHaveLength(15);
});

test("a text block is indented with what holds it, and says the same", () => {
  const text = 'agent a() {\n  prompt: """\n    Dear ${name},\n\n      indented\n    %{if c}\n    more\n    %{end}\n    """\n}\n';
  expect(print(read(text))).toBe(text);
});

test("an empty line behind the last directive stays: it is a newline at the end of the text", () => {
  const text = 'agent a() {\n  prompt: """\n    %{if c}\n    more\n    %{end}\n\n    """\n}\n';
  expect(print(read(text))).toBe(text);
});

test("docs stay, other comments do not: this printer is for trees", () => {
  expect(print(read("//! File.\n// gone\n/// Doc.\ntype T {\n  /// Field.\n  a: int\n}\n"))).toBe(
    "//! File.\n\n/// Doc.\ntype T {\n  /// Field.\n  a: int\n}\n",
  );
});
