import { RunError } from "../diagnostics/errors.ts";
import { onAbort } from "./abort.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";

/** A part of a run that ends on its own: a call with a timeout, a branch, a block. */
export interface Scope {
  readonly signal: AbortSignal;
  /** Aborts it and everything below. A second call changes nothing. */
  cancel(reason: RunError): void;
  /** It is over: lets go of the parent and of the timeout. The signal stays as it is. */
  dispose(): void;
}

export interface ScopeOptions {
  /** Total and final, waits included. Absent: none. */
  readonly timeoutMs?: number;
  readonly deadlines: Deadlines;
  /** What ran out of time, for the message: `The agent "writer"`. */
  readonly what?: string;
  readonly path?: string;
  readonly place?: string;
}

/** The time of each scope, and the signal of the one around it, by its own signal. */
const times = new WeakMap<AbortSignal, { readonly around: AbortSignal; readonly deadline: Deadline | undefined }>();

/** A person is waited for: until what this gives is called, time stands still for the scope of `signal` and all around it. */
export function standStill(signal: AbortSignal): () => void {
  const held: (() => void)[] = [];
  for (let each = times.get(signal); each !== undefined; each = times.get(each.around)) if (each.deadline !== undefined) held.push(each.deadline.hold());
  return () => {
    for (const goOn of held) goOn();
  };
}

/** A scope that aborts with `parent`, by `cancel`, or with a RunError of class `timeout` when its time is up. */
export function createScope(parent: AbortSignal, options: ScopeOptions): Scope {
  const controller = new AbortController();
  let deadline: Deadline | undefined;
  let letGo: (() => void) | undefined;
  const abort = (reason: unknown): void => {
    if (!controller.signal.aborted) controller.abort(reason);
  };
  if (parent.aborted) abort(parent.reason);
  else {
    letGo = onAbort(parent, () => abort(parent.reason));
    const { timeoutMs } = options;
    if (timeoutMs !== undefined) deadline = options.deadlines.add(timeoutMs, () => abort(outOfTime(timeoutMs, options)));
  }
  times.set(controller.signal, { around: parent, deadline });
  return {
    signal: controller.signal,
    cancel: abort,
    dispose() {
      letGo?.();
      deadline?.cancel();
    },
  };
}

function outOfTime(timeoutMs: number, { what = "A step", path, place }: ScopeOptions): RunError {
  return new RunError("timeout", `${what} did not finish within its ${durationText(timeoutMs)}.`, {
    hint: "Raise its timeout, or give it less to do.",
    ...(path === undefined ? {} : { path }),
    ...(place === undefined ? {} : { place }),
  });
}

/** Milliseconds as a program writes them: `250ms`, `1.5s`, `2m`, `1h`. */
export function durationText(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms >= 1000 ? `${Math.round(ms / 100) / 10}s` : `${Math.round(ms)}ms`;
}
