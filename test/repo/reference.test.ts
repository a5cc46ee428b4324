import { expect, test } from "vitest";
import { errorClasses } from "../../src/diagnostics/classes.ts";
import { Source } from "../../src/diagnostics/source.ts";
import { kinds } from "../../src/providers/kinds.ts";
import { parse } from "../../src/syntax/parse.ts";
import { contextual, reserved, spelling } from "../../src/syntax/tokens.ts";
import { childKeys, walk } from "../../src/syntax/walk.ts";
import { check } from "../../src/validation/check.ts";
import { testFunctions } from "../../src/validation/library/in-tests.ts";
import { listFunctions } from "../../src/validation/library/lists.ts";
import { textFunctions } from "../../src/validation/library/texts.ts";
import { typeFunctions } from "../../src/validation/library/types.ts";
import { fences } from "./fences.ts";
import { read } from "./files.ts";

const page = "docs/reference.md";

/** The names in the first column of the table under a heading: what stands in backticks, up to its parenthesis. */
function named(title: string): string[] {
  const section =
    read(page)
      .split(/^## /m)
      .find((text) => text.startsWith(`${title}\n`)) ?? "";
  const rows = [...section.matchAll(/^\| (`.*?) \| /gm)].map(([, cell = ""]) => cell);
  return [...new Set(rows.flatMap((cell) => [...cell.matchAll(/`(\w+)[^`]*`/g)].map(([, name = ""]) => name)))].sort();
}

/** What the checker says may stand there, asked by an option that nothing has. */
function known(program: string): string[] {
  const readFile = (path: string) => (path === "main.tantra" ? ({ ok: true, text: program } as const) : ({ ok: false, why: "missing" } as const));
  const found = check("main.tantra", { kinds, readFile }).diagnostics.find(({ message }) => message.includes('"zzzz"'));
  return [...(found?.hint ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name).sort();
}

const around = 'provider llm = simulator\nmodel a = llm("x")\nagent g() { model: a, prompt: "x" }\n';
const own = Object.keys(kinds.openai.options.properties);

test.each([
  ["a provider", () => known("provider llm = openai { zzzz: 1 }").filter((name) => !own.includes(name))],
  ["a model", () => known(`${around}model b = llm("x") { zzzz: 1 }`)],
  ["a fallback", () => known(`${around}model b = fallback(a, a) { zzzz: 1 }`)],
  ["a retry policy", () => known("retry r { zzzz: 1 }")],
  ["a budget", () => known("budget b { zzzz: 1 }")],
  ["a template", () => known('template t() "x" { zzzz: 1 }')],
  ["a tool", () => known('tool t() from "./t.ts" { zzzz: 1 }')],
  ["an mcp server", () => known("mcp m { zzzz: 1 }")],
  ["an agent", () => known("agent g() { zzzz: 1 }")],
  ["a workflow", () => known("workflow w() { zzzz: 1 }")],
  ["a call", () => known(`${around}workflow w() { g() with { zzzz: 1 } }`)],
  ["parallel", () => known(`${around}workflow w() { parallel(zzzz: 1) { g() } }`)],
])("the options of %s are those that it takes", (what, options) => {
  expect(options()).not.toEqual([]);
  expect(named(`Options of ${what}`)).toEqual(options());
});

test("the functions are those of the library", () => {
  expect(named("Functions")).toEqual(Object.keys({ ...listFunctions, ...textFunctions, ...typeFunctions, ...testFunctions }).sort());
});

test("the classes of failure are all there", () => {
  expect(named("Classes of failure")).toEqual([...errorClasses].sort());
});

test("docs/providers.md has every kind", () => {
  for (const kind of Object.keys(kinds)) expect(read("docs/providers.md")).toContain(`| \`${kind}\` |`);
});

/** The tour, and what it links to. */
const pages = ["docs/tour.md", ...new Set([...read("docs/tour.md").matchAll(/\]\((\w[\w-]*\.md)(?:#[\w-]+)?\)/g)].map(([, name]) => `docs/${name}`))];
const programs = pages.flatMap((path) => fences(read(path)).filter(({ language }) => language === "tantra")).map(({ text }) => text);

test("every construct of the language stands in a program of the tour or of a page that it links to", () => {
  const seen = new Set<string>();
  for (const text of programs) {
    walk(parse(new Source("main.tantra", text)).file, ({ kind }) => {
      seen.add(kind);
      return true;
    });
  }
  // What the parser puts in the place of a mistake is no construct, and a recording is made by a run.
  const shown = Object.keys(childKeys).filter((kind) => !kind.startsWith("Error") && kind !== "ReplayStmt");
  expect(shown.filter((kind) => !seen.has(kind))).toEqual([]);
});

test("every word of the language stands there, too", () => {
  const inline = pages.flatMap(
    (path) =>
      read(path)
        .replaceAll(/^```[\s\S]*?^```$/gm, "")
        .match(/`[^`]+`/g) ?? [],
  );
  const all = [...programs, ...inline].join("\n");
  const words = [...reserved, ...contextual].map(spelling);
  expect(words.length).toBeGreaterThan(40);
  expect(words.filter((word) => !new RegExp(String.raw`(?<!\w)${word}(?!\w)`).test(all))).toEqual([]);
});
