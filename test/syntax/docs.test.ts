import { expect, test } from "vitest";
import type { SourceFile } from "../../src/syntax/ast.ts";
import { mistakes, read } from "./reading.ts";

test("`///` lines belong to the declaration, field or parameter after them, `//!` lines at the top to the file", () => {
  const file: SourceFile = read(
    [
      "//! One.",
      "//!",
      "//! Two.",
      "",
      "// a remark",
      "/// Finds.",
      "///  Indented.",
      "// another",
      "tool find(",
      "  /// What for.",
      "  query: string,",
      ') from "./x.ts"',
      "type T {",
      "  /// A field.",
      "  a: int",
      "  b: int // no doc",
      "}",
      "profile p {",
      "  /// Offline.",
      "  provider q = simulator",
      "}",
    ].join("\n"),
  );
  expect(file.doc?.text).toBe("One.\n\nTwo.");
  const [tool, type, profile] = file.declarations;
  expect(tool).toMatchObject({ doc: { text: "Finds.\n Indented." }, params: [{ doc: { text: "What for." } }] });
  expect(type).toMatchObject({ fields: [{ doc: { text: "A field." } }, { name: { text: "b" } }] });
  expect(type).not.toHaveProperty("fields[1].doc");
  expect(type).not.toHaveProperty("doc");
  expect(profile).toMatchObject({ declarations: [{ doc: { text: "Offline." } }] });
});

test("all comments stay in the tree, with their places", () => {
  const text = "// a\n/// b\ntype T { x: int } // c\n//! d\n";
  expect(read(text).comments.map(({ start, end, text: written }) => [text.slice(start, end), written])).toEqual([
    ["// a", "// a"],
    ["/// b", "/// b"],
    ["// c", "// c"],
    ["//! d", "//! d"],
  ]);
});

test("`///` that describe nothing are a mistake, once for a group of lines; `////` and `//!` elsewhere are plain comments", () => {
  expect(mistakes("workflow w() {\n  /// a\n  /// b\n  return 1\n}\n//// c\n//! d\n/// e\n")).toEqual(["T123 2:3", "T123 8:1"]);
  expect(mistakes("type T {\n  a: int /// behind\n  b: int\n}\n")).toEqual(["T123 2:10"]);
});
