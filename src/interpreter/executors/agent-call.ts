import type { Json } from "../../diagnostics/json.ts";
import type { AgentCallNode } from "../../graph/expressions.ts";
import { agentOf, callAgent } from "../agents.ts";
import { executeArguments } from "../arguments.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";
import { asString } from "../values/kinds.ts";

export async function executeAgentCall(node: AgentCallNode, frame: Frame): Promise<Json> {
  const { run } = frame;
  const agent = agentOf(node.agent, run);
  const args = await executeArguments(node.args, agent.params, frame);
  const { model, ...rest } = node.options;
  const options = model === undefined ? rest : { ...rest, model: asString(await execute(model, frame), "The model of a call", model.place) };
  return step({ kind: node.kind, path: pathOf(node, frame), place: node.place, name: agent.name }, frame, async (inner) => {
    const { value } = await callAgent(node.agent, args, options, inner, run);
    return value;
  });
}
