import { createRequire } from "node:module";
import { createPriceTable } from "../agent/price-table.ts";
import { isFree } from "../providers/ollama/free.ts";

type Library = typeof import("@pydantic/genai-prices");

/** Whether the price table knows a model. The table is loaded by the first question, which only a program with a budget asks. */
export function pricedModels(now: number): (kind: string, modelId: string) => boolean {
  const prices = createPriceTable(() => createRequire(import.meta.url)("@pydantic/genai-prices") as Library);
  return (kind, modelId) => (kind === "ollama" && isFree({}, modelId)) || prices.about?.(kind, modelId, now)?.price !== undefined;
}
