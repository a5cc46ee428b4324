import type { Json } from "../diagnostics/json.ts";
import type { EventOf, RunEvent } from "./events.ts";
import type { RequestRecord } from "./ledger.ts";
import type { ModelRequest } from "./provider.ts";

/**
 * What a run keeps so that it can be gone on with, and what earlier processes of the same run, or a recording, have left.
 * A step is one model reply, one tool result or one answer of a person; it goes by its path and by `asked`, a hash of what
 * was asked. A step that has ended is never done again: its end is read.
 */
export interface Journal {
  /** Takes everything that happens, in order. Must not throw. */
  take(event: RunEvent): void;
  /** Takes what a run has to know again and no event tells. Must not throw. */
  note(note: Note): void;
  /** Resolves when all steps that have ended are safe: the next one waits for it before it starts, and so does the end of the run. Throws a `RunError` where they cannot be kept. */
  flush(): Promise<void>;
  /** The ends of the step at `path`, in their order: a turn may have had replies that did not fit. */
  ended<T extends StepEnd>(path: string, type: T): readonly EventOf<T>[];
  /** What was noted there, when `asked` was the same; that is only looked at where something was. */
  noted(path: string, of: NoteKind, asked: () => string): Json | undefined;
  /**
   * Asked before a step is done that did not end before, or asked something else then. Gives why a step that had ended is done
   * again, for a warning. Throws a `RunError` where nothing may be done anew: in a replay.
   */
  admit(step: Admission): string | undefined | Promise<string | undefined>;
  /** What it is asked to admit is compared with what was asked: a request comes as it would be sent. */
  readonly strict?: true;
  /** Requests of earlier processes at this turn: they are paid, whether something came of them or not. */
  spentAt(path: string): Spent | undefined;
  /** All of them that ended. */
  readonly spent: readonly RequestRecord[];
  /** All that were sent, and of which nothing was heard: what they cost is not known, and `spent` has an estimate at best. */
  readonly unheard: readonly EventOf<"model.requested">[];
  /** The paths of steps that had ended and were not come by: what a changed program no longer reaches. */
  unread(): readonly string[];
  /** The number of the last event that was kept: the run's go on from it. 0 where nothing was. */
  readonly seq: number;
}

export type StepEnd = "model.replied" | "tool.returned" | "tool.failed" | "ask.answered";

/**
 * `failure`: what went wrong and was gone on from. `winners`: the branches that a `race` or a `need` went on with. `session`:
 * what a session held when it was opened. `store`: what a tool kept for the run. `attached`: images and files of a result. `until`: when a question that waits has waited long enough.
 */
export type NoteKind = "failure" | "winners" | "session" | "store" | "attached" | "listing" | "until";

export interface Note {
  readonly path: string;
  readonly of: NoteKind;
  readonly asked: string;
  readonly value: Json;
}

interface AdmissionBase {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly before?: RunEvent;
}

/** What is to be done now. `before`: how the step ended when it asked something else. */
export type Admission =
  | (AdmissionBase & {
      readonly of: "model";
      readonly agent: string;
      /** The model's key, and its provider's. */
      readonly model: string;
      readonly provider: string;
      readonly request: ModelRequest;
      readonly place?: string;
    })
  | (AdmissionBase & { readonly of: "tool"; readonly tool: string; readonly arguments: Json; readonly callId?: string })
  | (AdmissionBase & { readonly of: "ask"; readonly question: string });

export interface Spent {
  readonly usd: number;
  /** Up to the last one that was replied to. */
  readonly heard: readonly EventOf<"model.requested">[];
  /** Sent, and the process ended before anything was heard of them. */
  readonly unheard: readonly EventOf<"model.requested">[];
}
