import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { kinds } from "../../src/providers/kinds.ts";
import { checkFiles, filesOf } from "../conformance/program.ts";

/** Options as JSON, and as a person writes them where that differs: words stand without quotes. */
const cases: Readonly<Record<keyof typeof kinds, readonly { readonly json: object; readonly written?: string }[]>> = {
  openai: [
    { json: {} },
    { json: { organization: "org-1", project: "p" } },
    { json: { organization: 5 } },
    { json: { project: ["p"] } },
    { json: { max_tokens_field: "max_tokens" }, written: "max_tokens_field: max_tokens" },
    { json: { max_tokens_field: "tokens" }, written: "max_tokens_field: tokens" },
    { json: { organisation: "org-1" } },
  ],
  gemini: [
    { json: {} },
    { json: { vertex: true } },
    { json: { vertex: "yes" } },
    { json: { project: "p", location: "eu", credentials: "./key.json", api_version: "v1" } },
    { json: { access_token: "t" } },
    { json: { location: 5 } },
    { json: { region: "eu" } },
  ],
  simulator: [
    { json: {} },
    { json: { replies: "./r.json" } },
    { json: { replies: 5 } },
    { json: { chunk: 8 } },
    { json: { chunk: 0 } },
    { json: { chunk: 1.5 } },
    { json: { chunk: "8" } },
    { json: { chunks: 8 } },
  ],
};

for (const [name, kind] of Object.entries(kinds)) {
  test(`options of ${name} are right for the checker exactly when they are right for Ajv`, () => {
    const validate = new Ajv2020({ strict: false }).compile(kind.options);
    for (const { json, written } of cases[name as keyof typeof kinds]) {
      const options = written ?? JSON.stringify(json).slice(1, -1);
      const key = name === "simulator" ? "timeout: 30s" : "api_key: env.KEY";
      const text = `provider llm = ${name} { ${[key, options].filter((part) => part !== "").join(", ")} }
model fast = llm("gpt-5-mini")
agent helper() { model: fast, prompt: "Begin." }
// file: ./r.json
{}`;
      const wrong = checkFiles(filesOf(text)).diagnostics;
      expect(wrong.length === 0, `${text}\n${JSON.stringify(wrong)}`).toBe(validate(json));
    }
  });
}

/** What the checker reads of a schema; a kind of ours must not say more than is checked. */
const read = new Set(["type", "additionalProperties", "properties", "required", "enum", "items", "minItems", "minimum", "maximum", "format", "description"]);

function keywordsOf(schema: object): string[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === "properties") return ["properties", ...Object.values(value as Record<string, object>).flatMap(keywordsOf)];
    return keyword === "items" ? ["items", ...keywordsOf(value as object)] : [keyword];
  });
}

test("the schemas of all kinds use only keywords that the checker reads", () => {
  for (const kind of Object.values(kinds)) expect(keywordsOf(kind.options).filter((keyword) => !read.has(keyword))).toEqual([]);
});
