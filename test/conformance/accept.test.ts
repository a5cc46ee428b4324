import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compiler/compile.ts";
import { exprKinds } from "../../src/graph/expressions.schema.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { loadGraph } from "../../src/graph/load.ts";
import { kinds } from "../../src/host/kinds.ts";
import { check } from "../../src/validation/check.ts";
import type { ReadResult } from "../../src/validation/checked.ts";

const folder = join(import.meta.dirname, "accept");
const programs = globSync("*.tantra", { cwd: folder }).sort();

function readFile(path: string): ReadResult {
  const file = join(folder, path);
  if (!existsSync(file)) return { ok: false, why: "missing" };
  if (statSync(file).isDirectory()) return { ok: false, why: "folder" };
  return { ok: true, text: readFileSync(file, "utf8") };
}

function compiled(program: string): Graph {
  const checked = check(program, { kinds, readFile });
  const errors = checked.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  expect(errors.map(({ code, message, span }) => `${span.file}:${span.start} ${code} ${message}`)).toEqual([]);
  return compile(checked, (text) => createHash("sha256").update(text).digest("hex"));
}

/** The golden beside the program; with UPDATE=1 it is rewritten, and a missing one is written unless CI is set. */
function golden(program: string, graph: Graph): unknown {
  const file = join(folder, `${basename(program, ".tantra")}.graph.json`);
  const missing = !existsSync(file) && process.env["CI"] === undefined;
  if (process.env["UPDATE"] === "1" || missing) writeFileSync(file, `${JSON.stringify(graph, null, 2)}\n`);
  return JSON.parse(readFileSync(file, "utf8"));
}

describe("an accepted program", () => {
  const seen = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("kind" in node && typeof node.kind === "string" && "place" in node) seen.add(node.kind);
    for (const child of Object.values(node)) collect(child);
  };

  for (const program of programs) {
    it(`compiles to its graph, which is read back as it was: ${program}`, async () => {
      const graph = compiled(program);
      collect(graph);
      const json: unknown = JSON.parse(JSON.stringify(graph));
      expect(json).toEqual(golden(program, graph));
      expect(await loadGraph(json)).toEqual(graph);
    });

    it(`compiles to the same bytes every time: ${program}`, () => {
      expect(JSON.stringify(compiled(program))).toBe(JSON.stringify(compiled(program)));
    });

    it(`has one step for every path: ${program}`, () => {
      const paths = pathsOf(compiled(program));
      expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
    });
  }

  it("is there for every kind of node", () => {
    const statements = ["let", "assign", "return", "break", "text_for", "text_if", "fake", "expect", "expect_fails", "replay"];
    expect([...exprKinds, ...statements].filter((kind) => !seen.has(kind))).toEqual([]);
  });

  it("has a golden, and every golden a program", () => {
    const goldens = globSync("*.graph.json", { cwd: folder }).sort();
    expect(goldens).toEqual(programs.map((program) => `${basename(program, ".tantra")}.graph.json`));
  });
});

function pathsOf(graph: Graph): readonly string[] {
  const paths: string[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("path" in node && "place" in node && typeof node.path === "string") paths.push(node.path);
    for (const child of Object.values(node)) walk(child);
  };
  walk([graph.workflows, graph.tests]);
  return paths;
}
