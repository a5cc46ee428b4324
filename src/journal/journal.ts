import type { EventType, RunEvent } from "../agent/events.ts";
import type { Admission, Journal } from "../agent/journal.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { JournalFile } from "./file.ts";
import { keptEvent } from "./kept-event.ts";
import type { KeptRun, Resumption, RunHead } from "./kept-run.ts";
import { sourcesOf, version, withoutSteps } from "./kept-run.ts";
import { type Hash, lineOf } from "./lines.ts";
import { createRequestWriter } from "./requests.ts";
import { readSteps, type Steps } from "./steps.ts";
import type { TakenSteps } from "./taken-steps.ts";

export interface JournalOptions {
  readonly file: JournalFile;
  readonly hash: Hash;
  /** What messages call the file. */
  readonly name: string;
}

/** The journal of a new run, which may begin with steps of an earlier one: they are read, and cost nothing here. */
export function beginJournal(head: RunHead, options: JournalOptions, taken?: TakenSteps): Journal {
  const writer = createWriter(0, options);
  writer.line({ tantra: "run", version, ...head });
  if (taken === undefined) return journalOf(readSteps({ events: [], notes: [] }, false), writer, 0);
  const events = taken.events.map((event, index) => ({ ...event, seq: index + 1, runId: head.run }));
  for (const event of events) writer.event(event);
  for (const { of, ...said } of taken.notes) writer.line({ note: of, ...said });
  const steps = { events: events.map((event) => keptEvent(event)), notes: taken.notes.map((note) => ({ n: 0, note })) };
  return journalOf(readSteps(steps, JSON.stringify(taken.sources) === JSON.stringify(head.sources)), writer, events.length);
}

/** The journal of a run that is gone on with. What is in it is read; what happens now is added. */
export function resumeJournal(kept: KeptRun, resumption: Resumption, options: JournalOptions): Journal {
  const left = withoutSteps(kept, new Set(resumption.dropped));
  const writer = createWriter(kept.n, options);
  writer.line({ tantra: "resumed", ...resumption });
  return journalOf(readSteps(left, JSON.stringify(sourcesOf(kept)) === JSON.stringify(resumption.sources)), writer, kept.seq);
}

/** What adds to the file of a run that does not go on yet: an answer of a person. */
export function addToJournal(kept: KeptRun, options: JournalOptions): Pick<Journal, "take" | "flush"> {
  const writer = createWriter(kept.n, options);
  return { take: writer.event, flush: writer.flush };
}

function journalOf(steps: Steps, writer: Writer, seq: number): Journal {
  return {
    seq,
    spent: steps.spent,
    unheard: steps.unheard,
    take(event) {
      if (!steps.tells(event)) writer.event(event);
    },
    note: ({ of, ...said }) => writer.line({ note: of, ...said }),
    flush: () => writer.flush(),
    ended: (path, type) => steps.ended(path, type),
    noted: (path, of, asked) => steps.noted(path, of, asked),
    admit: (now) => (now.before === undefined ? undefined : `"${now.path}" is done again: ${changed(now.before, now)}.`),
    spentAt: (path) => steps.spentAt(path),
    unread: () => steps.unread(),
  };
}

/** What is asked now and was not then, in a few words. */
function changed(before: RunEvent, now: Admission): string {
  if (now.of === "tool") return "its arguments have changed";
  if (now.of === "ask") return "its question has changed";
  return before.type === "model.replied" && before.model !== now.model ? "its model has changed" : "what it asks has changed";
}

interface Writer {
  event(event: RunEvent): void;
  line(content: object): void;
  flush(): Promise<void>;
}

/** What is about to be done: a process that is killed meanwhile has left it in the file. */
const beginnings: ReadonlySet<EventType> = new Set<EventType>(["model.requested", "tool.called", "ask.waiting"]);
/** What happens again in the same way when a run is gone on with: the disk may have it later than the rest. */
const again: ReadonlySet<EventType> = new Set<EventType>([
  "step.started",
  "step.finished",
  "agent.started",
  "agent.finished",
  "model.requested",
  "tool.called",
]);
/** While the disk is at one sync the next may begin, so that what has ended since does not wait for both. */
const mostSyncs = 2;

/** Writes lines in their order, those of one moment together. A sync begins with the first end of a step; ends of one moment share it. */
function createWriter(last: number, { file, hash, name }: JournalOptions): Writer {
  const requests = createRequestWriter();
  let n = last;
  let lines: string[] = [];
  let failed: RunError | undefined;
  /** Something that was taken has to be on the disk before a next step starts, and no sync that has begun covers it. */
  let due = false;
  let syncs = 0;
  /** Resolves when all syncs that have begun are over. */
  let synced: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  function attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      failed ??= unkept(name, cause);
    }
  }
  function write(): void {
    if (lines.length === 0 || failed !== undefined) return;
    const text = lines.join("");
    lines = [];
    attempt(() => file.append(text));
  }
  function add(content: object): void {
    if (failed === undefined) lines.push(lineOf(++n, content, hash));
  }
  function sync(): void {
    write();
    due = false;
    if (failed !== undefined) return;
    syncs++;
    const own = file.sync().catch((cause: unknown) => {
      failed ??= unkept(name, cause);
    });
    // The disk may tell of what was lost in an earlier sync.
    synced = Promise.all([synced, own]).then(() => {
      syncs--;
      syncIfDue();
    });
  }
  function syncIfDue(): void {
    if (due && syncs === 0) sync();
  }
  function end(): void {
    due = true;
    // With what else belongs to it: what a reply has cost is told behind it.
    queueMicrotask(syncIfDue);
  }
  async function safe(): Promise<void> {
    await synced;
    if (failed !== undefined) throw failed;
  }

  return {
    line(content) {
      add(content);
      end();
    },
    event(event) {
      const { runId: _, ...said } = event;
      const { type } = event;
      if (event.type === "model.requested") add({ ...said, request: requests.keep(event) });
      else add(said);
      if (type === "agent.finished" || type === "agent.failed") requests.forget(event.path);
      if (beginnings.has(type)) queueMicrotask(write);
      if (!again.has(type)) end();
    },
    flush() {
      if (due && syncs < mostSyncs) sync();
      if (!due) return safe();
      next ??= synced.then(() => {
        next = undefined;
        if (due) sync();
        return safe();
      });
      return next;
    },
  };
}

/** T650. No `catch` takes it: a run that cannot be kept stops where it is. */
function unkept(name: string, cause: unknown): RunError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RunError("internal", `${name} cannot be written: ${why}.`, {
    code: "T650",
    cause,
    hint: "What had ended before is kept: make room and go on with `tantra resume`, or run with `--no-journal`.",
  });
}
