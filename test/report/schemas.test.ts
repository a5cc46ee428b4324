import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { testReportSchema } from "../../src/cli/test/test-report.schema.ts";
import { diagnosticSchema } from "../../src/diagnostics/diagnostic.schema.ts";
import { sha256 } from "../../src/host/hash.ts";
import { readRun, stateOf } from "../../src/journal/kept-run.ts";
import { eventSchema } from "../../src/report/event.schema.ts";
import { resultSchema } from "../../src/report/result.schema.ts";
import { runSchema } from "../../src/report/run.schema.ts";
import { lockSchema } from "../../src/validation/server-lock.schema.ts";

const root = new URL("../../", import.meta.url);
const published = {
  diagnostic: diagnosticSchema,
  event: eventSchema(),
  result: resultSchema(),
  run: runSchema(),
  "mcp-lock": lockSchema,
  "test-report": testReportSchema(),
};

describe("the published schemas", () => {
  it.each(Object.entries(published))("schemas/%s.schema.json is what the source says", (name, schema) => {
    const file = new URL(`schemas/${name}.schema.json`, root);
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (process.env["UPDATE"] || (!existsSync(file) && !process.env["CI"])) writeFileSync(file, text);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("the run's file that docs/runs.md shows is one, whole and unchanged", () => {
    const [, text = ""] = /^```jsonl\n([\s\S]*?)^```/m.exec(readFileSync(new URL("docs/runs.md", root), "utf8")) ?? [];
    const validate = new Ajv2020({ discriminator: true, strictTypes: false, strictRequired: false }).compile(runSchema());
    for (const line of text.trimEnd().split("\n")) expect({ line, fits: validate(JSON.parse(line)), errors: validate.errors }).toMatchObject({ fits: true });
    const kept = readRun(text, "docs/runs.md", sha256);
    expect([stateOf(kept), kept.torn, kept.events.length]).toEqual(["finished", 0, text.trimEnd().split("\n").length - 1]);
  });

  it("every event of every run of the conformance suite is as schemas/event.schema.json says", () => {
    const validate = new Ajv2020({ discriminator: true, strictTypes: false, strictRequired: false }).compile(eventSchema());
    const files = globSync("test/conformance/run/*.events.jsonl", { cwd: root });
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      for (const line of readFileSync(new URL(file, root), "utf8").trimEnd().split("\n")) {
        expect({ file, line, fits: validate(JSON.parse(line)), errors: validate.errors }).toMatchObject({ fits: true });
      }
    }
  });
});
