import type { ErrorInfo, EventOf } from "../agent/events.ts";
import { askedOf } from "../agent/recall.ts";
import { createRedactor } from "../agent/redact.ts";
import { notToldToModel } from "../diagnostics/classes.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import type { KeptRun } from "./kept-run.ts";
import type { Hash } from "./lines.ts";
import { type AskedModel, canEndScope, type Entry, type ListingEntry, type ModelEntry, type ToolEntry } from "./recording.ts";
import { agentPath } from "./requests.ts";
import { createSourceOrder } from "./source-order.ts";

export interface Happened extends Pick<KeptRun, "events" | "notes"> {
  /** Blocks whose winners were known before: no other branch has begun. */
  readonly decided?: ReadonlySet<string>;
}

/**
 * What of a run can be played again, in the order of the source. Left out: what was given up and what happened in branches
 * that a `race` or a `need` did not go on with, for a replay does not come by there.
 */
export function entriesOf({ events, notes, decided = new Set() }: Happened, hash: Hash): readonly Entry[] {
  const turns = createTurns(hash);
  const calls = new Map<string, ToolEntry>();
  const called = new Map<string, Json>();
  const asked = new Map<string, string>();
  const others = new Map<string, Entry>();
  const order = createSourceOrder<Entry>();

  for (const { event } of events) {
    order.see(event);
    const { path, type } = event;
    if (type === "model.requested" || type === "model.replied" || type === "model.failed" || type === "agent.failed") turns.see(event);
    else if (type === "tool.called" && event.attempt === 1) called.set(path, event.arguments);
    else if (type === "tool.returned" || type === "tool.failed") {
      const entry = toolEntry(event, called.get(path) ?? {});
      if (entry !== undefined) calls.set(path, entry);
    } else if (type === "ask.waiting") {
      // Whether a call was approved, what came of it tells.
      if (event.of === "ask") asked.set(path, event.question);
    } else if (type === "ask.answered") {
      const question = asked.get(path);
      if (question !== undefined) others.set(`ask ${path}`, { of: "ask", path, question, hash: event.asked ?? "", answer: event.answer });
    }
  }
  for (const { note } of notes) {
    const { path, of, value, asked: by } = note;
    const call = calls.get(path);
    if (of === "winners") others.set(`winners ${path}`, { of, path, branches: [...(value as readonly number[])].sort((a, b) => a - b) });
    else if (of === "session" && value !== true) others.set(`session ${path}`, { of, path, name: by, text: value as string | null });
    else if (of === "listing")
      others.set(`listing ${path} ${by}`, { of, server: path, ...(by === "" ? {} : { since: by }), listed: value as unknown as ListingEntry["listed"] });
    else if ((of === "attached" || of === "store") && call !== undefined && "result" in call.end)
      calls.set(path, { ...call, end: { ...call.end, [of]: value } });
  }
  rankWrites(calls);

  /** Where each failure was gone on from. */
  const caught = new Map<string, string[]>();
  for (const { note } of notes) {
    if (note.of !== "failure") continue;
    const failure = failureKey(note.value as unknown as ErrorInfo);
    caught.set(failure, [...(caught.get(failure) ?? []), order.blockOf(note.path) ?? note.path.replace(/\/catch@.*$/, "")]);
  }
  const losing = new Map<string, readonly number[]>();
  const listings: Entry[] = [];
  for (const entry of [...others.values(), ...turns.entries(), ...calls.values()]) {
    if (entry.of === "winners" && !decided.has(entry.path)) losing.set(entry.path, entry.branches);
    if (entry.of === "listing") listings.push(entry);
    else order.add(entry.path, withCatchers(entry, caught));
  }
  const ordered = order.items(({ block, index }) => losing.get(block)?.includes(index) === false);
  return [...listings.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)), ...ordered];
}

function keyOf(entry: Entry): string {
  return entry.of === "listing" ? `${entry.server} ${entry.since ?? ""}` : "";
}

function failureKey({ code, path, message }: ErrorInfo): string {
  return `${code} ${path} ${message}`;
}

function withCatchers(entry: Entry, caught: ReadonlyMap<string, readonly string[]>): Entry {
  if ((entry.of !== "model" && entry.of !== "tool") || !("failed" in entry.end) || !canEndScope(entry.end.failed)) return entry;
  const { failed, ...more } = entry.end;
  const end = { failed, caught: [...new Set(caught.get(failureKey(failed)))].sort(), ...more };
  return entry.of === "model" ? { ...entry, end } : { ...entry, end };
}

