import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { kinds } from "../../src/providers/kinds.ts";
import { checkFiles, filesOf } from "../conformance/program.ts";

/** Options as JSON, and as a person writes them where that differs: words stand without quotes. */
const cases: Readonly<Record<keyof typeof kinds, readonly { readonly json: object; readonly written?: string }[]>> = {
  anthropic: [
    { json: {} },
    { json: { key_header: "x_api_key" }, written: "key_header: x_api_key" },
    { json: { key_header: "authorization" }, written: "key_header: authorization" },
    { json: { key_header: "cookie" }, written: "key_header: cookie" },
    { json: { organization: "org-1" } },
  ],
  cohere: [{ json: {} }, { json: { client_name: "tides" } }, { json: { client_name: 5 } }, { json: { client: "tides" } }],
  ollama: [
    { json: {} },
    { json: { num_ctx: 32768, keep_alive: "10m", truncate: true } },
    { json: { num_ctx: 0 } },
    { json: { num_ctx: 1.5 } },
    { json: { num_ctx: "32k" } },
    { json: { keep_alive: 5 } },
    { json: { truncate: "no" } },
    { json: { context: 5 } },
  ],
  openai: [
    { json: {} },
    { json: { organization: "org-1", project: "p" } },
    { json: { organization: 5 } },
    { json: { project: ["p"] } },
    { json: { max_tokens_field: "max_tokens" }, written: "max_tokens_field: max_tokens" },
    { json: { max_tokens_field: "tokens" }, written: "max_tokens_field: tokens" },
    { json: { organisation: "org-1" } },
    { json: { api: "responses" }, written: "api: responses" },
    { json: { api: "completions" }, written: "api: completions" },
  ],
  azure: [
    { json: {} },
    { json: { api_version: "2024-10-21" } },
    { json: { api_version: 2024 } },
    { json: { token: "t" } },
    { json: { token: ["t"] } },
    { json: { api: "responses", max_tokens_field: "max_tokens" }, written: "api: responses, max_tokens_field: max_tokens" },
    { json: { api: "completions" }, written: "api: completions" },
    { json: { deployment: "d" } },
  ],
  bedrock: [
    { json: {} },
    { json: { session_token: "t", secret_access_key: "s" } },
    { json: { profile: 5 } },
    { json: { stream: false } },
    { json: { stream: "no" } },
    { json: { credentials: "chain" }, written: "credentials: chain" },
    { json: { credentials: "env" }, written: "credentials: env" },
    { json: { regions: ["us-east-1"] } },
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

/** What has to be written of every provider of a kind. */
const needed: Readonly<Record<keyof typeof kinds, string>> = {
  openai: "api_key: env.KEY",
  anthropic: "api_key: env.KEY",
  gemini: "api_key: env.KEY",
  cohere: "api_key: env.KEY",
  ollama: "timeout: 30s",
  azure: 'api_key: env.KEY, base_url: "https://x.openai.azure.com"',
  bedrock: 'region: "us-east-1", api_key: env.KEY',
  simulator: "timeout: 30s",
};

for (const [name, kind] of Object.entries(kinds)) {
  test(`options of ${name} are right for the checker exactly when they are right for Ajv`, () => {
    const validate = new Ajv2020({ strict: false }).compile(kind.options);
    for (const { json, written } of cases[name as keyof typeof kinds]) {
      const options = written ?? JSON.stringify(json).slice(1, -1);
      const key = needed[name as keyof typeof kinds];
      const text = `provider llm = ${name} { ${[key, options].filter((part) => part !== "").join(", ")} }
model fast = llm("gpt-5-mini") { max_tokens: 100 }
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
