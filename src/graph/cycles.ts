import type { Graph } from "./graph.ts";
import { at, type Problem } from "./lookup.ts";

type Section = "workflows" | "agents" | "templates" | "models" | "types";

/**
 * The first declaration that comes back to itself, or undefined. No program has one, and what walks a graph relies on it:
 * the language has no recursion. Handoffs may go round, because turns bound them.
 */
export function cycles(graph: Graph): Problem | undefined {
  const done = new Set<string>();
  const around: string[] = [];

  function visit(section: Section, key: string): readonly string[] | undefined {
    const id = at(`$.${section}`, key);
    if (done.has(id)) return undefined;
    if (around.includes(id)) return [...around.slice(around.indexOf(id)), id];
    around.push(id);
    for (const [next, to] of edges(graph[section][key])) {
      const found = visit(next, to);
      if (found !== undefined) return found;
    }
    around.pop();
    done.add(id);
    return undefined;
  }

  for (const section of ["workflows", "agents", "templates", "models", "types"] as const) {
    for (const key of Object.keys(graph[section])) {
      const found = visit(section, key);
      if (found !== undefined) return { path: found[0] ?? "$", message: `The graph goes round in a circle: ${found.join(", ")}.` };
    }
  }
  return undefined;
}

/** What a node leads to, wherever in it that is named. */
function edges(node: unknown): readonly (readonly [Section, string])[] {
  if (typeof node !== "object" || node === null) return [];
  // What stands in these is data that may look like a node.
  const data = ["handoffs", "params", ...("kind" in node && node.kind === "literal" ? ["value"] : [])];
  const inner = Object.entries(node).flatMap(([key, value]) => (data.includes(key) ? [] : edges(value)));
  return [...edgesOf(node as Readonly<Record<string, unknown>>), ...inner];
}

function edgesOf(node: Readonly<Record<string, unknown>>): readonly (readonly [Section, string])[] {
  const to = (section: Section, key: unknown) => (typeof key === "string" ? [[section, key] as const] : []);
  if (node["of"] === "agent") return to("agents", node["key"]);
  switch (node["kind"]) {
    case "workflow_call":
      return to("workflows", node["workflow"]);
    case "agent_call":
    case "chat":
      return to("agents", node["agent"]);
    case "template_call":
      return to("templates", node["template"]);
    case "record":
      return to("types", node["name"]);
    case "fallback":
    case "round_robin":
      return Array.isArray(node["models"]) ? node["models"].flatMap((key) => to("models", key)) : [];
    default:
      return [];
  }
}
