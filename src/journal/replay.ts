import type { Clock } from "../agent/clock.ts";
import type { EventOf, RunEvent } from "../agent/events.ts";
import type { Admission, Journal, Note, NoteKind, StepEnd } from "../agent/journal.ts";
import { askedOf, RecordedFailure, revivedError } from "../agent/recall.ts";
import { createRedactor } from "../agent/redact.ts";
import type { Runtime } from "../agent/runtime.ts";
import { askedOfTool } from "../agent/tool-recall.ts";
import { noCost, noUsage } from "../agent/usage.ts";
import type { Code } from "../diagnostics/codes.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { requestDiff, valueDiff } from "./differences.ts";
import { type KeptEvent, keptEvent } from "./kept-event.ts";
import type { KeptNote } from "./kept-run.ts";
import type { Hash } from "./lines.ts";
import type { Happened } from "./record.ts";
import { canEndScope, type Entry, type FailedEnd, type ModelEntry, type Recording, type ToolEntry } from "./recording.ts";
import { agentPath } from "./requests.ts";

export interface ReplayOptions {
  readonly hash: Hash;
  readonly clock: Clock;
  /** What messages call the recording. */
  readonly name: string;
  /** What is not in the recording: it stops the run, or is done. */
  readonly missing: "stop" | "live";
  /** What to type so that it is recorded. */
  readonly hint: string;
  /** Secrets of this run: a message shows none. */
  readonly secrets: readonly string[];
  /** Where a step stands in the recording; default: at its own path. */
  readonly locate?: (path: string) => string;
  /** What answers for itself: a model's key, a tool's name. */
  readonly exempt?: (asked: { readonly of: "model" | "tool"; readonly name: string }) => boolean;
}

export interface Replay {
  readonly journal: Journal;
  /** Whether the step at `path` was read. */
  wasRead(path: string): boolean;
  listings(server: string): readonly Extract<Entry, { readonly of: "listing" }>[];
  /** What has happened, read or done: what a new recording is made of. */
  readonly happened: Happened;
  /** Whether it was done anew, and failed. */
  hasFailed(entry: Entry): boolean;
  /** How many steps were read, and how many were done. */
  counts(): { readonly read: number; readonly done: number };
}

