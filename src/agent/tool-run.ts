import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { abortReason, onAbort } from "./abort.ts";
import type { Deadline } from "./deadlines.ts";
import type { Runtime } from "./runtime.ts";
import { durationText } from "./scope.ts";
import type { Tool } from "./spec.ts";
import type { ToolCallContext } from "./tool-call.ts";

/** So long a tool may take to end after it was told to. */
const graceMs = 2000;

export interface ToolRun {
  readonly tool: Tool;
  readonly timeoutMs: number;
  /** Progress lets the time start over, up to so long in all. Absent: it does not. */
  readonly mostMs?: number;
  readonly call: ToolCallContext;
  readonly runtime: Runtime;
  readonly start: (signal: AbortSignal, progress: () => void) => Promise<Json>;
}

/**
 * One run of a tool's function. When its time is up or the caller stops, its signal aborts; one that does not end within
 * its grace is abandoned: an event says so, and whatever it still does is not waited for.
 */
export function runTool({ tool, timeoutMs, mostMs, call, runtime, start }: ToolRun): Promise<Json> {
  const { clock, deadlines, emit } = runtime;
  const { signal, path, callId } = call;
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    let grace: Deadline | undefined;
    let stopped: RunError | undefined;
    function stop(reason: RunError): void {
      if (stopped !== undefined) return;
      stopped = reason;
      controller.abort(reason);
      grace = deadlines.add(graceMs, () => {
        emit(path, { type: "tool.abandoned", tool: tool.name, ...(callId === undefined ? {} : { callId }) });
        done(() => reject(reason));
      });
    }
    function done(settle: () => void): void {
      letGo();
      limit.cancel();
      grace?.cancel();
      settle();
    }
    const letGo = onAbort(signal, () => stop(abortReason(signal)));
    const limit = deadlines.add(timeoutMs, () => stop(outOfTime(tool.name, timeoutMs, path)));
    const latest = mostMs === undefined ? limit.at : clock.now() + mostMs;
    const progress = (): void => {
      limit.at = Math.max(limit.at, Math.min(clock.now() + timeoutMs, latest));
    };
    // A tool that throws before it gives a promise fails like any other.
    new Promise<Json>((settle) => settle(start(controller.signal, progress))).then(
      (value) => done(() => (stopped === undefined ? resolve(value) : reject(stopped))),
      (thrown: unknown) => done(() => reject(stopped ?? thrown)),
    );
  });
}

function outOfTime(tool: string, timeoutMs: number, path: string): RunError {
  return new RunError("timeout", `The tool "${tool}" did not finish within its ${durationText(timeoutMs)}.`, {
    path,
    hint: "Raise `timeout` on the tool, or let it do less at once.",
  });
}
