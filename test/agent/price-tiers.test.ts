import { findProvider, type MatchLogic, type ModelInfo } from "@pydantic/genai-prices";
import { describe, expect, it } from "vitest";
import { createPriceTable } from "../../src/agent/price-table.ts";
import { requestCost } from "../../src/agent/request-cost.ts";
import { noUsage, type Usage } from "../../src/agent/usage.ts";
import { simulator } from "../../src/providers/simulator/index.ts";
import { manualClock } from "../support/clock.ts";
import { modelOf } from "./world.ts";

const november = Date.UTC(2026, 10, 1);
const table = createPriceTable();
await table.load?.();
const usage = (of: Partial<Usage>): Usage => ({ ...noUsage, ...of });

// Every sum is worked by hand from the vendor's list, in dollars for a million tokens. `input` holds the cached and the
// written tokens; a tier holds for the whole request, and what decides is all of its input.
const million = 1_000_000;
type Worked = [what: string, kind: string, id: string, of: Partial<Usage>, usd: number, at?: number];
const worked: readonly Worked[] = [
  // gpt-5-mini: 0.25 in, 0.025 cached, 2 out. (7,000 x 0.25 + 3,000 x 0.025 + 500 x 2) = 1,750 + 75 + 1,000
  ["cached input", "openai", "gpt-5-mini", { input: 10_000, cachedInput: 3_000, output: 500, reasoning: 400 }, 2_825 / million],
  // The same on Azure, whose own list has only other models: OpenAI's prices.
  ["cached input", "azure", "gpt-5-mini-2025-08-07", { input: 10_000, cachedInput: 3_000, output: 500 }, 2_825 / million],
  // Azure's own list: o4-mini 1.1 in, 0.28 cached, 4.4 out. 600 x 1.1 + 400 x 0.28 + 100 x 4.4 = 660 + 112 + 440
  ["a vendor's own list before the one that it falls back to", "azure", "o4-mini", { input: 1_000, cachedInput: 400, output: 100 }, 1_212 / million],
  // gpt-5.4: 2.5 in and 15 out below 272,000 tokens of input, from there on 5 and 22.5 for all of them.
  // 271,999 x 2.5 + 1,000 x 15 = 679,997.5 + 15,000
  ["the last request at the usual price", "openai", "gpt-5.4", { input: 271_999, output: 1_000 }, 694_997.5 / million],
  // 272,000 x 5 + 1,000 x 22.5 = 1,360,000 + 22,500
  ["the first long one", "openai", "gpt-5.4", { input: 272_000, output: 1_000 }, 1_382_500 / million],
  // gpt-6-sol above 272,000: 4 in, 0.4 cached, 5 written, 15 out. 150,000 x 4 + 100,000 x 0.4 + 50,000 x 5 + 1,000 x 15
  [
    "a long one with every part",
    "openai",
    "gpt-6-sol",
    { input: 300_000, cachedInput: 100_000, cacheWrite: 50_000, output: 1_000 },
    (600_000 + 40_000 + 250_000 + 15_000) / million,
  ],
  // claude-haiku-4-5: 1 in, 0.1 read, 1.25 written, 5 out. 5,000 x 1 + 2,000 x 0.1 + 3,000 x 1.25 + 500 x 5
  [
    "reads and writes of the cache",
    "anthropic",
    "claude-haiku-4-5",
    { input: 10_000, cachedInput: 2_000, cacheWrite: 3_000, output: 500 },
    (5_000 + 200 + 3_750 + 2_500) / million,
  ],
  // The same, 1,000 of the 3,000 written for an hour, at 2: 5,000 x 1 + 2,000 x 0.1 + 2,000 x 1.25 + 1,000 x 2 + 500 x 5
  [
    "writes for five minutes and for an hour",
    "anthropic",
    "claude-haiku-4-5-20251001",
    { input: 10_000, cachedInput: 2_000, cacheWrite: 3_000, cacheWriteHour: 1_000, output: 500 },
    (5_000 + 200 + 2_500 + 2_000 + 2_500) / million,
  ],
  // claude-sonnet-4-5 above 200,000: 6 in, 0.6 read, 7.5 written, 12 for an hour, 22.5 out.
  // 50,000 x 6 + 150,000 x 0.6 + 30,000 x 7.5 + 20,000 x 12 + 1,000 x 22.5
  [
    "a long one with every part",
    "anthropic",
    "claude-sonnet-4-5",
    { input: 250_000, cachedInput: 150_000, cacheWrite: 50_000, cacheWriteHour: 20_000, output: 1_000 },
    (300_000 + 90_000 + 225_000 + 240_000 + 22_500) / million,
  ],
  // claude-sonnet-4-6 lost its tier in March 2026: 250,000 x 6 before, x 3 since.
  ["before a price changed", "anthropic", "claude-sonnet-4-6", { input: 250_000 }, 1.5, Date.UTC(2026, 1, 1)],
  ["since it changed", "anthropic", "claude-sonnet-4-6", { input: 250_000 }, 0.75],
  // gemini-2.5-pro: 1.25 in, 10 out up to 200,000, above 2.5, 0.25 cached and 15. 200,000 x 1.25 + 1,000 x 10
  ["the last request at the usual price", "gemini", "gemini-2.5-pro", { input: 200_000, output: 1_000 }, 260_000 / million],
  // 200,001 x 2.5 + 1,000 x 15
  ["the first long one", "gemini", "gemini-2.5-pro", { input: 200_001, output: 1_000 }, 515_002.5 / million],
  // 200,000 x 2.5 + 100,000 x 0.25 + 2,000 x 15
  ["a long one, cached in part", "gemini", "models/gemini-2.5-pro", { input: 300_000, cachedInput: 100_000, output: 2_000 }, 555_000 / million],
  // gemini-3.8-flash: 0.75 in and 3.75 out until the end of 2026, then 1.5 and 7.5. 1,000 x 0.75 + 1,000 x 3.75
  ["an introductory price", "gemini", "gemini-3.8-flash", { input: 1_000, output: 1_000 }, 4_500 / million],
  ["the price after it", "gemini", "gemini-3.8-flash", { input: 1_000, output: 1_000 }, 9_000 / million, Date.UTC(2027, 1, 1)],
  // A region's Haiku costs a tenth more than Anthropic's: 1.1 in, 0.11 read, 1.375 written, 5.5 out.
  // 5,000 x 1.1 + 2,000 x 0.11 + 3,000 x 1.375 + 500 x 5.5
  [
    "reads and writes of the cache",
    "bedrock",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    { input: 10_000, cachedInput: 2_000, cacheWrite: 3_000, output: 500 },
    (5_500 + 220 + 4_125 + 2_750) / million,
  ],
  // claude-opus-5-5, global: 4 in, 8 for an hour, 20 out. 1,000 x 4 + 1,000 x 8 + 100 x 20
  [
    "writes for an hour",
    "bedrock",
    "global.anthropic.claude-opus-5-5",
    { input: 2_000, cacheWrite: 1_000, cacheWriteHour: 1_000, output: 100 },
    14_000 / million,
  ],
  // Cohere names no price of cached input, so it costs as much as other input: 1,000 x 2.5 + 100 x 10
  ["cached input without a price of its own", "cohere", "command-a-03-2025", { input: 1_000, cachedInput: 400, output: 100 }, 3_500 / million],
];

