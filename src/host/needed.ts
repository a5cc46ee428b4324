import type { Graph, TestNode } from "../graph/graph.ts";

/** What a run may come to use, by key: everything that its start reaches. */
export interface Needed {
  /** Of the models those that an agent or a call names itself, and not only through a `fallback` or `round_robin`. */
  readonly direct: ReadonlySet<string>;
  readonly tools: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
  /** MCP servers. */
  readonly servers: ReadonlySet<string>;
}

/** What a test answers for itself: keys of agents, tools and models, and of servers `key.tool`. */
export type Faked = ReadonlySet<string>;

/**
 * What `main` (a workflow's or an agent's key, or a test) reaches through calls, tools, handoffs and models, but for what is
 * faked. The graph is with its profile.
 */
export function needed(graph: Graph, main: string | TestNode, faked: Faked = new Set()): Needed {
  const seen = {
    models: new Set<string>(),
    direct: new Set<string>(),
    tools: new Set<string>(),
    providers: new Set<string>(),
    servers: new Set<string>(),
    bodies: new Set<string>(),
  };

  function body(key: string): void {
    if (seen.bodies.has(key) || faked.has(key)) return;
    seen.bodies.add(key);
    const workflow = graph.workflows[key];
    if (workflow !== undefined) walk(workflow.body);
    const agent = graph.agents[key];
    if (agent === undefined) return;
    walk(agent.model);
    for (const tool of agent.tools) {
      if (tool.of === "tool") found.tool(tool.key);
      if (tool.of === "agent") body(tool.key);
      if (tool.of === "mcp") server(tool.key, tool.tool);
    }
    for (const handoff of agent.handoffs) body(handoff.agent);
  }
  function model(key: string): void {
    if (seen.models.has(key) || faked.has(key)) return;
    seen.models.add(key);
    const node = graph.models[key];
    if (node === undefined) return;
    if (node.kind === "model") seen.providers.add(node.provider);
    else for (const one of node.models) model(one);
  }
  function server(key: string, tool: string): void {
    if (!faked.has(`${key}.${tool}`)) seen.servers.add(key);
  }
  /** Expressions are data: what is called is found wherever it stands. */
  function walk(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const node = value as Readonly<Record<string, unknown>>;
    const called = callees[String(node["kind"])];
    if (called !== undefined) {
      const key = node[called.field];
      if (typeof key === "string") found[called.of](key, String(node["tool"]));
    }
    for (const item of Object.values(node)) if (typeof item === "object") walk(item);
  }

  const found = {
    body,
    model: (key: string) => {
      if (!faked.has(key)) seen.direct.add(key);
      model(key);
    },
    tool: (key: string) => {
      if (!faked.has(key)) seen.tools.add(key);
    },
    server,
  };
  if (typeof main === "string") body(main);
  else walk(main.body);
  return seen;
}

/** Kinds of expression that name what they use, and the field that does. */
const callees: Readonly<Record<string, { readonly field: string; readonly of: "body" | "model" | "tool" | "server" }>> = {
  agent_call: { field: "agent", of: "body" },
  workflow_call: { field: "workflow", of: "body" },
  chat: { field: "agent", of: "body" },
  tool_call: { field: "tool", of: "tool" },
  mcp_call: { field: "server", of: "server" },
  model: { field: "key", of: "model" },
};
