import type { AgentNode, Graph, WorkflowNode } from "../graph/graph.ts";

/**
 * What a run starts: of the entry file's workflows the only one that no other calls; of a file without workflows its only
 * agent. `mains` are all that may be named instead.
 */
export function mainsOf(
  entry: string,
  workflows: Readonly<Record<string, WorkflowNode>>,
  agents: Readonly<Record<string, AgentNode>>,
  called: ReadonlySet<string>,
): Pick<Graph, "main" | "mains"> {
  const own = (keys: readonly string[]) => keys.filter((key) => key.startsWith(`${entry}#`));
  const mains = own(Object.keys(workflows));
  if (mains.length > 0) return { main: only(mains.filter((key) => !called.has(key))), mains };
  const callable = own(Object.keys(agents)).filter((key) => agents[key]?.callable);
  return { main: only(callable), mains: callable };
}

function only(keys: readonly string[]): string | null {
  const [first] = keys;
  return keys.length === 1 && first !== undefined ? first : null;
}
