import { expect, test } from "vitest";
import { check } from "../../src/validation/check.ts";
import { checkText, wrongWith } from "./checking.ts";

const said = (text: string): string[] => checkText(text).diagnostics.map(({ code, message }) => `${code} ${message}`);

test("a chain of declarations is followed however long it is", () => {
  const count = 5000;
  const types = Array.from({ length: count }, (_, i) => `type T${i} { x: T${i + 1} }`).join("\n");
  const flows = Array.from({ length: count }, (_, i) => `workflow w${i}() { w${i + 1}() }`).join("\n");
  const text = `${types}\ntype T${count} { x: int }\n${flows}\nworkflow w${count}() { 1 }\nworkflow main(t: T0) { json(t.x) + "\${w0()}" }\n`;
  expect(said(text)).toEqual([]);
});

test("a ring of thousands of types is one mistake", () => {
  const count = 3000;
  const types = Array.from({ length: count }, (_, i) => `type T${i} { x: T${(i + 1) % count} }`).join("\n");
  expect(wrongWith(`${types}\nworkflow main(t: T0) { json(t) }\n`).map((one) => one.slice(0, 4))).toEqual(["T324"]);
});

test("a declaration that could not be read whole is not reported again, and what it names is not unknown", () => {
  const text = `template one(name: string "Hello \${nam}"
template two(name: string) "Hello \${nam}"
workflow main() { one("a") + two("b") }
`;
  const codes = checkText(text).diagnostics.map(({ code, span }) => `${code.slice(0, 2)} ${span.start > text.indexOf("\n") ? "later" : "first line"}`);
  expect(codes).toEqual(["T1 first line", "T2 later"]);
});

test("what an import gets wrong is said at the import, and those who use the name that was meant are right", () => {
  const text = `import { greetin } from "./shared.tantra"
workflow main() { greeting("Ada") }
// file: ./shared.tantra
template greeting(name: string) "Hello \${name}"
`;
  expect(said(text)).toEqual(['T207 "shared.tantra" declares no "greetin".']);
});

test("mistakes come in the order of files and places", () => {
  const text = `import { greeting } from "./shared.tantra"
workflow main() {
  let a = b
  greeting(a) + c
}
// file: ./shared.tantra
template greeting(name: string) "Hello \${nam}"
`;
  const program = checkText(text);
  expect(
    program.diagnostics.map(({ span }) => `${span.file} ${program.files.find((file) => file.path === span.file)?.source.text.slice(span.start, span.end)}`),
  ).toEqual(["main.tantra b", "main.tantra c", "shared.tantra nam"]);
});

test("an entry file that is not there is a mistake like any other", () => {
  const program = check("missing.tantra", { kinds: {}, readFile: () => ({ ok: false, why: "missing" }) });
  expect(program.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual(['T517 There is no file "missing.tantra".']);
  expect(program.files.map(({ path }) => path)).toEqual(["missing.tantra"]);
});

test("a text in a file of its own reports its mistakes there, without the newline at its end", () => {
  const program = checkText(`template letter(name: string) from "./letter.md"
workflow main() { letter("Ada") }
// file: ./letter.md
Dear \${nam},
\${name}
`);
  expect(program.diagnostics.map(({ code, span }) => [code, span.file, span.start])).toEqual([["T201", "letter.md", 7]]);
  expect(program.texts.get("letter.md")?.source.text.endsWith("\n")).toBe(false);
});
