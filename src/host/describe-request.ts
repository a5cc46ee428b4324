import type { ModelRequest, Provider } from "../agent/provider.ts";
import type { ProviderNode } from "../graph/graph.ts";
import { openProvider } from "./open-provider.ts";
import type { Project } from "./project.ts";

export type Described = ReturnType<NonNullable<Provider["describe"]>>;

/**
 * The HTTP request that a provider would send, without sending it and without reading a variable's value: `<NAME>` stands
 * in its place, or its default. Undefined for a provider that sends none or does not say, and for one from a module: looking
 * at a prompt runs nobody's code.
 */
export async function describeRequest(node: ProviderNode, request: ModelRequest, project: Project): Promise<Described | undefined> {
  if ("module" in node.of || node.of.kind === "simulator") return undefined;
  const { provider } = await openProvider(node, { project, simulate: false, variable: ({ name, default: otherwise }) => otherwise ?? `<${name}>` });
  try {
    return provider.describe?.(request);
  } finally {
    await provider.close?.();
  }
}
