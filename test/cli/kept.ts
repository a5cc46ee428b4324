import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import { runSchema } from "../../src/report/run.schema.ts";

const validate = new Ajv2020({ discriminator: true, strictTypes: false, strictRequired: false }).compile(runSchema());

export const runsIn = (cwd: string): string => join(cwd, ".tantra/runs");

/** The ids of the runs of a project, the oldest first; every line of each is held to the schema. */
export function runIds(cwd: string): string[] {
  if (!existsSync(runsIn(cwd))) return [];
  const ids = readdirSync(runsIn(cwd)).flatMap((name) => (name.endsWith(".jsonl") ? [name.slice(0, -".jsonl".length)] : []));
  const at = new Map(ids.map((id) => [id, Number(linesOf(cwd, id)[0]?.["at"])]));
  return ids.sort((a, b) => (at.get(a) ?? 0) - (at.get(b) ?? 0));
}

/** The lines of a run. */
export function linesOf(cwd: string, id: string): Record<string, unknown>[] {
  const text = readFileSync(join(runsIn(cwd), `${id}.jsonl`), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const content = JSON.parse(line) as Record<string, unknown>;
      expect({ line, fits: validate(content), errors: validate.errors }).toMatchObject({ fits: true });
      return content;
    });
}

/** The paths at which a process of the run did something: asked a model or called a tool. */
export function doneIn(cwd: string, id: string, process: number): string[] {
  let now = 0;
  return linesOf(cwd, id).flatMap(({ type, path, replayed }) => {
    if (type === "run.started") now++;
    return now === process && replayed !== true && (type === "model.requested" || type === "tool.called") ? [String(path)] : [];
  });
}

/** Puts another text in the place of a part of a file. */
export function edit(path: string, from: string | RegExp, to: string): void {
  const before = readFileSync(path, "utf8");
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}
