import type { Provider } from "../agent/provider.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { unfit } from "../embed/unfit.ts";
import type { Graph, ProviderNode, ToolNode } from "../graph/graph.ts";
import type { OpenedProvider, ToolFunction } from "../interpreter/options.ts";

/** What a host gives in the place of declarations, by their keys. */
export interface HostValues {
  readonly providers: ReadonlyMap<string, OpenedProvider>;
  readonly tools: ReadonlyMap<string, ToolFunction>;
}
/** By a declaration's name, or by its key (`file#name`) where several files have one of that name. */
export interface GivenValues {
  readonly providers?: Readonly<Record<string, Provider | undefined>>;
  readonly tools?: Readonly<Record<string, ToolFunction | undefined>>;
}

/** What the host gives, held to what the program declares. Throws `RunError` T621 for a name that means nothing or a value that is none. */
export function hostValues({ providers = {}, tools = {} }: GivenValues, graph: Graph): HostValues {
  return {
    providers: placed("provider", providers, graph.providers, graph, (provider, node) => opened(provider, node)),
    tools: placed("tool", tools, graph.tools, graph, (given, node) => {
      if (typeof given === "function") return given;
      throw unfit(`What is given for the tool "${node.name}" is no function.`, `Write tools: { ${node.name}: async (args) => … }`, node.place);
    }),
  };
}

/** The graph for a run that is given values: their declarations name no variable, no host and no module any more. */
export function withHostValues(graph: Graph, host: HostValues | undefined): Graph {
  if (host === undefined || host.providers.size + host.tools.size === 0) return graph;
  const bare = (node: ProviderNode): ProviderNode => ({ ...node, options: {} });
  const given = (node: ToolNode): ToolNode => ({ ...node, module: "the function that the host gives" });
  return { ...graph, providers: changed(graph.providers, host.providers, bare), tools: changed(graph.tools, host.tools, given) };
}

function changed<N>(nodes: Readonly<Record<string, N>>, keys: ReadonlyMap<string, unknown>, change: (node: N) => N): Readonly<Record<string, N>> {
  return Object.fromEntries(Object.entries(nodes).map(([key, node]) => [key, keys.has(key) ? change(node) : node]));
}

function placed<V, N extends ProviderNode | ToolNode, R>(
  what: string,
  values: Readonly<Record<string, V | undefined>>,
  nodes: Readonly<Record<string, N>>,
  graph: Graph,
  read: (value: V, node: N) => R,
): ReadonlyMap<string, R> {
  const found = new Map<string, R>();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const key = keyOf(what, name, nodes, graph);
    found.set(key, read(value, nodes[key] as N));
  }
  return found;
}

/** The entry file's own declaration goes before those of the files that it imports. */
function keyOf(what: string, name: string, nodes: Readonly<Record<string, ProviderNode | ToolNode>>, graph: Graph): string {
  if (Object.hasOwn(nodes, name)) return name;
  const own = `${graph.sources[0]?.path ?? ""}#${name}`;
  if (Object.hasOwn(nodes, own)) return own;
  const keys = Object.keys(nodes).filter((key) => nodes[key]?.name === name);
  const [key] = keys;
  if (key !== undefined && keys.length === 1) return key;
  if (key !== undefined) throw unfit(`There are ${keys.length} declarations of a ${what} "${name}".`, `Say which: ${keys.map((one) => `"${one}"`).join(", ")}`);
  const names = [...new Set(Object.values(nodes).map((node) => node.name))];
  const nearest = suggest(name, names);
  const has = names.length === 0 ? `The program declares no ${what}.` : `There is ${names.join(", ")}.`;
  throw unfit(`There is no ${what} "${name}" in the program.`, nearest === undefined ? has : `Did you mean "${nearest}"?`);
}

/** The host's own: the run does not close what it did not open. */
function opened(provider: Provider, node: ProviderNode): OpenedProvider {
  if (typeof provider?.complete !== "function") {
    throw unfit(
      `What is given for the provider "${node.name}" has no method complete(request, signal).`,
      "A provider is what openai({ … }) gives.",
      node.place,
    );
  }
  const { kind } = provider;
  const declared = "kind" in node.of ? node.of.kind : node.name;
  const open: Provider = {
    complete: (request, signal) => provider.complete(request, signal),
    ...(kind === undefined ? {} : { kind }),
    ...(provider.free === undefined ? {} : { free: (model) => provider.free?.(model) ?? false }),
  };
  const name = kind?.name ?? declared;
  return {
    provider: open,
    // A declared simulator that is replaced by who knows what may well charge somebody.
    kind: kind === undefined && declared === "simulator" ? node.name : name,
    refusedKeywords: kind?.refusedKeywords ?? [],
    systemTexts: kind?.systemTexts ?? "anywhere",
    simulated: kind?.name === "simulator",
  };
}