/** A journal that answers from a recording, and lets nothing be done that is not in it, unless `missing` says so. */
export function replayOf({ entries }: Recording, options: ReplayOptions): Replay {
  const { hash, missing, locate = (path) => path, exempt = () => false } = options;
  const world = { hash, redactor: createRedactor([]) };
  const byPath = new Map<string, Entry[]>();
  for (const entry of entries) if (entry.of !== "listing") byPath.set(entry.path, [...(byPath.get(entry.path) ?? []), entry]);
  /** In a run that failed, branches were stopped in the middle: there the recording ends before the failure is come by. */
  const failing = entries.some((entry) => "end" in entry && "failed" in entry.end);
  const read = new Set<string>();
  const done = new Set<string>();
  const events: KeptEvent[] = [];
  const notes: KeptNote[] = [];
  const decided = new Set<string>();

  const redactor = createRedactor(options.secrets);
  /** As it would be recorded. */
  function shown<S extends Admission>(step: S): S {
    if (step.of === "model") return { ...step, request: redactor.value(step.request) };
    return step.of === "tool" ? { ...step, arguments: redactor.value(step.arguments) } : step;
  }
  function at<O extends Entry["of"]>(path: string, of: O): readonly Extract<Entry, { readonly of: O }>[] {
    return (byPath.get(locate(path)) ?? []).filter((entry): entry is Extract<Entry, { readonly of: O }> => entry.of === of);
  }
  function keep(note: Note): void {
    notes.push({ n: notes.length + 1, note });
  }
  function take(event: RunEvent): void {
    // Pieces of what is told whole.
    if (missing === "live" && event.type !== "model.delta") events.push(keptEvent(event, events.length + 1));
  }

  function endsAt(path: string, type: StepEnd): readonly RunEvent[] {
    const base = { seq: 0, at: 0, runId: "", path };
    if (type === "model.replied") return at(path, "model").flatMap((entry) => repliedEvent(entry, base, world));
    if (type === "ask.answered") return at(path, "ask").map(({ answer, hash: asked }): EventOf<"ask.answered"> => ({ ...base, type, answer, asked }));
    return at(path, "tool").flatMap((entry) => (exempt({ of: "tool", name: entry.tool }) || endsScope(entry) ? [] : toolEvent(entry, type, base, world)));
  }

  /** The failure of then. Where it was a scope's around the step, it is no failure that a `catch` within may take. */
  function revived({ failed, caught }: FailedEnd, recordedPath: string, path: string): RunError {
    const { class: errorClass, message, code, place, hint, others = [] } = failed;
    const error = new RecordedFailure(errorClass, message, {
      code: code as Code,
      path: failed.path === recordedPath ? path : failed.path,
      others: others.map((other) => revivedError(other as unknown as Json, other.path)),
      ...(place === undefined ? {} : { place }),
      ...(hint === undefined ? {} : { hint }),
    });
    if (caught !== undefined) error.takenAt = (at) => caught.includes(locate(at));
    return error;
  }

  /** The failure that the step has come to then. */
  function failureOf(step: Admission): RunError | undefined {
    if (step.of === "tool") {
      const asked = askedOfTool({ name: step.tool }, shown(step).arguments, world);
      const call = at(step.path, "tool").find((each) => endsScope(each) && askedOfTool({ name: each.tool }, each.arguments, world) === asked);
      if (call === undefined || !("failed" in call.end)) return undefined;
      const base = { seq: 0, at: 0, runId: "", path: step.path };
      take({ ...base, type: "tool.called", tool: call.tool, arguments: call.arguments, attempt: 1 });
      take({ ...base, type: "tool.failed", tool: call.tool, error: call.end.failed, durationMs: 0 });
      return revived(call.end, call.path, step.path);
    }
    const entry = step.of === "model" ? at(step.path, "model").find(({ end }) => "failed" in end) : undefined;
    if (entry === undefined || !("failed" in entry.end) || step.of !== "model") return undefined;
    const { asked } = entry;
    if (asked !== undefined && !isSame(asked, shown(step), world)) return undefined;
    if (asked !== undefined) {
      // Nothing is sent, and what was sent then stays in a new recording.
      const { agent } = entry;
      const { path } = step;
      const part = { agent, model: asked.model, provider: asked.provider, modelId: asked.request.model, turn: turnOf(path), attempt: asked.attempt };
      const base = { seq: 0, at: 0, runId: "", path };
      take({ ...base, type: "model.requested", request: asked.request, waitedMs: 0, ...part });
      take({ ...base, type: "model.failed", error: entry.end.failed, usage: noUsage, cost: noCost, durationMs: 0, outcome: "failed", ...part });
    }
    return revived(entry.end, entry.path, step.path);
  }

  function refusal(step: Admission): RunError {
    const unlike = unlikeness(shown(step), byPath.get(locate(step.path)) ?? []);
    const where = { path: step.path, ...(step.of === "model" && step.place !== undefined ? { place: step.place } : {}) };
    if (unlike !== undefined)
      return new RunError("internal", `${unlike.what} is not what was recorded in ${options.name}.`, {
        code: "T654",
        ...where,
        diff: unlike.diff,
        hint: options.hint,
      });
    return new RunError("internal", `${askedNow(step)}, and ${options.name} has nothing of that${lastBefore(step.path)}.`, {
      code: "T655",
      ...where,
      hint: options.hint,
    });
  }

  /** How far the recording goes where the step stands. */
  function lastBefore(live: string): string {
    const path = locate(live);
    const agent = agentPath(path);
    const turns = entries.flatMap((entry) => (entry.of === "model" && entry.path !== path && agentPath(entry.path) === agent ? [entry.path] : []));
    const last = turns.at(-1);
    return last === undefined || agent === path ? "" : `: of this agent it ends with turn[${turnOf(last)}]`;
  }

  async function refuse(step: Admission): Promise<never> {
    const error = refusal(step);
    // What stopped this step then is about to happen in another branch.
    if (failing && error.code === "T655") await options.clock.sleep(graceMs, step.signal);
    throw error;
  }

  function admit(step: Admission): string | undefined | Promise<string | undefined> {
    if (step.of !== "ask" && exempt({ of: step.of, name: step.of === "model" ? step.model : step.tool })) return undefined;
    const path = locate(step.path);
    const failure = failureOf(step);
    if (failure !== undefined) {
      read.add(path);
      throw failure;
    }
    if (missing === "stop") return refuse(step);
    // What stopped this step then is about to happen in another branch.
    if (failing && !byPath.has(path)) return options.clock.sleep(graceMs, step.signal).then(() => doing(step, path));
    return doing(step, path);
  }

  function doing(step: Admission, path: string): string | undefined {
    done.add(path);
    read.add(path);
    const unlike = unlikeness(shown(step), byPath.get(path) ?? []);
    return unlike === undefined ? undefined : `${unlike.what} is not what was recorded: it is done anew.`;
  }

  return {
    journal: {
      strict: true,
      seq: 0,
      spent: [],
      unheard: [],
      spentAt: () => undefined,
      take,
      note: keep,
      flush: async () => undefined,
      ended<T extends StepEnd>(path: string, type: T) {
        const found = endsAt(path, type) as readonly EventOf<T>[];
        if (found.length > 0) read.add(locate(path));
        return found;
      },
      noted(path, of, asked) {
        const value = notedAt(path, of, asked);
        if (value !== undefined && of === "winners") decided.add(path);
        if (value !== undefined) keep({ path, of, asked: of === "session" ? asked() : "", value });
        return value;
      },
      admit,
      unread: () =>
        [...byPath]
          .filter(([path, [first]]) => !read.has(path) && (first?.of === "model" || first?.of === "tool" || first?.of === "ask"))
          .map(([path]) => path),
    },
    wasRead: (path) => read.has(path),
    listings: (server) => entries.filter((entry): entry is Extract<Entry, { readonly of: "listing" }> => entry.of === "listing" && entry.server === server),
    hasFailed: (entry) => "end" in entry && "failed" in entry.end && done.has(locate(entry.path)),
    happened: { events, notes, decided },
    counts: () => ({ read: [...read].filter((path) => !done.has(path)).length, done: done.size }),
  };

  /** Failures are found out again, step by step: what led to them could have changed. */
  function notedAt(path: string, of: NoteKind, asked: () => string): Json | undefined {
    if (of === "winners") return at(path, "winners")[0]?.branches;
    if (of === "session") return at(path, "session").find(({ name }) => name === asked())?.text;
    const end = at(path, "tool")[0]?.end;
    if (end === undefined || !("result" in end)) return undefined;
    return of === "attached" ? end.attached : of === "store" ? end.store : undefined;
  }
}

