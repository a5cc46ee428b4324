import type { RunEvent } from "../../agent/events.ts";
import type { Message, ToolCall } from "../../agent/provider.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { Order } from "./order.ts";

/** What was said in one run of an agent (one `send` of a conversation), or what a workflow asked of a tool. */
export type Exchange =
  | {
      readonly with: "agent";
      readonly name: string;
      readonly path: string;
      readonly said: readonly Said[];
      /** So many messages at its beginning are those of an earlier exchange: a history that it goes on with. */
      readonly since?: { readonly path: string; readonly messages: number };
    }
  | { readonly with: "tool"; readonly name: string; readonly path: string; readonly arguments: Json; readonly outcome?: Json; readonly error?: Failed };

export interface Failed {
  readonly class: ErrorClass;
  readonly message: string;
}
export type Said =
  | {
      readonly kind: "message";
      readonly role: Message["role"];
      readonly text: string;
      /** Whose result it is. */
      readonly tool?: string;
      readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
      /** Images and files. */
      readonly attached?: readonly string[];
    }
  /** A request that failed, or the agent as a whole. */
  | ({ readonly kind: "failed" } & Failed)
  | { readonly kind: "retry"; readonly attempt: number; readonly delayMs: number }
  | { readonly kind: "fallback"; readonly to: string }
  | { readonly kind: "handoff"; readonly to: string }
  /** The reply before it does not fit. */
  | { readonly kind: "invalid"; readonly message: string }
  /** A `check` that does not hold. */
  | { readonly kind: "check"; readonly name: string };

/** What was said in a test so far. */
export interface Transcript {
  see(event: RunEvent): void;
  /** In the order of paths. */
  exchanges(): readonly Exchange[];
}

/** An exchange while it goes on. */
interface Open {
  exchange: Exchange;
  readonly seq: number;
  readonly said: Said[];
  /** All messages of the last request, with the reply to it. */
  messages: Message[];
  /** Whether `messages` ends with that reply, which the next request repeats if it goes on from there. */
  replied: boolean;
}

export function createTranscript(order: Order): Transcript {
  const all: Open[] = [];
  const open = new Map<string, Open>();

  function begin(exchange: Exchange): Open {
    const said: Said[] = [];
    const begun = { exchange: exchange.with === "agent" ? { ...exchange, said } : exchange, seq: all.length, said, messages: [], replied: false };
    all.push(begun);
    open.set(exchange.path, begun);
    return begun;
  }

  function requested(on: Open, messages: readonly Message[]): void {
    const { exchange } = on;
    const first = on.said.length === 0;
    const [system] = messages;
    if (!first && system?.role === "system" && system.content !== on.messages[0]?.content) on.said.push(asSaid(system));
    const before = on.replied ? on.messages.length - 1 : on.messages.length;
    // As long as the one before: it is sent once more.
    const fresh = messages.slice(before);
    const [reply] = fresh;
    if (on.replied && reply?.role === "assistant") fresh.shift();
    on.said.push(...fresh.map(asSaid));
    if (first && exchange.with === "agent") {
      const since = historyOf(messages, all.slice(0, on.seq));
      if (since !== undefined) on.exchange = { ...exchange, said: on.said, since };
    }
    on.messages = [...messages];
    on.replied = false;
  }

  return {
    see(event) {
      const { path, type } = event;
      if (type === "agent.started") begin({ with: "agent", name: event.agent, path, said: [] });
      if (type === "tool.called" && !inTurn.test(path) && event.attempt === 1) begin({ with: "tool", name: event.tool, path, arguments: event.arguments });
      const on = open.get(path) ?? open.get(path.replace(turnIn, ""));
      if (on === undefined) return;
      const { said, exchange } = on;
      switch (type) {
        case "tool.returned":
          if (exchange.with === "tool") on.exchange = { ...exchange, outcome: event.result };
          return;
        case "tool.failed":
          if (exchange.with === "tool") on.exchange = { ...exchange, error: failed(event.error) };
          return;
        case "model.requested":
          requested(on, event.request.messages);
          return;
        case "model.replied": {
          const { text, toolCalls } = event.reply;
          const reply: Message = { role: "assistant", content: text, ...(toolCalls.length === 0 ? {} : { toolCalls }) };
          said.push(asSaid(reply));
          on.messages.push(reply);
          on.replied = true;
          return;
        }
        case "model.failed":
          said.push({ kind: "failed", ...failed(event.error) });
          return;
        case "agent.failed": {
          const last = said.at(-1);
          if (last === undefined || !("message" in last) || last.message !== event.error.message) said.push({ kind: "failed", ...failed(event.error) });
          return;
        }
        case "retry.scheduled":
          said.push({ kind: "retry", attempt: event.nextAttempt, delayMs: event.delayMs });
          return;
        case "fallback.entered":
          said.push({ kind: "fallback", to: event.to });
          return;
        case "handoff.taken":
          said.push({ kind: "handoff", to: event.to });
          return;
        case "output.invalid":
          said.push({ kind: "invalid", message: event.message });
          return;
        case "check.failed":
          said.push({ kind: "check", name: event.check });
      }
    },
    exchanges: () => all.toSorted((a, b) => order.compare(placed(a), placed(b))).map(({ exchange }) => exchange),
  };
}

const turnIn = /\/turn\[\d+\](\/call\[\d+\]\/[^/]*)?$/;
const inTurn = /\/turn\[\d+\]\/call\[\d+\]\//;

function placed({ exchange: { path }, seq }: Open) {
  return { path, seq };
}

function failed({ class: errorClass, message }: Failed): Failed {
  return { class: errorClass, message };
}

function asSaid(message: Message): Said {
  const { role, content } = message;
  const attached = "parts" in message ? (message.parts ?? []).flatMap((part) => (part.type === "text" ? [] : [part.name ?? part.mediaType])) : [];
  return {
    kind: "message",
    role,
    text: content,
    ...(role === "tool" ? { tool: message.name } : {}),
    ...("toolCalls" in message && message.toolCalls !== undefined ? { calls: message.toolCalls.map(asCall) } : {}),
    ...(attached.length === 0 ? {} : { attached }),
  };
}

function asCall({ name, arguments: written }: ToolCall): { readonly name: string; readonly arguments: string } {
  return { name, arguments: written };
}

/** The exchange that `messages` goes on from, where somebody had spoken in it: all of it if it can be. Whose system text it was does not matter. */
function historyOf(messages: readonly Message[], before: readonly Open[]): { readonly path: string; readonly messages: number } | undefined {
  const found = before.flatMap(({ exchange, messages: earlier }) => {
    let same = 0;
    while (same < messages.length && same < earlier.length && sameMessage(messages[same], earlier[same])) same++;
    const spoken = messages.slice(0, same).some(({ role }) => role === "assistant");
    return spoken ? [{ path: exchange.path, messages: same, whole: same === earlier.length }] : [];
  });
  const [best] = found.toSorted((a, b) => b.messages - a.messages || Number(b.whole) - Number(a.whole));
  return best && { path: best.path, messages: best.messages };
}

function sameMessage(a: Message | undefined, b: Message | undefined): boolean {
  return a !== undefined && b !== undefined && a.role === b.role && (a.role === "system" || a.content === b.content);
}
