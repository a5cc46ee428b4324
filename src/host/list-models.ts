import type { ListedModel, Price, PriceTable } from "../agent/price.ts";
import type { Graph, SingleModelNode } from "../graph/graph.ts";
import { isFree } from "../providers/ollama/free.ts";
import { type Environment, variablesIn } from "./environment.ts";
import { kinds } from "./kinds.ts";

/** What is known of a model of a program without asking anybody. */
export interface ModelRow {
  /** Its key in the graph; its name, or `provider("id")` where it has none. */
  readonly key: string;
  readonly name: string;
  readonly provider: string;
  /** The provider's kind, or the module of one of somebody's own. */
  readonly kind: string;
  readonly id: string;
  /** US dollars for a million tokens: the program's own price, else the table's. Absent: unpriced, or free. */
  readonly price?: Price;
  readonly from?: "program" | "table";
  /** Nobody is charged: it runs on a server of one's own. */
  readonly free: boolean;
  /** The table's price depends on the size or the time of a request. */
  readonly varies: boolean;
  readonly contextTokens?: number;
  /** Variables of its provider that are not set. */
  readonly missing: readonly string[];
  /** Requests leave the machine. */
  readonly network: boolean;
}

/** Every single model that a graph declares or writes where it is used, by key. `prices` is loaded. */
export function listModels(graph: Graph, environment: Environment, prices: PriceTable, now: number): readonly ModelRow[] {
  return Object.entries(graph.models)
    .flatMap(([key, node]) => (node.kind === "model" ? [rowOf(key, node, graph, environment, prices, now)] : []))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function rowOf(key: string, node: SingleModelNode, graph: Graph, environment: Environment, prices: PriceTable, now: number): ModelRow {
  const provider = graph.providers[node.provider];
  const of = provider?.of;
  const kind = of === undefined ? "" : "kind" in of ? of.kind : of.module;
  const listed: ListedModel | undefined = prices.about?.(kind, node.id, now);
  const price = node.price ?? listed?.price;
  const missing = variablesIn(provider?.options ?? {})
    .filter(({ variable }) => variable.default === undefined && environment(variable.name) === undefined)
    .map(({ variable }) => variable.name);
  return {
    key,
    name: node.name,
    provider: provider?.name ?? node.provider,
    kind,
    id: node.id,
    ...(price === undefined ? {} : { price, from: node.price === undefined ? "table" : "program" }),
    free: node.price === undefined && kind === "ollama" && isFree(provider?.options ?? {}, node.id),
    varies: node.price === undefined && (listed?.varies ?? false),
    ...(listed?.contextTokens === undefined ? {} : { contextTokens: listed.contextTokens }),
    missing: [...new Set(missing)],
    network: Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds].network : true,
  };
}
