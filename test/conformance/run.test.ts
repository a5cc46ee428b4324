import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import { exprKinds } from "../../src/graph/expressions.schema.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { compiled, folder, programs, runOf } from "./run-program.ts";

/* Everything that happens in a program's run, in order, is its golden. */

/** The golden beside the program; with UPDATE=1 it is rewritten, and a missing one is written unless CI is set. */
function golden(program: string, events: readonly RunEvent[]): string {
  const file = join(folder, `${basename(program, ".tantra")}.events.jsonl`);
  const missing = !existsSync(file) && process.env["CI"] === undefined;
  if (process.env["UPDATE"] === "1" || missing) writeFileSync(file, linesOf(events));
  return readFileSync(file, "utf8");
}

function linesOf(events: readonly RunEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** A step is begun before its children and ended after them, each once. */
function expectNested(events: readonly RunEvent[]): void {
  const open = new Set<string>();
  for (const { type, path } of events) {
    if (type === "step.started") {
      expect(open.has(path), path).toBe(false);
      open.add(path);
    } else if (type === "step.finished" || type === "step.failed" || type === "step.cancelled") {
      expect(open.delete(path), path).toBe(true);
      expect([...open].filter((other) => other.startsWith(`${path}/`) || other.startsWith(`${path}[`))).toEqual([]);
    }
  }
  expect([...open]).toEqual([]);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events[0]?.type).toBe("run.started");
  expect(events.at(-1)?.type).toMatch(/^run\.(finished|failed)$/);
}

describe("a program that runs", () => {
  const reached = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("kind" in node && typeof node.kind === "string" && "place" in node) reached.add(node.kind);
    for (const child of Object.values(node)) collect(child);
  };

  for (const program of programs) {
    it(`tells what its golden tells, event by event: ${program}`, async () => {
      const graph = compiled(program);
      collect(graph);
      const { events } = await runOf(graph);
      expectNested(events);
      const written = golden(program, events);
      const expected = written
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as JsonObject);
      expect(JSON.parse(JSON.stringify(events))).toEqual(expected);
      expect(linesOf(events)).toBe(written);
    });

    it(`runs the same a second time: ${program}`, async () => {
      const graph = compiled(program);
      const [first, second] = [await runOf(graph), await runOf(graph)];
      expect(linesOf(second.events)).toBe(linesOf(first.events));
    });

    it(`runs the same from its JSON: ${program}`, async () => {
      const graph = compiled(program);
      const { events } = await runOf(JSON.parse(JSON.stringify(graph)) as Graph);
      expect(linesOf(events)).toBe(linesOf((await runOf(graph)).events));
    });
  }

  it("is there for every kind of node", () => {
    expect(exprKinds.filter((kind) => !reached.has(kind))).toEqual([]);
  });

  it("has a golden, and every golden a program", () => {
    const goldens = globSync("*.events.jsonl", { cwd: folder }).sort();
    expect(goldens).toEqual(programs.map((program) => `${basename(program, ".tantra")}.events.jsonl`).sort());
  });
});
