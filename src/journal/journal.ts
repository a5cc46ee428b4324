import type { RunEvent } from "../agent/events.ts";
import type { Admission, Journal } from "../agent/journal.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { JournalFile } from "./file.ts";
import type { KeptRun, Resumption, RunHead } from "./kept-run.ts";
import { version, withoutSteps } from "./kept-run.ts";
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
  const steps = { events: events.map((event) => ({ n: 0, event })), notes: taken.notes.map((note) => ({ n: 0, note })) };
  return journalOf(readSteps(steps, JSON.stringify(taken.sources) === JSON.stringify(head.sources)), writer, events.length);
}

/** The journal of a run that is gone on with. What is in it is read; what happens now is added. */
export function resumeJournal(kept: KeptRun, resumption: Resumption, options: JournalOptions): Journal {
  const left = withoutSteps(kept, new Set(resumption.dropped));
  const writer = createWriter(kept.n, options);
  writer.line({ tantra: "resumed", ...resumption });
  const sources = kept.resumptions.at(-1)?.sources ?? kept.head.sources;
  return journalOf(readSteps(left, JSON.stringify(sources) === JSON.stringify(resumption.sources)), writer, kept.seq);
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

/** Writes lines in their order, those of one moment together; steps that end together share a flush. */
function createWriter(last: number, { file, hash, name }: JournalOptions): Writer {
  const requests = createRequestWriter();
  let n = last;
  let lines: string[] = [];
  let failed: RunError | undefined;
  let dirty = false;
  let syncing: Promise<void> | undefined;
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
    dirty = true;
  }
  function line(content: object): void {
    if (failed !== undefined) return;
    // Before whoever is waiting for this goes on: a process that is killed leaves what it was about to do.
    if (lines.length === 0) queueMicrotask(write);
    lines.push(lineOf(++n, content, hash));
  }
  async function sync(): Promise<void> {
    write();
    if (failed !== undefined) throw failed;
    if (!dirty) return;
    dirty = false;
    try {
      await file.sync();
    } catch (cause) {
      failed ??= unkept(name, cause);
      throw failed;
    }
  }

  return {
    line,
    event(event) {
      const { runId: _, ...said } = event;
      if (event.type === "model.requested") line({ ...said, request: requests.keep(event) });
      else line(said);
      if (event.type === "agent.finished" || event.type === "agent.failed") requests.forget(event.path);
    },
    flush() {
      if (syncing === undefined) {
        syncing = sync().finally(() => {
          syncing = undefined;
        });
        return syncing;
      }
      // What came after the sync in hand began goes with the next one, which all that wait share.
      next ??= syncing
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          syncing = sync().finally(() => {
            syncing = undefined;
          });
          return syncing;
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
