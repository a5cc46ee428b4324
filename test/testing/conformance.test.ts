import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { cases, casesFor, conformance, type Subject } from "../../src/testing/index.ts";

/** Every provider of ours, by its file in `subjects/`. */
const folder = join(import.meta.dirname, "subjects");
const subjects: Subject[] = [];
for (const file of globSync("*.ts", { cwd: folder }).sort()) {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(folder, file)).href);
  for (const [name, value] of Object.entries(module)) if (name.endsWith("Subject")) subjects.push(value as Subject);
}

test("there are at least a hundred cases, each with a name of its own, and most apply to each provider", () => {
  expect(cases.length).toBeGreaterThanOrEqual(100);
  expect(new Set(cases.map(({ group, name }) => `${group}: ${name}`)).size).toBe(cases.length);
  expect(subjects.length).toBeGreaterThan(0);
  for (const subject of subjects) expect(casesFor(subject).length, subject.name).toBeGreaterThan(70);
});

for (const subject of subjects) conformance(subject, test);
