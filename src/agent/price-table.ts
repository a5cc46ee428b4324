import type { calcPrice, PriceCalculation } from "@pydantic/genai-prices";
import type { Price, PriceTable } from "./price.ts";
import { priceOf } from "./request-cost.ts";
import type { Usage } from "./usage.ts";

/** Tantra's kinds of provider by the table's name for the vendor. Others (local ones, a program's own) are not in it. */
const vendors: Readonly<Record<string, string>> = {
  openai: "openai",
  azure: "azure",
  anthropic: "anthropic",
  gemini: "google",
  cohere: "cohere",
  bedrock: "aws",
};

/** Kinds whose ids may be paths that end in the model's name: `models/…`, `publishers/google/models/…`, an ARN. */
const paths: ReadonlySet<string> = new Set(["gemini", "bedrock"]);

/** Calculates a price, or gives null for what it does not know: `calcPrice` of the library. */
type Calculate = typeof calcPrice;

/** Flat prices of a model, "varied" where they depend on the size or the time of a request, or undefined where there are none. */
type Known = Price | "varied" | undefined;

/**
 * The table of @pydantic/genai-prices (MIT), offline, loaded when the first price is needed: by `load`, or where `library`
 * gives it at once, by the first question.
 */
export function createPriceTable(library?: () => { readonly calcPrice: Calculate }): PriceTable {
  let calculate: Calculate | undefined;
  let loading: Promise<void> | undefined;
  /** Looking a model up costs more than the rest of a call's accounting; flat prices are looked up once. */
  const known = new Map<string, Known>();

  return {
    source: "genai-prices 0.1.8 (2026-09-23)",
    load() {
      loading ??= import("@pydantic/genai-prices").then(({ calcPrice }) => {
        calculate = calcPrice;
      });
      return loading;
    },
    cost(kind, modelId, usage, at) {
      if (calculate === undefined) return undefined;
      const key = `${kind}\n${modelId}`;
      if (!known.has(key)) known.set(key, flatPrice(lookUp(calculate, kind, modelId, oneToken, at)));
      const price = known.get(key);
      if (price === undefined) return undefined;
      if (price !== "varied" && usage.cacheWriteHour === undefined) return priceOf(price, usage);
      const found = lookUp(calculate, kind, modelId, usage, at);
      // Without a price of its own the table would take what is written for an hour for the cheaper five minutes.
      return usage.cacheWriteHour !== undefined && found?.model_price["cache_write_1h_mtok"] === undefined ? undefined : found?.total_price;
    },
    about(kind, modelId, at) {
      calculate ??= library?.().calcPrice;
      const found = calculate === undefined ? undefined : lookUp(calculate, kind, modelId, oneToken, at);
      if (found === undefined) return undefined;
      const { context_window: contextTokens } = found.model;
      const flat = flatPrice(found);
      const price = flat === "varied" ? basePrice(found) : flat;
      return { varies: flat === "varied", ...(price === undefined ? {} : { price }), ...(contextTokens === undefined ? {} : { contextTokens }) };
    },
  };
}

function lookUp(calculate: Calculate, kind: string, modelId: string, usage: Usage, at: number): PriceCalculation | undefined {
  const providerId = vendors[kind];
  if (providerId === undefined && kind !== "simulator") return undefined;
  const counted = {
    input_tokens: usage.input,
    output_tokens: usage.output,
    ...(usage.cachedInput === 0 ? {} : { cache_read_tokens: usage.cachedInput }),
    ...(usage.cacheWrite === 0 ? {} : { cache_write_tokens: usage.cacheWrite }),
    ...(usage.cacheWriteHour === undefined ? {} : { cache_write_1h_tokens: usage.cacheWriteHour }),
  };
  const name = paths.has(kind) ? modelId.slice(modelId.lastIndexOf("/") + 1) : modelId;
  try {
    const found = calculate(counted, name, { timestamp: new Date(at), ...(providerId === undefined ? {} : { providerId }) });
    return found !== null && isSameModel(found.model.id, found.model.match, name) ? found : undefined;
  } catch {
    // It throws for figures that contradict each other, which a server may well report.
    return undefined;
  }
}

/**
 * What flat prices are made of. Others (for audio, for searches) are for what we count none of, and a model that has only such
 * ones has no price; one for each request is not flat. No prices at all: the model is free.
 */
const flatKeys: ReadonlySet<string> = new Set(["input_mtok", "cache_read_mtok", "cache_write_mtok", "output_mtok"]);

function flatPrice(found: PriceCalculation | undefined): Known {
  if (found === undefined) return undefined;
  const { model, model_price: prices } = found;
  const written = Object.entries(prices).filter(([, price]) => price !== undefined);
  if (Array.isArray(model.prices) || written.some(([key, price]) => key === "requests_kcount" || (flatKeys.has(key) && typeof price !== "number")))
    return "varied";
  if (written.length > 0 && !written.some(([key]) => flatKeys.has(key))) return undefined;
  return pricesBy((key) => {
    const price = prices[key];
    return typeof price === "number" ? price : undefined;
  });
}

function pricesBy(of: (key: string) => number | undefined): Price {
  const cached = of("cache_read_mtok");
  const write = of("cache_write_mtok");
  return {
    input: of("input_mtok") ?? 0,
    output: of("output_mtok") ?? 0,
    ...(cached === undefined ? {} : { cached_input: cached }),
    ...(write === undefined ? {} : { cache_write: write }),
  };
}

const oneToken: Usage = { input: 1, cachedInput: 0, cacheWrite: 0, output: 1, reasoning: 0 };

/** What the smallest request pays: of tiers the lowest. */
function basePrice({ model_price: prices }: PriceCalculation): Price {
  return pricesBy((key) => {
    const price = prices[key];
    return typeof price === "object" ? price.base : price;
  });
}

type Match = PriceCalculation["model"]["match"];

/** What may follow a model's name in an id of the same model: a date, `latest`, a version as Bedrock or Google writes it. */
const dated = /^(?:[-@:.](?:latest|preview|0\d\d|\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2}|v\d+(?::\d+)?))*$/;

/** The table matches by prefix, so that `claude-sonnet-5-5` comes out as `claude-sonnet-5`: only the same id, or a dated form of it, counts. */
function isSameModel(found: string, match: Match, asked: string): boolean {
  const id = asked.toLowerCase();
  const names = [found, ...namesIn(match)];
  // What follows in a fine-tuned model's id is its owner's: `ft:gpt-4o-2024-08-06:acme::7p4lURel`.
  if (id.startsWith("ft:")) return names.some((name) => name.startsWith("ft:") && id.startsWith(name));
  return names.some((name) => {
    const at = id.indexOf(name.toLowerCase());
    // Before it, a vendor's region may stand: `us.anthropic.…`.
    return at >= 0 && /^(?:.*[./])?$/.test(id.slice(0, at)) && dated.test(id.slice(at + name.length));
  });
}

function namesIn(match: Match): string[] {
  if ("or" in match) return match.or.flatMap(namesIn);
  if ("and" in match) return match.and.flatMap(namesIn);
  if ("equals" in match) return [match.equals];
  if ("starts_with" in match) return [match.starts_with];
  return "contains" in match ? [match.contains] : [];
}
