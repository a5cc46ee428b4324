import { existsSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { kinds } from "../../src/providers/kinds.ts";
import { repliesSchema } from "../../src/providers/simulator/replies.schema.ts";
import { projectFiles, read, root } from "../repo/files.ts";

const schema = "https://json-schema.org/draft/2020-12/schema";

/** What is published of the providers, by file. `UPDATE=1` writes it. */
const published: Readonly<Record<string, object>> = {
  "schemas/replies.schema.json": repliesSchema,
  ...Object.fromEntries(
    Object.values(kinds).map((kind) => [
      `schemas/provider-${kind.name}.schema.json`,
      { $schema: schema, title: `Options of the provider kind ${kind.name}`, ...kind.options },
    ]),
  ),
};

for (const [path, content] of Object.entries(published)) {
  test(`${path} is the schema that the source holds`, () => {
    const text = `${JSON.stringify(content, null, 2)}\n`;
    if (process.env["UPDATE"] === "1" || (!existsSync(root + path) && process.env["CI"] === undefined)) writeFileSync(root + path, text);
    expect(read(path)).toBe(text);
  });
}

test("every replies file of the examples fits the published schema", () => {
  const validate = new Ajv2020({ strict: false }).compile(repliesSchema);
  const files = projectFiles("examples", ".replies.json");
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) expect(validate(JSON.parse(read(file))), `${file} ${JSON.stringify(validate.errors)}`).toBe(true);
});
