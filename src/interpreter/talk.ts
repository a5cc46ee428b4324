import { onAbort, throwIfAborted } from "../agent/abort.ts";
import { errorInfo } from "../agent/failure.ts";
import { createRedactor } from "../agent/redact.ts";
import { RunFailure } from "../agent/run-failure.ts";
import { createScope } from "../agent/scope.ts";
import { awaitsAnswer } from "../agent/sequence.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { Graph } from "../graph/graph.ts";
import { Chat, type Said } from "./chat.ts";
import { openChat, speakIn } from "./chats.ts";
import type { Frame } from "./frame.ts";
import type { RunOptions } from "./options.ts";
import { closeRun, createRun, rootPots } from "./run.ts";
import { fittedInput, startOf, withProfile } from "./start.ts";
import { asRunError, step } from "./step.ts";
import { Variables } from "./variables.ts";

export interface TalkOptions extends RunOptions {
  /** The name under which the conversation is kept. */
  readonly session?: string;
}

/** A conversation with an agent outside of every workflow. It is one run, which lasts until it is ended. */
export interface Talk {
  /** The conversation that it begins with. */
  readonly chat: Chat;
  /** Whether something was said that nobody has answered: the agent's own prompt, the end of a session. */
  awaits(chat: Chat): boolean;
  /** Says a text, if there is one, and gives the answer. Throws a `RunFailure`, and the conversation is as it was. */
  send(chat: Chat, text: string | undefined, signal: AbortSignal): Promise<Json>;
  /** A copy that goes its own way, and is not kept in the session. */
  fork(chat: Chat): Chat;
  /** Takes back what was said last and all that came of it. Gives that text; undefined: there is nothing to take back. */
  undo(chat: Chat): Promise<string | undefined>;
  end(): Promise<void>;
}

/** Begins to talk with the agent `options.main`. Throws a `RunError` where that cannot be. */
export async function openTalk(graph: Graph, options: TalkOptions): Promise<Talk> {
  const chosen = withProfile(graph, options.profile);
  const start = startOf(chosen, options.main, { talk: true });
  if (start.of === "workflow")
    throw new RunError("invalid_request", `"${start.node.name}" is a workflow, and only an agent can be talked to.`, { code: "T621" });
  const input = fittedInput(start, options.input, chosen);
  const { key, node } = start;
  const run = await createRun(chosen, options, node.name);
  const { emit, clock, ledger, runId, seed, deadlines } = run.runtime;
  const startedAt = clock.now();
  const root = node.name;
  const { place } = node;
  const redactor = createRedactor(options.secrets ?? []);
  const scope = createScope(options.signal ?? new AbortController().signal, { deadlines });
  const pots = rootPots(options);
  const totals = () => ({ usage: ledger.usage, cost: ledger.cost, durationMs: clock.now() - startedAt });
  /** How each conversation stood before what was said in it here. */
  const past = new Map<Chat, readonly Said[]>();
  let sends = 0;
  let last: Json = null;

  async function close(failed?: RunError): Promise<void> {
    scope.dispose();
    await closeRun(run);
    if (failed === undefined) emit(root, { type: "run.finished", value: last, ...totals() });
    else emit(root, { type: "run.failed", error: errorInfo(failed), ...totals() });
  }
  const failure = (thrown: unknown): RunFailure => new RunFailure(asRunError(thrown).at(root, place), { runId, ...totals() }, redactor);

  const { profile, session } = options;
  emit(root, { type: "run.started", main: key, input, seed, place, ...(profile === undefined ? {} : { profile }) });
  let chat: Chat;
  try {
    chat = await openChat({ speaker: { key, node, args: input }, session, path: root }, run);
  } catch (thrown) {
    const error = failure(thrown);
    await close(error);
    throw error;
  }

  return {
    chat,
    awaits: ({ said }) => awaitsAnswer(said.messages),
    async send(chat, text, signal) {
      const before = chat.said;
      try {
        throwIfAborted(signal);
        const own = createScope(scope.signal, { deadlines });
        const letGo = onAbort(signal, () => own.cancel(asRunError(signal.reason)));
        const frame: Frame = { run, path: root, variables: new Variables(), signal: own.signal, pots };
        try {
          const info = { kind: "chat_send", path: `${root}/send[${sends++}]`, place, name: before.speaker.node.name };
          last = await step(info, frame, (inner) => speakIn(chat, text, {}, inner, run));
        } finally {
          letGo();
          own.dispose();
        }
        past.set(chat, [...(past.get(chat) ?? []), before]);
        return last;
      } catch (thrown) {
        throw failure(thrown);
      }
    },
    fork(chat) {
      const copy = new Chat(chat.said);
      past.set(copy, past.get(chat) ?? []);
      return copy;
    },
    async undo(chat) {
      const steps = past.get(chat) ?? [];
      const before = steps.at(-1) ?? withoutLastWord(chat.said);
      if (before === undefined) return undefined;
      const said = chat.said.messages.slice(before.messages.length).find(({ role }) => role === "user");
      try {
        await chat.session?.keep(before);
      } catch (thrown) {
        throw failure(thrown);
      }
      chat.said = before;
      past.set(chat, steps.slice(0, -1));
      return said?.content ?? "";
    },
    end: () => close(),
  };
}

/** Of a session that is gone on with: as it was before its last question. */
function withoutLastWord({ messages, speaker }: Said): Said | undefined {
  const index = messages.findLastIndex(({ role }) => role === "user");
  return index === -1 ? undefined : { messages: messages.slice(0, index), speaker };
}
