import type { ErrorInfo, EventOf } from "../agent/events.ts";
import type { Note } from "../agent/journal.ts";
import { waitsForPeople } from "../agent/question.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import { createEventReader, type EventReader, isOf, type KeptEvent, withoutAsked } from "./kept-event.ts";
import { type Hash, type Lines, linesOf, readLines, unusable } from "./lines.ts";

/** The version of the file's form. */
export const version = 1;

/** The first line of a run's file: what it takes to run the same again. */
export interface RunHead {
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The program's file, from the project's root. */
  readonly file: string;
  readonly sources: readonly Source[];
  readonly main: string;
  readonly input: JsonObject;
  /** Inputs that hold a secret: it does not stand in `input`, so the run cannot be gone on with. */
  readonly withheld?: readonly string[];
  readonly seed: string;
  readonly profile?: string;
  readonly simulate?: true;
  readonly maxCostUsd?: number;
  readonly timeoutMs?: number;
  /** Where it was begun, from the project's root: paths among the inputs count from there. Absent: in the root. */
  readonly cwd?: string;
  /** The run that this one was begun from, with its steps. */
  readonly from?: string;
}
export interface Source {
  readonly path: string;
  readonly sha256: string;
}

/** Another process goes on with the run. */
export interface Resumption {
  readonly at: number;
  readonly sources: readonly Source[];
  /** Lines whose steps are done again. */
  readonly dropped: readonly number[];
  readonly maxCostUsd?: number;
}

export interface KeptNote {
  readonly n: number;
  readonly note: Note;
}

/** A run as its file tells it. */
export interface KeptRun {
  readonly head: RunHead;
  readonly resumptions: readonly Resumption[];
  /** What is gone on from, in order: the ends of dropped steps have no `asked`, their notes are left out. */
  readonly events: readonly KeptEvent[];
  readonly notes: readonly KeptNote[];
  /** The number of the last line, and the number of the last event. */
  readonly n: number;
  readonly seq: number;
  /** Characters of the file that are whole, and how many behind them are cut off. */
  readonly end: number;
  readonly torn: number;
}

/** What the program was made of when the run was gone on with last. */
export function sourcesOf({ head, resumptions }: Pick<KeptRun, "head" | "resumptions">): readonly Source[] {
  return resumptions.at(-1)?.sources ?? head.sources;
}

/** US dollars that the run may cost at most, as far as that was said; undefined: it was not. */
export function limitOf({ head, resumptions }: Pick<KeptRun, "head" | "resumptions">): number | undefined {
  return resumptions.findLast((one) => one.maxCostUsd !== undefined)?.maxCostUsd ?? head.maxCostUsd;
}

/** What a run's file begins with; `text` may end behind that. Throws a `RunError` (T651) where it is no such file or of a newer version, or that line was damaged. */
export function readHead(text: string, file: string, hash: Hash): RunHead {
  const [first = ""] = text.split("\n", 1);
  let head: RunHead | undefined;
  readLines(own([text.slice(0, first.length + 1)], file), file, hash, (_n, members) => {
    head = headOf(members);
  });
  return head ?? notBegun(file);
}

function headOf(members: string): RunHead {
  const { tantra: _tantra, version: _version, ...said } = objectOf(members);
  return said as unknown as RunHead;
}

function objectOf(members: string): JsonObject {
  return JSON.parse(`{${members}}`) as JsonObject;
}

function notBegun(file: string): never {
  throw unusable("The file ends before its first line does: the run had not begun.", file, "Begin a new run.");
}

/** Reads a run's file, its text or its lines; what a step says is read from them again whenever it is looked at. Throws a `RunError` (T651) where it is no such file, is of a newer version, or was damaged or changed. */
export function readRun(text: string | Lines, file: string, hash: Hash): KeptRun {
  const lines = typeof text === "string" ? linesOf(text) : text;
  let head: RunHead | undefined;
  let reader: EventReader | undefined;
  const events: KeptEvent[] = [];
  const notes: KeptNote[] = [];
  const resumptions: Resumption[] = [];
  const dropped = new Set<number>();
  let sources: readonly Source[] = [];
  let seq = 0;
  const known = new Map<string, string>();
  const one = (said: string): string => {
    const before = known.get(said);
    if (before === undefined) known.set(said, said);
    return before ?? said;
  };
  const read = readLines(own(lines, file), file, hash, (n, members) => {
    if (head === undefined || reader === undefined) {
      head = headOf(members);
      reader = createEventReader(lines, file, head.run);
      sources = head.sources;
    } else if (members.startsWith('"note":')) {
      const { note, ...said } = objectOf(members) as unknown as { readonly note: Note["of"] } & Omit<Note, "of">;
      notes.push({ n, note: { ...said, of: note } });
    } else if (members.startsWith('"tantra":')) {
      const resumption = objectOf(members) as unknown as Resumption;
      resumptions.push(resumption);
      for (const each of resumption.dropped) dropped.add(each);
      // What a program has gone on from holds for as long as it is the same.
      if (JSON.stringify(sources) !== JSON.stringify(resumption.sources)) for (const { n: of, note } of notes) if (isOfProgram(note)) dropped.add(of);
      sources = resumption.sources;
    } else {
      const event = reader.take(n, members, one);
      seq = Math.max(seq, event.seq);
      events.push(event.kept);
    }
  });
  if (head === undefined) return notBegun(file);
  return { head, resumptions, ...withoutSteps({ events, notes }, dropped), seq, ...read };
}

