import type { Price, PriceTable } from "./price.ts";
import type { ModelRequest } from "./provider.ts";
import type { Model } from "./spec.ts";
import { promptBytes } from "./tokens.ts";
import type { Cost, Usage } from "./usage.ts";

/** US dollars of `usage` at a price of the program's own. */
export function priceOf(price: Price, usage: Usage): number {
  const plain = Math.max(0, usage.input - usage.cachedInput - usage.cacheWrite);
  const input = plain * price.input + usage.cachedInput * (price.cached_input ?? price.input) + usage.cacheWrite * (price.cache_write ?? price.input);
  return (input + usage.output * price.output) / 1_000_000;
}

/** What a request cost: the model's own price, else what the provider reported, else the table, else unpriced. */
export function requestCost(model: Model, usage: Usage, reportedUsd: number | undefined, prices: PriceTable, at: number): Cost {
  const usd = model.price === undefined ? (reportedUsd ?? prices.cost(model.kind, model.id, usage, at)) : priceOf(model.price, usage);
  const marks = { ...(usage.estimated ? { estimated: true } : {}), ...(model.simulated ? { simulated: true } : {}) };
  return usd === undefined ? { usd: 0, unpriced: 1, ...marks } : { usd, unpriced: 0, ...marks };
}

/** The most that a request can cost, in US dollars; undefined without a price or without `max_tokens`. */
export function worstCost(model: Model, request: ModelRequest, prices: PriceTable, at: number): number | undefined {
  const output = request.parameters.max_tokens;
  if (output === undefined) return undefined;
  const plain: Usage = { input: promptBytes(request), cachedInput: 0, cacheWrite: 0, output, reasoning: 0 };
  const { price } = model;
  if (price !== undefined) return Math.max(priceOf(price, plain), priceOf(price, { ...plain, cacheWrite: plain.input }));
  return prices.cost(model.kind, model.id, plain, at);
}
