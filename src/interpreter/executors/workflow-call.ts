import type { Json } from "../../diagnostics/json.ts";
import type { WorkflowCallNode } from "../../graph/expressions.ts";
import { executeArguments } from "../arguments.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";
import { callWorkflow, workflowOf } from "../workflows.ts";

export async function executeWorkflowCall(node: WorkflowCallNode, frame: Frame): Promise<Json> {
  const workflow = workflowOf(node.workflow, frame.run);
  const args = await executeArguments(node.args, workflow.params, frame);
  return step({ kind: node.kind, path: pathOf(node, frame), place: node.place, name: workflow.name }, frame, (inner) =>
    callWorkflow(node.workflow, args, node.options, inner),
  );
}
