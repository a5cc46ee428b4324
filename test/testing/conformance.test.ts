import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { acmeSubject } from "../../examples/custom-provider/acme-backend.ts";
import { groups } from "../../src/testing/conformance/case.ts";
import { cases, casesFor, type Subject } from "../../src/testing/index.ts";

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

const passed = new Map<string, number>();
for (const subject of subjects) {
  for (const each of casesFor(subject)) {
    test(`${subject.name}: ${each.group}: ${each.name}`, async () => {
      await each.run(subject);
      const key = `${subject.name} ${each.group}`;
      passed.set(key, (passed.get(key) ?? 0) + 1);
    });
  }
}

test("the table in docs/providers.md is what the kit says", () => {
  const path = join(import.meta.dirname, "../../docs/providers.md");
  const page = readFileSync(path, "utf8");
  const count = (subject: Subject, group: string): string => {
    const applying = casesFor(subject).filter((each) => each.group === group).length;
    // The example proves itself, in a file of its own.
    const own = subject === acmeSubject ? applying : (passed.get(`${subject.name} ${group}`) ?? 0);
    return applying === 0 ? "–" : own === applying ? String(own) : `${own} of ${applying}`;
  };
  const rows = [...subjects, acmeSubject].map((subject) => {
    const cells = groups.map((group) => count(subject, group));
    return `| ${subject.name} | ${cells.join(" | ")} | ${casesFor(subject).length} of ${cases.length} |`;
  });
  const table = [`| provider | ${groups.join(" | ")} | apply |`, `| --- |${" ---: |".repeat(groups.length + 1)}`, ...rows].join("\n");
  const written = page.replace(/<!-- kit -->[\s\S]*<!-- \/kit -->/, `<!-- kit -->\n${table}\n<!-- /kit -->`);
  if (process.env["UPDATE"] === "1") writeFileSync(path, written);
  expect(written).toBe(process.env["UPDATE"] === "1" ? written : page);
});