/** So long a step waits for what stopped it then: a replay waits for nothing else, so that is close by. */
const graceMs = 250;

type World = Pick<Runtime, "hash" | "redactor">;
type Base = Pick<RunEvent, "seq" | "at" | "runId" | "path">;

function repliedEvent({ agent, path, asked, end }: ModelEntry, base: Base, world: World): EventOf<"model.replied">[] {
  if (asked === undefined || !("reply" in end)) return [];
  const { model, provider, attempt, request, hash = askedOf(request, asked, world) } = asked;
  const part = { agent, model, provider, modelId: request.model, turn: turnOf(path), attempt };
  return [{ ...base, type: "model.replied", ...end, durationMs: 0, ...part, asked: hash }];
}

function toolEvent({ tool, arguments: args, end }: ToolEntry, type: StepEnd, base: Base, world: World): RunEvent[] {
  const asked = askedOfTool({ name: tool }, args, world);
  if ("result" in end) {
    const { result, truncatedFrom } = end;
    const cut = truncatedFrom === undefined ? {} : { truncatedFrom };
    return type === "tool.returned" ? [{ ...base, type, tool, result, durationMs: 0, ...cut, asked }] : [];
  }
  const { failed, words } = end;
  return type === "tool.failed" ? [{ ...base, type, tool, error: failed, durationMs: 0, ...(words === undefined ? {} : { words }), asked }] : [];
}

/** It may have come from a scope around the call: then it is no answer that a model could have been told. */
function endsScope({ end }: ToolEntry): boolean {
  return "failed" in end && end.words === undefined && end.caught !== undefined && canEndScope(end.failed);
}

function turnOf(path: string): number {
  return Number(/\/turn\[(\d+)\]$/.exec(path)?.[1] ?? 0);
}

type AskedStep = Extract<Admission, { readonly of: "model" }>;

/** Of one that has failed it is not known which model is asked now: what it is told has to be the same. */
function isSame(asked: NonNullable<ModelEntry["asked"]>, { model, provider, request }: AskedStep, world: World): boolean {
  if (asked.model === model) return askedOf(asked.request, asked, world) === askedOf(request, { provider }, world);
  const { messages, tools } = asked.request;
  return requestDiff({ ...asked, request: { ...request, messages, tools } }, { ...asked, request }).length === 0;
}

interface Unlikeness {
  readonly what: string;
  readonly diff: readonly string[];
}

/** How what is asked now differs from what was recorded at the same path; undefined: it does not, or nothing was. */
function unlikeness(step: Admission, recorded: readonly Entry[]): Unlikeness | undefined {
  if (step.of === "model") {
    const asked = recorded.flatMap((entry) => (entry.of === "model" && entry.asked !== undefined ? [entry.asked] : []));
    const before = asked.find(({ model }) => model === step.model) ?? asked[0];
    const diff = before === undefined ? [] : requestDiff(before, step);
    return diff.length === 0 ? undefined : { what: `What "${step.agent}" asks its model`, diff };
  }
  if (step.of === "tool") {
    const before = recorded.find((entry) => entry.of === "tool");
    const [then, now] = [{ [before?.tool ?? ""]: before?.arguments ?? null }, { [step.tool]: step.arguments }];
    return before === undefined ? undefined : { what: `The call of "${step.tool}"`, diff: valueDiff("arguments", then, now) };
  }
  const before = recorded.find((entry) => entry.of === "ask");
  return before === undefined ? undefined : { what: "The question", diff: valueDiff("question", before.question, step.question) };
}

function askedNow(step: Admission): string {
  if (step.of === "model") return `"${step.agent}" asks its model in turn[${turnOf(step.path)}] of ${agentPath(step.path)}`;
  return step.of === "tool" ? `"${step.tool}" is called at ${step.path}` : `A question is asked at ${step.path}`;
}
