import { callTool } from "../../agent/tool-call.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { McpCallNode } from "../../graph/expressions.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";

/** Calls a tool of a server. Its arguments go as they are written: what may be left out, the server knows. */
export async function executeMcpCall(node: McpCallNode, frame: Frame): Promise<Json> {
  const { run } = frame;
  const declared = run.graph.mcp[node.server];
  if (declared === undefined) throw new RunError("internal", `The graph has no mcp server "${node.server}".`, { code: "T624", place: node.place });
  const given: [string, Json][] = [];
  for (const [name, expr] of Object.entries(node.args)) given.push([name, await execute(expr, frame)]);
  const args = Object.fromEntries(given);
  const { timeoutMs } = node.options;
  const name = `${declared.name}.${node.tool}`;
  return step({ kind: node.kind, path: pathOf(node, frame), place: node.place, name }, frame, async ({ path, signal, pots }) => {
    const tool = await run.servers.tool(node.server, node.tool, node.place, signal);
    const wrong = (await tool.validator?.())?.(args);
    if (wrong !== undefined) {
      throw new RunError("invalid_request", `The arguments for "${name}" do not fit: ${wrong}.`, { hint: "`tantra tools FILE` shows what it takes." });
    }
    return callTool(tool, args, { path, signal, pots, place: node.place, ...(timeoutMs === undefined ? {} : { timeoutMs }) }, run.runtime);
  });
}
