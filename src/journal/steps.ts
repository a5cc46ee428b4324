import type { EventOf, EventType, RunEvent } from "../agent/events.ts";
import type { NoteKind, Spent, StepEnd } from "../agent/journal.ts";
import type { RequestRecord } from "../agent/ledger.ts";
import { isUnheard } from "../agent/recall.ts";
import type { Json } from "../diagnostics/json.ts";
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

const stepEnds: readonly EventType[] = ["model.replied", "tool.returned", "tool.failed", "ask.answered"] satisfies StepEnd[];

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
/** What an event tells beside when it was and what it took. */
function tellingOf({ seq: _seq, at: _at, runId: _runId, ...event }: RunEvent): string {
  return JSON.stringify({ ...event, durationMs: 0, usage: 0, cost: 0 });
}
/** Pieces of what is told whole, and a wait. */
const left: ReadonlySet<EventType> = new Set<EventType>(["model.delta", "model.queued"]);

/** `same`: the program is what it was, so what was noted of its constructs holds. */
export function readSteps({ events, notes }: Pick<KeptRun, "events" | "notes">, same: boolean): Steps {
  const ends = new Map<string, EventOf<StepEnd>[]>();
  const told = new Map<EventType, Map<string, RunEvent[]>>([...once].map((type) => [type, new Map()]));
  const spent: RequestRecord[] = [];
  const paid = new Map<string, number>();
  const latest = new Map<string, RequestRecord>();
  const inFlight = new Map<string, EventOf<"model.requested">>();
  const heard = new Map<string, EventOf<"model.requested">[]>();
  const unheard: EventOf<"model.requested">[] = [];
  const failing = new Map<string, EventOf<"model.requested">[]>();
  const read = new Set<string>();

  for (const { event } of events) {
    const { type, path } = event;
    const there = told.get(type);
    if (there !== undefined) add(there, path, event);
    if (isStepEnd(event) && event.asked !== undefined) add(ends, path, event);
    if (type === "model.requested") inFlight.set(path, event);
    else if (type === "model.replied" || type === "model.failed") {
      const request = inFlight.get(path);
      if (request !== undefined && type === "model.failed" && isUnheard(recordOf(event))) unheard.push(request);
      if (request !== undefined && !(type === "model.failed" && event.outcome === "aborted")) {
        add(failing, path, request);
      }
      // A turn without a reply begins anew with its first attempt, and so does one whose reply was dropped.
      if (type === "model.replied") {
        if (event.asked !== undefined) heard.set(path, [...(heard.get(path) ?? []), ...(failing.get(path) ?? [])]);
        failing.delete(path);
      }
      inFlight.delete(path);
      // What was taken over from another run was paid there.
      if (type === "model.replied" && event.replayed) continue;
      paid.set(path, (paid.get(path) ?? 0) + event.cost.usd);
      const record = recordOf(event);
      spent.push(record);
      latest.set(path, record);
    } else if (type === "budget.spent") {
      const record = latest.get(path);
      if (record !== undefined) Object.assign(record, { pots: event.budgets });
    }
  }
  const noted = new Map(notes.map(({ note }) => [`${note.of} ${note.path} ${note.asked}`, note.value]));
  const places = new Set(notes.map(({ note }) => `${note.of} ${note.path}`));

  return {
    spent,
    unheard: [...unheard, ...inFlight.values()],
    ended<T extends StepEnd>(path: string, type: T) {
      const found = ends.get(path)?.filter((end): end is EventOf<T> => end.type === type) ?? [];
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
      return { usd: usd ?? 0, heard: answered ?? [], unheard: request === undefined ? [] : [request] };
    },
    tells(event) {
      if (left.has(event.type) || ("replayed" in event && event.replayed === true)) return true;
      const before = told.get(event.type)?.get(event.path);
      if (before === undefined) return false;
      const telling = tellingOf(event);
      return before.some((one) => tellingOf(one) === telling);
    },
    unread: () => [...ends.keys()].filter((path) => !read.has(path)),
  };
}

function add<T>(lists: Map<string, T[]>, path: string, one: T): void {
  const list = lists.get(path);
  if (list === undefined) lists.set(path, [one]);
  else list.push(one);
}

function isStepEnd(event: RunEvent): event is EventOf<StepEnd> {
  return stepEnds.includes(event.type);
}

function recordOf(event: EventOf<"model.replied"> | EventOf<"model.failed">): RequestRecord {
  const { path, agent, model, modelId, provider, attempt, durationMs, usage, cost } = event;
  const end = event.type === "model.failed" ? { outcome: event.outcome, class: event.error.class } : { outcome: "replied" as const };
  return { path, agent, model, modelId, provider, attempt, durationMs, ...end, usage, cost };
}
