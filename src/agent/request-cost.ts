import type { Price, PriceTable } from "./price.ts";
import type { FinishChunk, ModelRequest } from "./provider.ts";
import type { Model } from "./spec.ts";
import { promptBytes } from "./tokens.ts";
import type { Cost, Usage } from "./usage.ts";

/** US dollars of `usage` at a price of the program's own. */
export function priceOf(price: Price, usage: Usage): number {
  const plain = Math.max(0, usage.input - usage.cachedInput - usage.cacheWrite);
  const input = plain * price.input + usage.cachedInput * (price.cached_input ?? price.input) + usage.cacheWrite * (price.cache_write ?? price.input);
  return (input + usage.output * price.output) / 1_000_000;
}

/** What a provider says of a request, as far as its price goes by it. */
export type Said = Pick<FinishChunk, "costUsd" | "responseModel" | "tier">;

export interface Charge {
  readonly cost: Cost;
  /** The model whose price was taken, where it is not the one that was asked for. */
  readonly pricedAs?: string;
}

/** What a request cost: by the model's own price, else what the provider reported, else the table, else unpriced. */
export function requestCost(model: Model, usage: Usage, said: Said, prices: PriceTable, at: number): Charge {
  const marks = { ...(usage.estimated ? { estimated: true } : {}), ...(model.simulated ? { simulated: true } : {}) };
  const usd = model.price === undefined ? said.costUsd : priceOf(model.price, usage);
  if (usd !== undefined) return { cost: { usd, unpriced: 0, ...marks } };
  const listed = listedCost(model, usage, said, prices, at);
  if (listed === undefined) return { cost: { usd: 0, unpriced: 1, ...marks } };
  return { cost: { usd: listed.usd, unpriced: 0, ...marks }, ...(listed.name === model.id ? {} : { pricedAs: listed.name }) };
}

/**
 * By the table: of the model that was asked for, else of the one that answered, as behind an alias or a deployment with a
 * name of its own. The table lists the usual class of service alone.
 */
function listedCost(
  { kind, id }: Model,
  usage: Usage,
  { responseModel, tier }: Said,
  prices: PriceTable,
  at: number,
): { readonly usd: number; readonly name: string } | undefined {
  if (tier !== undefined) return undefined;
  for (const name of responseModel === undefined ? [id] : [id, responseModel]) {
    const usd = prices.cost(kind, name, usage, at);
    if (usd !== undefined) return { usd, name };
  }
  return undefined;
}

/** The most that a request can cost, in US dollars; undefined without a price or without `max_tokens`. */
export function worstCost(model: Model, request: ModelRequest, prices: PriceTable, at: number): number | undefined {
  const output = request.parameters.max_tokens;
  if (output === undefined) return undefined;
  const plain: Usage = { input: promptBytes(request), cachedInput: 0, cacheWrite: 0, output, reasoning: 0 };
  const { price } = model;
  if (price !== undefined) return Math.max(...waysToCount(plain).map((usage) => priceOf(price, usage)));
  const listed = (usage: Usage) => prices.cost(model.kind, model.id, usage, at);
  const cost = listed(plain);
  // The table's vendors charge more for what they keep only where a request asks them to keep it.
  if (cost === undefined || !asksToCache(request)) return cost;
  return Math.max(...waysToCount(plain).map((usage) => listed(usage) ?? cost));
}

/** The same tokens, all new, all read from a cache, and all written to one: each may be the dearest. */
function waysToCount(plain: Usage): readonly Usage[] {
  const { input } = plain;
  return [plain, { ...plain, cachedInput: input }, { ...plain, cacheWrite: input }, { ...plain, cacheWrite: input, cacheWriteHour: input }];
}

function asksToCache({ messages }: ModelRequest): boolean {
  return messages.some((message) => "parts" in message && message.parts?.some((part) => part.type === "text" && part.cache === true));
}
