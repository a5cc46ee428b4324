import type { EventOf, EventType, RunEvent } from "../agent/events.ts";
import type { NoteKind, Spent, StepEnd } from "../agent/journal.ts";
import type { RequestRecord } from "../agent/ledger.ts";
import { isUnheard } from "../agent/recall.ts";
import type { Json } from "../diagnostics/json.ts";
import { isOf, type KeptEvent, type KeptEventOf } from "./kept-event.ts";
import type { KeptRun } from "./kept-run.ts";

/** The steps of a run's file, by path. */
export interface Steps {
  ended<T extends StepEnd>(path: string, type: T): readonly EventOf<T>[];
  noted(path: string, of: NoteKind, asked: () => string): Json | undefined;
  spentAt(path: string): Spent | undefined;
  readonly spent: readonly RequestRecord[];
  readonly unheard: readonly EventOf<"model.requested">[];
  /** Whether the file tells this already, or has no use for it. */
  tells(event: RunEvent): boolean;
  unread(): readonly string[];
}

const stepEnds: readonly StepEnd[] = ["model.replied", "tool.returned", "tool.failed", "ask.answered"];
type KeptRequest = KeptEventOf<"model.requested">;

/** What happens but once at a path, whoever goes through it: in the file it stands once. */
const once: ReadonlySet<EventType> = new Set<EventType>([
  "step.started",
  "step.finished",
  "agent.started",
  "agent.finished",
  "output.invalid",
  "check.failed",
  "repair.sent",
  "handoff.taken",
]);
/** When an event was and what it took. */
const besides: ReadonlySet<string> = new Set(["seq", "at", "runId", "durationMs", "usage", "cost"]);

/** Whether two events tell the same, whenever that was and whatever it took. */
function tellSame(one: RunEvent, other: RunEvent): boolean {
  return sameIn(one, other, besides);
}
function sameIn(one: object, other: object, left?: ReadonlySet<string>): boolean {
  const [a, b] = [one, other] as readonly Readonly<Record<string, unknown>>[];
  for (const key in a) if (!left?.has(key) && !isSame(a[key], b?.[key])) return false;
  // What is undefined is not written.
  for (const key in b) if (a?.[key] === undefined && b[key] !== undefined && !left?.has(key)) return false;
  return true;
}
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return Array.isArray(a) === Array.isArray(b) && sameIn(a, b);
}
/** Pieces of what is told whole, and a wait. */
const left: ReadonlySet<EventType> = new Set<EventType>(["model.delta", "model.queued"]);

/** `same`: the program is what it was, so what was noted of its constructs holds. */
export function readSteps({ events, notes }: Pick<KeptRun, "events" | "notes">, same: boolean): Steps {
  /** What happens once at a path, and the ends of steps there. */
  const lines = new Map<string, readonly KeptEvent[]>();
  const ended = new Set<string>();
  const spent: RequestRecord[] = [];
  const paid = new Map<string, number>();
  const latest = new Map<string, RequestRecord>();
  const inFlight = new Map<string, KeptRequest>();
  const heard = new Map<string, readonly KeptRequest[]>();
  const unheard: KeptRequest[] = [];
  const failing = new Map<string, readonly KeptRequest[]>();
  const read = new Set<string>();

  for (const one of events) {
    const { type, path } = one;
    if (once.has(type)) add(lines, path, one);
    if (isOf(one, ...stepEnds) && one.event.asked !== undefined) {
      add(lines, path, one);
      ended.add(path);
    }
    if (isOf(one, "model.requested")) inFlight.set(path, one);
    else if (isOf(one, "model.replied", "model.failed")) {
      const { event } = one;
      const request = inFlight.get(path);
      if (request !== undefined && event.type === "model.failed" && isUnheard(recordOf(event))) unheard.push(request);
      if (request !== undefined && !(event.type === "model.failed" && event.outcome === "aborted")) {
        add(failing, path, request);
      }
      // A turn without a reply begins anew with its first attempt, and so does one whose reply was dropped.
      if (event.type === "model.replied") {
        if (event.asked !== undefined) heard.set(path, [...(heard.get(path) ?? []), ...(failing.get(path) ?? [])]);
        failing.delete(path);
      }
      inFlight.delete(path);
      // What was taken over from another run was paid there.
      if (event.type === "model.replied" && event.replayed) continue;
      paid.set(path, (paid.get(path) ?? 0) + event.cost.usd);
      const record = recordOf(event);
      spent.push(record);
      latest.set(path, record);
    } else if (isOf(one, "budget.spent")) {
      const record = latest.get(path);
      if (record !== undefined) Object.assign(record, { pots: one.event.budgets });
    }
  }
  const noted = new Map(notes.map(({ note }) => [`${note.of} ${note.path} ${note.asked}`, note.value]));
  const places = new Set(notes.map(({ note }) => `${note.of} ${note.path}`));

  return {
    spent,
    unheard: [...unheard, ...inFlight.values()].map(({ event }) => event),
    ended<T extends StepEnd>(path: string, type: T) {
      const found = (lines.get(path) ?? []).flatMap((end) => (isOf(end, type) ? [end.event] : []));
      if (found.length > 0) read.add(path);
      return found;
    },
    noted(path, of, asked) {
      if (!places.has(`${of} ${path}`) || (!same && (of === "failure" || of === "winners"))) return undefined;
      return noted.get(`${of} ${path} ${asked()}`);
    },
    spentAt(path) {
      const request = inFlight.get(path);
      const usd = paid.get(path);
      const answered = heard.get(path);
      if (request === undefined && usd === undefined && answered === undefined) return undefined;
      // Once: a turn is come by once.
      inFlight.delete(path);
      paid.delete(path);
      heard.delete(path);
      return { usd: usd ?? 0, heard: (answered ?? []).map(({ event }) => event), unheard: request === undefined ? [] : [request.event] };
    },
    tells(event) {
      if (left.has(event.type) || ("replayed" in event && event.replayed === true)) return true;
      if (!once.has(event.type)) return false;
      return lines.get(event.path)?.some((one) => one.type === event.type && tellSame(one.event, event)) ?? false;
    },
    unread: () => [...ended].filter((path) => !read.has(path)),
  };
}

/** Lists are many and short: none has room for more than it holds. */
function add<T>(lists: Map<string, readonly T[]>, path: string, one: T): void {
  lists.set(path, [...(lists.get(path) ?? []), one]);
}

function recordOf(event: EventOf<"model.replied"> | EventOf<"model.failed">): RequestRecord {
  const { path, agent, model, modelId, provider, attempt, durationMs, usage, cost } = event;
  const end = event.type === "model.failed" ? { outcome: event.outcome, class: event.error.class } : { outcome: "replied" as const };
  return { path, agent, model, modelId, provider, attempt, durationMs, ...end, usage, cost };
}
