import { RunError, type RunErrorOptions } from "../diagnostics/errors.ts";
import type { RunEvent } from "./events.ts";
import { type Question, Suspended } from "./question.ts";
import type { Redactor } from "./redact.ts";
import type { Cost, Usage } from "./usage.ts";

/** What a run came to before it failed. */
export interface RunTotals {
  readonly runId: string;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly durationMs: number;
}

/** What a run throws once it has started: the error that stopped it, without secrets, with what was spent until then. */
export class RunFailure extends RunError {
  readonly totals: RunTotals;
  /** Of a run that waits for people (T641): what they are asked. */
  readonly questions: readonly Question[];
  /** Everything that happened, where the run was asked to keep it. */
  events?: readonly RunEvent[];

  constructor(error: RunError, totals: RunTotals, redactor: Redactor) {
    super(error.class, redactor.text(error.message), optionsOf(error, redactor));
    this.totals = totals;
    this.questions = error instanceof Suspended || error instanceof RunFailure ? error.questions.map((question) => redactor.value(question)) : [];
  }
}

function optionsOf({ code, path, place, hint, diff, others, cause }: RunError, redactor: Redactor): RunErrorOptions {
  return {
    code,
    path,
    others: others.map((other) => new RunError(other.class, redactor.text(other.message), optionsOf(other, redactor))),
    ...(place === undefined ? {} : { place }),
    ...(hint === undefined ? {} : { hint: redactor.text(hint) }),
    ...(diff === undefined ? {} : { diff: diff.map((line) => redactor.text(line)) }),
    // A cause is somebody else's object and is not changed: one that shows a secret is left out.
    ...(cause === undefined || showsSecret(cause, redactor) ? {} : { cause }),
  };
}

function showsSecret(cause: unknown, redactor: Redactor): boolean {
  const shown = cause instanceof Error ? `${cause.message}\n${cause.stack ?? ""}` : String(cause);
  return redactor.text(shown) !== shown || (cause instanceof Error && cause.cause !== undefined && showsSecret(cause.cause, redactor));
}
