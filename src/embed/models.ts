import type { Gates } from "../agent/gates.ts";
import type { Price } from "../agent/price.ts";
import type { ModelParameters, Provider } from "../agent/provider.ts";
import type { Runtime } from "../agent/runtime.ts";
import type { Model, ModelChoice } from "../agent/spec.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import { unfit } from "./unfit.ts";

/** A provider: `openai({ … })`; of those that load a package first, what they promise. */
export type ProviderValue = Provider | Promise<Provider>;

/** A model by its id at the vendor, with what is sent along. Only what is written is sent. */
export interface ModelSettings {
  readonly id: string;
  /** Default: the agent's. */
  readonly provider?: ProviderValue;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly reasoning?: string;
  /** Sent verbatim, over everything else. */
  readonly extra?: JsonObject;
  /** US dollars for a million tokens, where the price table does not know it. */
  readonly price?: Price;
  /** One attempt's. */
  readonly timeoutMs?: number;
}
/** One model, or several: the next one is asked when one has failed for good. */
export type ModelOption = string | ModelSettings | readonly (string | ModelSettings)[];

/** A model with the provider that it is asked of. */
interface Asked extends ModelSettings {
  readonly from: ProviderValue;
}

/** The models of an agent, each with its provider. Throws a `RunError` (T621) where one has none. */
export function modelsOf(option: ModelOption, provider: ProviderValue | undefined, agent: string): readonly Asked[] {
  const list = isList(option) ? option : [option];
  if (list.length === 0) throw unfit(`The agent "${agent}" has no model.`, 'Name one: model: "gpt-5-mini"');
  return list.map((each) => {
    const settings = typeof each === "string" ? { id: each } : each;
    const from = settings.provider ?? provider;
    if (from === undefined)
      throw unfit(`The model "${settings.id}" of the agent "${agent}" has no provider.`, "Give the agent one: provider: openai({ api_key })");
    // What it comes to is asked when the model is; until then nobody may be told of it.
    if (from instanceof Promise) from.catch(() => undefined);
    return { ...settings, from };
  });
}

/** The models as a run asks them. */
export function choiceOf(models: readonly Asked[], agent: string, { gates }: Runtime): ModelChoice {
  const choices = models.map((each): ModelChoice => ({ of: "model", model: modelOf(each, gates) }));
  const [only] = choices;
  return only !== undefined && choices.length === 1 ? only : { of: "fallback", key: agent, models: choices, cooldownMs: 0 };
}

function modelOf(asked: Asked, gates: Gates): Model {
  const { id, from, extra, price, timeoutMs } = asked;
  let opened = from instanceof Promise ? undefined : from;
  const keep = (provider: Provider): Provider => {
    opened = held(provider, asked);
    return opened;
  };
  return {
    key: id,
    provider: keyOf(from, opened?.kind?.name ?? "provider", gates),
    id,
    parameters: parametersOf(asked),
    ...(extra === undefined ? {} : { extra }),
    ...(price === undefined ? {} : { price }),
    ...(timeoutMs === undefined ? {} : { attemptTimeoutMs: timeoutMs }),
    get kind() {
      return opened?.kind?.name ?? "";
    },
    get refusedKeywords() {
      return opened?.kind?.refusedKeywords ?? [];
    },
    get systemTexts() {
      return opened?.kind?.systemTexts ?? "anywhere";
    },
    get simulated() {
      return opened?.kind?.name === "simulator";
    },
    open: () => (from instanceof Promise ? from.then(keep) : keep(from)),
  };
}

const names = { temperature: "temperature", topP: "top_p", maxTokens: "max_tokens", stop: "stop", seed: "seed", reasoning: "reasoning" } as const;

function parametersOf(settings: ModelSettings): ModelParameters {
  const written = Object.entries(names).flatMap(([ours, sent]) => {
    const value = settings[ours as keyof typeof names];
    return value === undefined ? [] : [[sent, value] as const];
  });
  return Object.fromEntries(written);
}

/** A vendor that demands a parameter refuses a request without it, in words that name none of our options. */
function held(provider: Provider, settings: ModelSettings): Provider {
  if (typeof provider?.complete !== "function") {
    throw unfit(`The provider of the model "${settings.id}" has no method complete(request, signal).`, "A provider is what openai({ … }) gives.");
  }
  const parameters = parametersOf(settings) as Readonly<Record<string, unknown>>;
  const missing = provider.kind?.demands.find((name) => parameters[name] === undefined);
  if (missing === undefined) return provider;
  const [ours = missing] = Object.entries(names).find(([, sent]) => sent === missing) ?? [];
  throw unfit(`${provider.kind?.name} demands ${ours} of the model "${settings.id}".`, `Write model: { id: "${settings.id}", ${ours}: … }`);
}

/** Limiter and breaker are per provider: each value has a name of its own in a run. */
const keys = new WeakMap<Gates, Map<ProviderValue, string>>();

function keyOf(provider: ProviderValue, kind: string, gates: Gates): string {
  const known = keys.get(gates) ?? new Map<ProviderValue, string>();
  keys.set(gates, known);
  const key = known.get(provider) ?? `${kind}${known.size === 0 ? "" : `-${known.size + 1}`}`;
  known.set(provider, key);
  return key;
}

function isList(option: ModelOption): option is readonly (string | ModelSettings)[] {
  return Array.isArray(option);
}
