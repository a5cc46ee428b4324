import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kinds } from "../../src/providers/kinds.ts";
import { check } from "../../src/validation/check.ts";
import type { CheckedProgram, ReadResult } from "../../src/validation/checked.ts";

const root = join(import.meta.dirname, "../../examples");

/** The program of language.md, section 1, with the files that it names. */
function checked(): CheckedProgram {
  const readFile = (path: string): ReadResult => {
    try {
      return { ok: true, text: readFileSync(join(root, path), "utf8") };
    } catch {
      return { ok: false, why: "missing" };
    }
  };
  return check("research.tantra", { kinds, readFile, priced: () => true });
}

test("the first program of the language has neither errors nor warnings", () => {
  expect(checked().diagnostics).toEqual([]);
});

test("every call of it is resolved, with its arguments by parameter", () => {
  const calls = [...checked().calls.values()].map((call) => ("key" in call ? `${call.of} ${call.key} ${[...call.args.keys()].join(" ")}` : call.of));
  expect(calls).toContain("agent research.tantra#researcher topic angle");
  expect(calls).toContain("template research.tantra#brief_for topic");
  expect(calls).toContain("agent research.tantra#editor topic findings");
  // Its tests stand at its end, and call functions of their own.
  const { start } = checked().files[0]?.file.declarations.find((decl) => decl.kind === "TestDecl") ?? { start: 0 };
  expect([...checked().calls].filter(([node, { of }]) => of === "function" && node.start < start)).toHaveLength(3);
});

test("names in options and in lists of tools stand for what they name, in whichever file it lies", () => {
  const keys = new Set([...checked().resolved.values()].map((symbol) => (symbol.of === "decl" ? symbol.key : symbol.name)));
  for (const key of [
    "shared/checking.tantra#fact_checker",
    "research.tantra#search_notes",
    "research.tantra#polite",
    "research.tantra#smart",
    "research.tantra#llm",
  ]) {
    expect(keys).toContain(key);
  }
});

test("the signature of each declaration says what it takes and gives", () => {
  const { signatures } = checked();
  expect(signatures.get("research.tantra#planner")?.result).toEqual({ kind: "list", element: { kind: "string" }, max: 6 });
  expect(signatures.get("research.tantra#research")?.params.map(({ name, required }) => [name, required])).toEqual([
    ["topic", false],
    ["angles", false],
  ]);
  expect(signatures.get("research.tantra#research")?.result).toMatchObject({ kind: "record", id: "research.tantra#Brief" });
});