it.each<Worked>(worked)("%s: %s %s", (_what, kind, id, of, usd, at = november) => {
  expect(table.cost(kind, id, usage(of), at)).toBeCloseTo(usd, 10);
});

it("what is written for an hour has no price where the table knows only that of five minutes", () => {
  const written = { input: 2_000, cacheWrite: 1_000, output: 100 };
  expect(table.cost("bedrock", "anthropic.claude-sonnet-5", usage(written), november)).toBeGreaterThan(0);
  expect(table.cost("bedrock", "anthropic.claude-sonnet-5", usage({ ...written, cacheWriteHour: 1_000 }), november)).toBeUndefined();
});

it("figures that contradict each other leave the model's other requests with their price", () => {
  const prices = createPriceTable();
  return Promise.resolve(prices.load?.()).then(() => {
    prices.cost("anthropic", "claude-haiku-4-5", usage({ input: 5, cachedInput: 10 }), november);
    expect(prices.cost("anthropic", "claude-haiku-4-5", usage({ input: million }), november)).toBeCloseTo(1);
  });
});

it("a model that is paid by the hour alone has no price in tokens, and one that nobody pays for costs nothing", () => {
  expect(table.cost("openai", "whisper-1", usage({ input: 10, output: 10 }), november)).toBeUndefined();
  expect(table.cost("gemini", "gemma-4-31b-it", usage({ input: 10, output: 10 }), november)).toBe(0);
});

