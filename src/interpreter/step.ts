import { abortReason, throwIfAborted } from "../agent/abort.ts";
import { errorInfo } from "../agent/failure.ts";
import { waitsForPeople } from "../agent/question.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { endsScope, type Frame } from "./frame.ts";
import { isSignal } from "./signal.ts";

export interface StepInfo {
  /** The graph node's kind, or `branch` and `iteration`. */
  readonly kind: string;
  readonly path: string;
  readonly place: string;
  /** What is called. */
  readonly name?: string;
  /** Of a loop or a block: how many there will be. */
  readonly total?: number;
  /** It has no value that anybody could read. */
  readonly silent?: boolean;
}

/**
 * Runs one step: tells when it starts and how it ends, and adds its path and place to an error that has none. What is left
 * on purpose (`return`, `break`) has finished. A step that ends because a scope around it did is cancelled, not failed.
 */
export async function step(info: StepInfo, frame: Frame, work: (inner: Frame) => Json | Promise<Json>): Promise<Json> {
  throwIfAborted(frame.signal);
  const { kind, path, place, name, total } = info;
  const { emit, clock } = frame.run.runtime;
  emit(path, { type: "step.started", kind, place, ...(name === undefined ? {} : { name }), ...(total === undefined ? {} : { total }) });
  const started = clock.now();
  try {
    const value = await work({ ...frame, path });
    emit(path, { type: "step.finished", kind, durationMs: clock.now() - started, ...(info.silent ? {} : { value }) });
    return value;
  } catch (thrown) {
    const durationMs = clock.now() - started;
    if (isSignal(thrown)) {
      emit(path, { type: "step.finished", kind, durationMs });
      throw thrown;
    }
    const error = asRunError(thrown).at(path, place);
    if (isCancellation(error, frame.signal))
      emit(path, { type: "step.cancelled", kind, durationMs, reason: error.message, ...(waitsForPeople(error) ? { waits: true } : {}) });
    else {
      const tolerated = frame.tolerant !== undefined && !endsScope(error, frame.tolerant);
      emit(path, { type: "step.failed", kind, durationMs, error: errorInfo(error), ...(tolerated ? { tolerated } : {}) });
    }
    throw error;
  }
}

/** Whether this is what `signal` ended things with, and no failure of what it ended. */
export function isCancellation(error: RunError, signal: AbortSignal): boolean {
  return error.class === "cancelled" || (signal.aborted && error === abortReason(signal));
}

export function asRunError(thrown: unknown): RunError {
  if (thrown instanceof RunError) return thrown;
  if (isSignal(thrown))
    return new RunError("internal", "The graph leaves a branch, or a workflow, with a `return` or `break` that belongs to none of its blocks.", {
      code: "T624",
    });
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return new RunError("internal", `This is a bug in Tantra: ${words}.`, { cause: thrown });
}

/** The path of a node's step: the last segment of its static path, below the step that it runs in. */
export function pathOf(node: { readonly path: string }, frame: Frame): string {
  return `${frame.path}/${node.path.slice(node.path.lastIndexOf("/") + 1)}`;
}