/** The lines, if the first is that of a run's file. */
function* own(lines: Iterable<string>, file: string): Generator<string> {
  let first = true;
  for (const line of lines) {
    if (first) refuseForeign(line, file);
    first = false;
    yield line;
  }
}

/** Whether a note says how constructs of the program went, and not what a step came to. */
export function isOfProgram({ of }: Note): boolean {
  return of === "failure" || of === "winners";
}

/** The same without the steps of these lines: what they came to is no answer any more, what they cost stays. */
export function withoutSteps({ events, notes }: Pick<KeptRun, "events" | "notes">, lines: ReadonlySet<number>): Pick<KeptRun, "events" | "notes"> {
  return {
    events: lines.size === 0 ? events : events.map((event) => (lines.has(event.n) ? withoutAsked(event) : event)),
    notes: notes.filter(({ n }) => !lines.has(n)),
  };
}

/** What is known without a checksum, so that a newer version is told from a damaged file. */
function refuseForeign(line: string, file: string): void {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return;
  }
  const { tantra, version: of } = (typeof said === "object" && said !== null ? said : {}) as Readonly<Record<string, unknown>>;
  if (tantra !== "run") throw unusable("This is no file of a run.", `${file}:1:1`, "`tantra runs` lists the runs and their files.");
  if (typeof of === "number" && of > version)
    throw unusable(
      `A newer Tantra has written this (version ${of}; this one reads ${version}).`,
      `${file}:1:1`,
      "Go on with it there: `npm install tantra@latest`.",
    );
}

/** How a run stands. `waiting`: for a person. `stopped`: its process ended before it did. */
export type RunState = "finished" | "failed" | "interrupted" | "waiting" | "stopped";

export function stateOf({ events }: Pick<KeptRun, "events">): RunState {
  const last = events.findLast((one) => isOf(one, "run.started", "run.finished", "run.failed"))?.event;
  if (last?.type === "run.finished") return "finished";
  if (last?.type !== "run.failed") return "stopped";
  return stateAfter(last.error);
}

/** How a run stands that has ended with this. */
export function stateAfter(error: ErrorInfo): "waiting" | "interrupted" | "failed" {
  if (waitsForPeople(error)) return "waiting";
  return error.class === "cancelled" ? "interrupted" : "failed";
}

/** The lines of steps that a run which has failed is to do again: what the failure was made of. */
export function blamed({ events, notes }: Pick<KeptRun, "events" | "notes">): readonly number[] {
  const last = events.findLast((one) => isOf(one, "run.started", "run.failed"))?.event;
  // Who waits for a person has not failed.
  if (last?.type !== "run.failed" || waitsForPeople(last.error)) return [];
  const errors = withOthers(last.error);
  const isAt = (path: string, place: string): boolean => place === path || place.startsWith(`${path}/`);
  // What was caught, or told to a model, is not what the run has failed of.
  const failures = notes.filter(({ note }) => note.of === "failure" && errors.some(({ path }) => isAt(note.path, path)));
  const unfit = errors.flatMap(({ class: of, path }) => {
    if (of !== "invalid_output" && of !== "content_filter") return [];
    const turn = events.findLast((one) => isOf(one, "model.replied") && isAt(path, one.path));
    return turn === undefined ? [] : events.filter((one) => isOf(one, "model.replied") && one.path === turn.path);
  });
  return [...failures, ...unfit].map(({ n }) => n);
}

function withOthers(error: ErrorInfo): readonly ErrorInfo[] {
  return [error, ...(error.others ?? []).flatMap(withOthers)];
}

/** The run's last end, where it has one. */
export function endOf({ events }: Pick<KeptRun, "events">): EventOf<"run.finished" | "run.failed"> | undefined {
  const last = events.findLast((one) => isOf(one, "run.started", "run.finished", "run.failed"))?.event;
  return last?.type === "run.finished" || last?.type === "run.failed" ? last : undefined;
}
