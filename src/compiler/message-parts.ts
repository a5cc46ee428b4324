import type { Expr, TextPart } from "../graph/expressions.ts";
import type { AgentNode, Graph } from "../graph/graph.ts";

/** The agent with a mark on each message that goes out in parts: one with an image, a file, or a template that is to be cached. */
export function withMessageParts(agent: AgentNode, templates: Graph["templates"]): AgentNode {
  const messages = agent.messages.map((message) => (holdsParts(message.text, templates) ? { ...message, parts: true as const } : message));
  return messages.some((message, index) => message !== agent.messages[index]) ? { ...agent, messages } : agent;
}

/** The call graph of templates has no cycle: what is checked ends. */
function holdsParts(part: TextPart | Expr, templates: Graph["templates"]): boolean {
  if (typeof part === "string") return false;
  const any = (parts: readonly TextPart[]): boolean => parts.some((one) => holdsParts(one, templates));
  switch (part.kind) {
    case "media":
      return true;
    case "text":
      return any(part.parts);
    case "text_for":
      return any(part.body);
    case "text_if":
      return any(part.then) || any(part.else);
    case "template_call": {
      const template = templates[part.template];
      return template !== undefined && (template.options?.["cache"] === true || holdsParts(template.text, templates));
    }
    default:
      return false;
  }
}
