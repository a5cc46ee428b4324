import type { Json } from "../../diagnostics/json.ts";
import type { ChatAddNode, ChatMessagesNode, ChatNode, ChatSendNode, ForkNode } from "../../graph/expressions.ts";
import { addTo, makeChat, speakIn } from "../chats.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";
import { asString } from "../values/kinds.ts";

/** A conversation that no `let` keeps: opened, and gone. */
export async function executeChat(node: ChatNode | ForkNode, frame: Frame): Promise<Json> {
  await makeChat(node, frame);
  return null;
}

export async function executeChatSend(node: ChatSendNode, frame: Frame): Promise<Json> {
  const { run, variables } = frame;
  const chat = variables.chat(node.chat, node.place);
  const text = node.text === undefined ? undefined : asString(await execute(node.text, frame), "What a conversation is told", node.text.place);
  const { model, ...rest } = node.options;
  const options = model === undefined ? rest : { ...rest, model: asString(await execute(model, frame), "The model of a call", model.place) };
  const { name } = chat.said.speaker.node;
  return step({ kind: node.kind, path: pathOf(node, frame), place: node.place, name }, frame, (inner) => speakIn(chat, text, options, inner, run));
}

export async function executeChatAdd({ chat, role, text, place }: ChatAddNode, frame: Frame): Promise<Json> {
  const content = asString(await execute(text, frame), "What is added to a conversation", text.place);
  addTo(frame.variables.chat(chat, place), { role, content });
  return null;
}

export async function executeChatMessages({ chat, place }: ChatMessagesNode, { variables }: Frame): Promise<Json> {
  return variables.chat(chat, place).said.messages.map(({ role, content }) => ({ role, text: content }));
}
