import type { JsonSchema } from "../diagnostics/json.ts";
import type { Graph } from "../graph/graph.ts";
import { modelName, serverRules } from "../interpreter/server-rules.ts";
import type { OpenedServer } from "../tools/mcp/open-server.ts";

/** One tool of a program, as a model would see it. */
export interface ToolRow {
  /** What a model calls it. */
  readonly name: string;
  readonly of: "tool" | "agent" | "mcp";
  /** The module, the agent's place, or the server and its own name for the tool. */
  readonly from: string;
  readonly description?: string;
  readonly parameters: JsonSchema;
  /** A person has to approve each call. */
  readonly approve?: true;
}

/** Declared tools, then agents that stand in another's `tools`, then what the servers list and their declarations let through. */
export async function listTools(graph: Graph, servers: ReadonlyMap<string, OpenedServer>): Promise<readonly ToolRow[]> {
  const schema = (key: string): JsonSchema => graph.schemas[key]?.parameters ?? {};
  const described = (text: string | undefined): { readonly description?: string } => (text === undefined ? {} : { description: text });
  const tools = Object.entries(graph.tools).map(
    ([key, node]): ToolRow => ({ name: node.name, of: "tool", from: node.module, ...described(node.doc), parameters: schema(key) }),
  );
  const asTools = new Set(Object.values(graph.agents).flatMap((agent) => agent.tools.flatMap((ref) => (ref.of === "agent" ? [ref.key] : []))));
  const agents = Object.entries(graph.agents).flatMap(([key, node]): ToolRow[] =>
    asTools.has(key) ? [{ name: node.name, of: "agent", from: node.place, ...described(node.doc), parameters: schema(key) }] : [],
  );
  const listed: ToolRow[] = [];
  for (const [key, server] of servers) {
    const node = graph.mcp[key];
    if (node === undefined) continue;
    const rules = serverRules(node);
    for (const { name, description, parameters } of await server.tools()) {
      if (!rules.allows(name)) continue;
      const approve = rules.approves(name) ? { approve: true as const } : {};
      listed.push({ name: modelName(node, name), of: "mcp", from: `${node.name}.${name}`, ...described(description), parameters, ...approve });
    }
  }
  return [...tools, ...agents, ...listed];
}
