import { callTool } from "../../agent/tool-call.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { ToolCallNode } from "../../graph/expressions.ts";
import { executeArguments } from "../arguments.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";

export async function executeToolCall(node: ToolCallNode, frame: Frame): Promise<Json> {
  const { run } = frame;
  const declared = run.graph.tools[node.tool];
  if (declared === undefined) throw new RunError("internal", `The graph has no tool "${node.tool}".`, { code: "T624", place: node.place });
  const args = await executeArguments(node.args, declared.params, frame);
  const { timeoutMs } = node.options;
  return step({ kind: node.kind, path: pathOf(node, frame), place: node.place, name: declared.name }, frame, ({ path, signal, pots }) =>
    callTool(run.tools.tool(node.tool), args, { path, signal, pots, place: node.place, ...(timeoutMs === undefined ? {} : { timeoutMs }) }, run.runtime),
  );
}
