import type { Provider } from "../agent/provider.ts";
import type { RetryPolicy } from "../agent/retry.ts";
import type { Model, ModelChoice } from "../agent/spec.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Graph, ModelNode, RetryRef, SingleModelNode } from "../graph/graph.ts";
import type { OpenedProvider, RunOptions } from "./options.ts";

/** The models of a run, each built when it is first chosen. */
export interface Models {
  /** The model of a key, or the models behind it. */
  choice(key: string): ModelChoice;
  /** Closes every provider that was opened. */
  close(): Promise<void>;
}

export function createModels(graph: Graph, { openProvider, fakes }: Pick<RunOptions, "openProvider" | "fakes">): Models {
  const choices = new Map<string, ModelChoice>();
  const providers = new Map<string, OpenedProvider | Promise<OpenedProvider>>();

  /** Opened once. A failure is kept, too: it is the same for every model of the provider. */
  function open(key: string): OpenedProvider | Promise<OpenedProvider> {
    let opened = providers.get(key);
    if (opened === undefined) {
      opened = openProvider(key, found(graph.providers[key], "provider", key));
      providers.set(key, opened);
      if (opened instanceof Promise) {
        opened.then(
          (provider) => providers.set(key, provider),
          () => undefined,
        );
      }
    }
    return opened;
  }

  function choice(key: string): ModelChoice {
    let known = choices.get(key);
    if (known === undefined) {
      known = build(key, found(graph.models[key], "model", key));
      choices.set(key, known);
    }
    return known;
  }
  function build(key: string, node: ModelNode): ModelChoice {
    const fake = fakes?.model(key);
    if (fake !== undefined) return { of: "model", model: fakedModel(key, node, fake, graph) };
    if (node.kind === "model") return { of: "model", model: createModel(key, node, graph, open) };
    const models = node.models.map(choice);
    return node.kind === "fallback" ? { of: "fallback", key, models, cooldownMs: node.cooldownMs } : { of: "round_robin", key, models };
  }

  return {
    choice,
    async close() {
      const opened = await Promise.allSettled(providers.values());
      await Promise.allSettled(opened.map((one) => (one.status === "fulfilled" ? one.value.provider.close?.() : undefined)));
    },
  };
}

/** What only the opened provider knows (its kind may be the simulator's) is asked of it once it is open. */
function createModel(key: string, node: SingleModelNode, graph: Graph, open: (key: string) => OpenedProvider | Promise<OpenedProvider>): Model {
  const provider = found(graph.providers[node.provider], "provider", node.provider);
  const declaredKind = "kind" in provider.of ? provider.of.kind : provider.of.module;
  const timeouts = [node.timeoutMs, provider.timeoutMs].filter((ms) => ms !== undefined);
  let opened: OpenedProvider | undefined;
  const keep = (value: OpenedProvider): Provider => {
    opened = value;
    return value.provider;
  };
  return {
    key,
    provider: node.provider,
    id: node.id,
    parameters: node.parameters,
    ...(node.extra === undefined ? {} : { extra: node.extra }),
    ...(node.retry === undefined ? {} : { retry: retryPolicy(node.retry, graph) }),
    ...(timeouts.length === 0 ? {} : { attemptTimeoutMs: Math.min(...timeouts) }),
    ...(node.price === undefined ? {} : { price: node.price }),
    get kind() {
      return opened?.kind ?? declaredKind;
    },
    get refusedKeywords() {
      return opened?.refusedKeywords ?? [];
    },
    get systemTexts() {
      return opened?.systemTexts ?? "anywhere";
    },
    get simulated() {
      return opened?.simulated ?? false;
    },
    open() {
      if (opened !== undefined) return opened.provider;
      const opening = open(node.provider);
      return opening instanceof Promise ? opening.then(keep) : keep(opening);
    },
  };
}

/** A model that somebody else answers for, asked as often as its own retry says. */
function fakedModel(key: string, node: ModelNode, fake: Provider, graph: Graph): Model {
  if (node.kind !== "model") return standIn(key, node.name, fake);
  const retry = node.retry === undefined ? {} : { retry: retryPolicy(node.retry, graph) };
  return { ...standIn(key, node.id, fake), parameters: node.parameters, ...retry };
}

/** A provider as the one model behind a key, with no limits, breaker or price. */
export function standIn(key: string, id: string, provider: Provider): Model {
  return { key, provider: key, id, kind: "simulator", parameters: {}, refusedKeywords: [], simulated: true, open: () => provider };
}

export function retryPolicy(ref: RetryRef, { retries }: Pick<Graph, "retries">): RetryPolicy | "none" {
  return ref === "none" ? "none" : found(retries[ref.retry], "retry", ref.retry);
}

function found<T>(node: T | undefined, what: string, key: string): T {
  if (node === undefined) throw new RunError("internal", `The graph has no ${what} "${key}".`, { code: "T624" });
  return node;
}