it.each([
  ["gemini", "models/gemini-2.5-flash", 0.3],
  ["gemini", "publishers/google/models/gemini-2.5-flash", 0.3],
  ["gemini", "projects/p/locations/global/publishers/google/models/gemini-3.5-flash", 1.5],
  ["gemini", "gemini-3.5-flash-001", 1.5],
  ["gemini", "gemini-2.5-pro-preview-06-05", 2.5],
  ["bedrock", "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0", 0.8],
  ["bedrock", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5", 5.5],
  ["bedrock", "eu.anthropic.claude-opus-5", 5.5],
  ["azure", "gpt-4.1-mini-2025-04-14", 0.4],
  ["azure", "gpt-35-turbo", 0.5],
  ["openai", "gpt-6-luna-2026-09-01", 0.2],
  ["openai", "ft:gpt-4o-2024-08-06:acme::7p4lURel", 3.75],
  ["openai", "ft:gpt-4o-mini-2024-07-18:acme:notes:7p4lURel", 0.3],
  ["anthropic", "claude-opus-5-20260701", 5],
])("%s's %s costs $%d for a million tokens of input", (kind, id, usd) => {
  expect(table.cost(kind, id, usage({ input: million }), november)).toBeCloseTo(usd);
});

it.each([
  ["gemini", "tunedModels/our-own-3x7"],
  ["gemini", "projects/p/locations/us-central1/endpoints/1234567890"],
  ["bedrock", "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123"],
  ["bedrock", "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1"],
  ["openai", "openai/gpt-5-mini"],
  ["openai", "gpt-5-mini-turbo"],
  ["openai", "ft:gpt-7:acme::7p4lURel"],
])("%s's %s is nobody's that is known", (kind, id) => {
  expect(table.cost(kind, id, usage({ input: million }), november)).toBeUndefined();
});

describe("the table of each vendor", () => {
  const vendors = { openai: "openai", azure: "azure", anthropic: "anthropic", gemini: "google", cohere: "cohere", bedrock: "aws" };

  it.each(Object.entries(vendors))("whatever it sells by tokens, `%s` finds by every name that the table has for it", (kind, providerId) => {
    const models = findProvider({ providerId })?.models ?? [];
    expect(models.length).toBeGreaterThan(5);
    const lost = models
      .filter(soldByTokens)
      .flatMap(({ id, match }) => [id, ...fullNames(match)])
      // These two are the table's own labels, and no names of a model.
      .filter((name) => !/^(ft:|regional\.)/.test(name))
      .filter((name) => table.cost(kind, name, usage({ input: 1_000, output: 10 }), november) === undefined);
    expect(lost).toEqual([]);
  });
});

function soldByTokens({ prices }: ModelInfo): boolean {
  return (Array.isArray(prices) ? prices.map((each) => each.prices) : [prices]).some(({ input_mtok }) => input_mtok !== undefined);
}

function fullNames(match: MatchLogic): string[] {
  if ("or" in match) return match.or.flatMap(fullNames);
  if ("contains" in match && match.contains.includes(".anthropic.")) return [match.contains];
  return "equals" in match ? [match.equals] : [];
}

describe("what a request cost", () => {
  const model = { ...modelOf(simulator({}, { clock: manualClock() }), { simulated: false }), kind: "azure", id: "our-deployment" };
  const of = usage({ input: million, output: million });

  it("goes by the model that answered where the one that was asked is not known", () => {
    expect(requestCost(model, of, { responseModel: "gpt-5-mini-2025-08-07" }, table, november)).toEqual({
      cost: { usd: expect.closeTo(2.25), unpriced: 0 },
      pricedAs: "gpt-5-mini-2025-08-07",
    });
    expect(requestCost({ ...model, id: "gpt-5" }, of, { responseModel: "gpt-5-mini" }, table, november)).toEqual({ cost: { usd: 11.25, unpriced: 0 } });
    expect(requestCost(model, of, { responseModel: "our-deployment" }, table, november)).toEqual({ cost: { usd: 0, unpriced: 1 } });
  });

  it("is not known of another class of service, unless the program or the provider says it", () => {
    const flex = { responseModel: "gpt-5-mini", tier: "flex" };
    expect(requestCost({ ...model, id: "gpt-5-mini" }, of, flex, table, november)).toEqual({ cost: { usd: 0, unpriced: 1 } });
    // Flex is half of the list's 0.25 and 2.
    const price = { input: 0.125, output: 1 };
    expect(requestCost({ ...model, id: "gpt-5-mini", price }, of, flex, table, november).cost).toEqual({ usd: 1.125, unpriced: 0 });
    expect(requestCost({ ...model, id: "gpt-5-mini" }, of, { ...flex, costUsd: 1.2 }, table, november).cost).toEqual({ usd: 1.2, unpriced: 0 });
  });
});
