import type { Message } from "../agent/provider.ts";
import { awaitsAnswer, underSystem, withoutOpening } from "../agent/sequence.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { ChatNode, Expr, ForkNode } from "../graph/expressions.ts";
import { type AgentCallOptions, agentOf, runSpeaker } from "./agents.ts";
import { executeArguments } from "./arguments.ts";
import { Chat, type Said } from "./chat.ts";
import { execute } from "./execute.ts";
import type { Branch, Frame, Limits, Run } from "./frame.ts";
import { speakerOf, systemOf } from "./handoffs.ts";
import { openingOf, type Speaker } from "./speaker.ts";
import { pathOf, step } from "./step.ts";
import { asString } from "./values/kinds.ts";

/** What a `let` may hold beside a value. */
export function makesChat(node: Expr): node is ChatNode | ForkNode {
  return node.kind === "chat" || node.kind === "fork";
}

/** The conversation that a `chat` opens or a `fork` copies. No model is asked yet. */
export async function makeChat(node: ChatNode | ForkNode, frame: Frame): Promise<Chat> {
  frame.run.program.visit?.(node);
  if (node.kind === "fork") return new Chat(frame.variables.chat(node.chat, node.place).said);
  const { run } = frame;
  const agent = agentOf(node.agent, run);
  const speaker: Speaker = { key: node.agent, node: agent, args: await executeArguments(node.args, agent.params, frame) };
  const from = node.from === undefined ? undefined : frame.variables.chat(node.from, node.place).said.messages;
  const session = node.session === undefined ? undefined : asString(await execute(node.session, frame), "The name of a session", node.session.place);
  let chat: Chat | undefined;
  await step({ kind: node.kind, path: pathOf(node, frame), place: node.place, name: agent.name, silent: true }, frame, async (inner) => {
    chat = await openChat({ speaker, from, session, path: inner.path, branch: frame.branch }, run);
    return null;
  });
  if (chat === undefined) throw new RunError("internal", "This is a bug in Tantra: a conversation was not opened.", { place: node.place });
  return chat;
}

export interface ChatStart {
  readonly speaker: Speaker;
  /** A history to go on with in the place of the agent's own opening. */
  readonly from?: readonly Message[] | undefined;
  /** The name under which it is kept. What was kept there before goes before `from` and the opening. */
  readonly session?: string | undefined;
  /** The step that opens it. */
  readonly path: string;
  readonly branch?: Branch | undefined;
}

export async function openChat({ speaker, from, session, path, branch }: ChatStart, run: Run): Promise<Chat> {
  const hold = session === undefined ? undefined : await run.sessions.open(session, { speaker, path, branch }, run);
  const { kept } = hold ?? {};
  if (kept !== undefined) return new Chat(await under(kept.speaker, kept.messages, run), hold);
  if (from !== undefined) return new Chat(await under(speaker, from, run), hold);
  return new Chat({ speaker, messages: await openingOf(speaker, speaker.node.messages, run) }, hold);
}

async function under(speaker: Speaker, messages: readonly Message[], run: Run): Promise<Said> {
  return { speaker, messages: underSystem(await systemOf(speaker, run), messages) };
}

/** What is said beside the agent's replies. */
export function addTo(chat: Chat, message: Message): void {
  refuseBusy(chat);
  const { speaker, messages } = chat.said;
  if (message.role === "system" && withoutOpening(messages).length === 0) {
    throw new RunError("invalid_request", `A conversation begins with the system text of its agent, here "${speaker.node.name}".`, {
      hint: "Write it as `system` of the agent, or add it once something has been said.",
    });
  }
  chat.said = { ...chat.said, messages: [...messages, message] };
}

/** Says a text, if there is one, and gives the agent's answer. A failure leaves the conversation as it was. */
export async function speakIn(chat: Chat, text: string | undefined, options: AgentCallOptions, limits: Limits, run: Run): Promise<Json> {
  refuseBusy(chat);
  const { speaker, messages } = chat.said;
  const said: readonly Message[] = text === undefined ? messages : [...messages, { role: "user", content: text }];
  if (!awaitsAnswer(said)) {
    const hint = 'Say something first: `.send("…")`, or `.add(user: "…")`.';
    const last = said.some(({ role }) => role !== "system") ? "the last word is its own" : "nothing has been said";
    throw new RunError("invalid_request", `There is nothing for the agent "${speaker.node.name}" to answer: ${last}.`, { hint });
  }
  chat.session?.refuseStale();
  chat.busy = true;
  try {
    const spoken = await runSpeaker(speaker, said, options, limits, run);
    const next: Said = { messages: spoken.messages, speaker: speakerOf(spoken.agent) ?? speaker };
    await chat.session?.keep(next);
    chat.said = next;
    return spoken.value;
  } finally {
    chat.busy = false;
  }
}

function refuseBusy({ busy }: Chat): void {
  if (!busy) return;
  throw new RunError("invalid_request", "A conversation is used from two places at once.", {
    hint: "Give each a copy that was made before: `let own = fork(c)`.",
  });
}
