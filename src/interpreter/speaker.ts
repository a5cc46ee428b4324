import type { Message } from "../agent/provider.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import type { AgentNode, MessageNode } from "../graph/graph.ts";
import type { Run } from "./frame.ts";
import { renderMessages } from "./messages.ts";
import { Variables } from "./variables.ts";

/** Who speaks in a conversation: an agent with its arguments. */
export interface Speaker {
  readonly key: string;
  readonly node: AgentNode;
  /** Every parameter; of an agent that took over those that the handoff binds, and those with defaults. */
  readonly args: JsonObject;
}

/** These of an agent's messages, as they read with its arguments. */
export function openingOf({ node, args }: Speaker, messages: readonly MessageNode[], run: Run): readonly Message[] | Promise<readonly Message[]> {
  return renderMessages(messages, { agent: node.name, variables: Variables.of(args), program: run.program, attach: run.attach });
}
