import type { Clock } from "./clock.ts";
import type { Emit, RunEvent } from "./events.ts";
import type { Redactor } from "./redact.ts";

/** Is told of every event, in order. What it throws is ignored: a sink reads a run and cannot break it. */
export type Sink = (event: RunEvent) => void;

export interface EmitOptions {
  readonly runId: string;
  readonly clock: Pick<Clock, "now">;
  readonly sinks: readonly Sink[];
  readonly redactor: Pick<Redactor, "value">;
  /** The number of the last event before; default 0. */
  readonly after?: number;
}

/** The one way out for everything that happens: numbers events from 1 without gaps, stamps them, blots out secrets. */
export function createEmit({ runId, clock, sinks, redactor, after = 0 }: EmitOptions): Emit {
  let seq = after;
  return (path, body) => {
    seq++;
    if (sinks.length === 0) return;
    const event: RunEvent = { seq, at: clock.now(), runId, path, ...redactor.value(body) };
    for (const sink of sinks) {
      try {
        sink(event);
      } catch {
        // Told, not asked.
      }
    }
  };
}