/** Requests and their ends. */
function createTurns(hash: Hash) {
  // What is kept has no secret in it any more.
  const redactor = createRedactor([]);
  const entries = new Map<string, ModelEntry[]>();
  const latest = new Map<string, EventOf<"model.requested">>();
  /** Sent, and not answered yet: of several attempts the first. */
  const open = new Map<string, { readonly event: EventOf<"model.requested">; failed?: EventOf<"model.failed"> }>();

  function add(path: string, entry: ModelEntry): void {
    const before = entries.get(path) ?? [];
    // One that asks something else was asked by a process that ran another program.
    const same = before.filter((other) => saidIn(other) === saidIn(entry) || entry.asked === undefined);
    entries.set(path, [...same, entry]);
  }

  function failedAgent({ path: agent, error, agent: name }: EventOf<"agent.failed">): void {
    for (const [path, { event, failed }] of open) {
      if (agentPath(path) !== agent || failed === undefined) continue;
      open.delete(path);
      if (error.class !== "cancelled") add(path, { of: "model", path, agent: name, asked: askedBy(event), end: { failed: error } });
    }
    // It failed before it was sent; or its last reply was not fit, and that was not asked again.
    const { path, class: errorClass } = error;
    const isTurn = agentPath(path) === agent && path !== agent;
    const last = entries.get(path)?.at(-1);
    const unfit = errorClass === "invalid_output" || errorClass === "content_filter";
    if (isTurn && (last === undefined || (unfit && "reply" in last.end))) add(path, { of: "model", path, agent: name, end: { failed: error } });
  }

  return {
    see(event: EventOf<"model.requested" | "model.replied" | "model.failed" | "agent.failed">): void {
      const { path } = event;
      if (event.type === "agent.failed") failedAgent(event);
      else if (event.type === "model.requested") {
        if (open.get(path)?.failed === undefined) open.set(path, { event });
        latest.set(path, event);
      } else if (event.type === "model.failed") {
        const sent = open.get(path);
        if (sent !== undefined) sent.failed = event;
      } else {
        const sent = latest.get(path);
        open.delete(path);
        if (sent === undefined) return;
        const { reply, usage, cost, pricedAs, agent, asked } = event;
        const { responseId: _, ...said } = reply;
        const by = askedBy(sent);
        const own = askedOf(by.request, by, { hash, redactor });
        const hashed = asked === undefined || asked === own ? by : { ...by, hash: asked };
        add(path, { of: "model", path, agent, asked: hashed, end: { reply: said, usage, cost, ...(pricedAs === undefined ? {} : { pricedAs }) } });
      }
    },
    entries: (): ModelEntry[] => [...entries.values()].flat(),
  };
}

function askedBy({ model, provider, attempt, request }: EventOf<"model.requested">): AskedModel {
  return { model, provider, attempt, request };
}

function saidIn({ asked }: ModelEntry): string {
  return JSON.stringify(asked?.request.messages);
}

function toolEntry(event: EventOf<"tool.returned"> | EventOf<"tool.failed">, args: Json): ToolEntry | undefined {
  const { path, tool } = event;
  const call = { of: "tool", path, tool, arguments: args } as const;
  if (event.type === "tool.returned") {
    const { result, truncatedFrom } = event;
    return { ...call, end: { result, ...(truncatedFrom === undefined ? {} : { truncatedFrom }) } };
  }
  const { error, words, callId, asked } = event;
  // What no tool was reached by is found out again.
  const refused = callId !== undefined && asked === undefined && !(notToldToModel as readonly string[]).includes(error.class);
  if (refused || error.class === "cancelled") return undefined;
  return { ...call, end: { failed: error, ...(words === undefined ? {} : { words }) } };
}

type Written = Readonly<Record<string, { readonly value: Json; readonly number: number }>>;

/** A write's number says which one of a key was later; how high it is depends on what else was written meanwhile. */
function rankWrites(calls: Map<string, ToolEntry>): void {
  const writes = new Map<string, number[]>();
  const writtenBy = ({ end }: ToolEntry): Written => ("result" in end ? ((end.store ?? {}) as unknown as Written) : {});
  for (const call of calls.values()) for (const [key, { number }] of Object.entries(writtenBy(call))) writes.set(key, [...(writes.get(key) ?? []), number]);
  for (const numbers of writes.values()) numbers.sort((a, b) => a - b);
  for (const [path, call] of calls) {
    const own = Object.entries(writtenBy(call));
    if (own.length === 0) continue;
    const ranked = own.map(([key, { value, number }]): [string, JsonObject] => [key, { value, number: (writes.get(key)?.indexOf(number) ?? 0) + 1 }]);
    calls.set(path, { ...call, end: { ...call.end, store: Object.fromEntries(ranked) } as ToolEntry["end"] });
  }
}
