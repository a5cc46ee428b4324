import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { PriceTable } from "../../src/agent/price.ts";
import { createPriceTable } from "../../src/agent/price-table.ts";
import { priceOf, requestCost } from "../../src/agent/request-cost.ts";
import { noUsage, type Usage } from "../../src/agent/usage.ts";
import { simulator } from "../../src/providers/simulator/index.ts";
import { manualClock } from "../support/clock.ts";
import { modelOf } from "./world.ts";

const at = Date.UTC(2026, 10, 1);
const usage = (more: Partial<Usage>): Usage => ({ ...noUsage, ...more });
const table = createPriceTable();
await table.load?.();
const cost = (kind: string, id: string, of: Usage = usage({ input: 1_000_000, output: 1_000_000 })): number | undefined => table.cost(kind, id, of, at);

test.each([
  ["plain tokens", { input: 1_000_000, output: 1_000_000 }, 12],
  ["cached input, which is a part of the input", { input: 1_000_000, cachedInput: 500_000 }, 1.05],
  ["cache writes, another part", { input: 1_000_000, cacheWrite: 1_000_000 }, 3],
  ["reasoning, a part of the output", { output: 1_000_000, reasoning: 900_000 }, 10],
])("a price of the program's own: %s", (_name, of, expected) => {
  expect(priceOf({ input: 2, cached_input: 0.1, cache_write: 3, output: 10 }, usage(of))).toBeCloseTo(expected);
});

test("cached input costs as much as other input where its price is not written", () => {
  expect(priceOf({ input: 2, output: 10 }, usage({ input: 1_000_000, cachedInput: 500_000, cacheWrite: 100_000 }))).toBeCloseTo(2);
});

test("the model's own price goes before the provider's word, that before the table, and without any a call is unpriced", () => {
  const prices: PriceTable = { source: "test", cost: (_kind, id) => (id === "known" ? 3 : undefined) };
  const of = usage({ input: 1_000_000 });
  const model = modelOf(simulator({}, { clock: manualClock() }), { simulated: false });
  expect(requestCost({ ...model, id: "known", price: { input: 1, output: 1 } }, of, { costUsd: 2 }, prices, at)).toEqual({ cost: { usd: 1, unpriced: 0 } });
  expect(requestCost({ ...model, id: "known" }, of, { costUsd: 2 }, prices, at)).toEqual({ cost: { usd: 2, unpriced: 0 } });
  expect(requestCost({ ...model, id: "known" }, of, {}, prices, at)).toEqual({ cost: { usd: 3, unpriced: 0 } });
  expect(requestCost({ ...model, id: "unknown" }, of, {}, prices, at)).toEqual({ cost: { usd: 0, unpriced: 1 } });
});

test("the table knows a model by its id and by its dated form", () => {
  expect(cost("openai", "gpt-5-mini")).toBeCloseTo(2.25);
  expect(cost("openai", "gpt-5-mini-2025-08-07")).toBe(cost("openai", "gpt-5-mini"));
  expect(cost("openai", "gpt-5-mini", usage({ input: 1000, cachedInput: 500, output: 100 }))).toBeCloseTo(0.0003375);
});

test("a deployment of Azure is known where it is named like its model, and else it is not", () => {
  expect(cost("azure", "gpt-5-mini")).toBeCloseTo(0.25 + 2);
  expect(cost("azure", "gpt-5-mini", usage({ input: 1_000_000, cachedInput: 1_000_000 }))).toBeCloseTo(0.025);
  expect(cost("azure", "gpt-4o")).toBeCloseTo(2.5 + 10);
  expect(cost("azure", "our-weather-model")).toBeUndefined();
  expect(cost("azure", "team-gpt-5-mini")).toBeUndefined();
});

test("a name that only begins like a known one is not that model", () => {
  expect(cost("anthropic", "claude-sonnet-5")).toBeGreaterThan(0);
  expect(cost("anthropic", "claude-sonnet-5-5")).toBeUndefined();
  expect(cost("anthropic", "claude-sonnet-5-20260203")).toBe(cost("anthropic", "claude-sonnet-5"));
});

test("a region before the name is the same model", () => {
  expect(cost("bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0")).toBeGreaterThan(0);
});

// Amazon's price list, per million tokens; profiles of a region cost a tenth more than the global ones.
test.each([
  ["anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3, 16.5],
  ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3, 16.5],
  ["global.anthropic.claude-sonnet-4-5-20250929-v1:0", 3, 15],
  ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3, 16.5],
  ["us.anthropic.claude-haiku-4-5-20251001-v1:0", 1.1, 5.5],
  ["us.anthropic.claude-sonnet-4-6", 3.3, 16.5],
  ["amazon.nova-pro-v1:0", 0.8, 3.2],
  ["us.amazon.nova-lite-v1:0", 0.06, 0.24],
  ["openai.gpt-oss-120b-1:0", 0.15, 0.6],
  ["deepseek.r1-v1:0", 1.35, 5.4],
])("bedrock's %s costs $%d and $%d", (id, input, output) => {
  expect(cost("bedrock", id, usage({ input: 1_000_000 }))).toBeCloseTo(input);
  expect(cost("bedrock", id, usage({ output: 1_000_000 }))).toBeCloseTo(output);
});

test("an inference profile of one's own says nothing of its model, and has no price", () => {
  expect(cost("bedrock", "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123")).toBeUndefined();
});

test("Cohere's models are known by their dated ids", () => {
  expect(cost("cohere", "command-a-03-2025")).toBeCloseTo(12.5);
  expect(cost("cohere", "command-r-plus-08-2024")).toBeCloseTo(12.5);
  expect(cost("cohere", "command-r7b-12-2024", usage({ input: 1_000_000 }))).toBeCloseTo(0.0375);
  expect(cost("cohere", "command-a-99-2031")).toBeUndefined();
});

test("the simulator looks in every vendor's table, other kinds in none", () => {
  expect(cost("simulator", "gpt-5-mini")).toBe(cost("openai", "gpt-5-mini"));
  expect(cost("simulator", "sim-1")).toBeUndefined();
  expect(cost("ollama", "gpt-5-mini")).toBeUndefined();
  expect(cost("./mine.ts", "gpt-5-mini")).toBeUndefined();
});

test("prices that depend on the size of a request are calculated for each", () => {
  const small = cost("gemini", "gemini-2.5-pro", usage({ input: 100_000 })) ?? 0;
  const large = cost("gemini", "gemini-2.5-pro", usage({ input: 300_000 })) ?? 0;
  expect(small).toBeGreaterThan(0);
  expect(large).toBeGreaterThan(small * 3);
});

test("before it is loaded the table knows nothing, and it names the version that is installed", () => {
  expect(createPriceTable().cost("openai", "gpt-5-mini", usage({ input: 1 }), at)).toBeUndefined();
  const { version } = JSON.parse(readFileSync(new URL("../../node_modules/@pydantic/genai-prices/package.json", import.meta.url), "utf8"));
  expect(table.source).toContain(`genai-prices ${version} `);
});
