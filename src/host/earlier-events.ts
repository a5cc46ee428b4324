import type { RunEvent } from "../agent/events.ts";
import type { KeptRun } from "../journal/kept-run.ts";

/** What happened in a run so far, without the time that lay between its processes: as if it ended at `now`. */
export function* earlierEvents({ events }: Pick<KeptRun, "events">, now: number): Generator<RunEvent> {
  const gaps = events.map(({ event }, index) => (event.type === "run.started" && event.resumed ? event.at - (events[index - 1]?.event.at ?? event.at) : 0));
  const gap = gaps.reduce((sum, one) => sum + one, 0);
  const behind = now - ((events.at(-1)?.event.at ?? now) - gap);
  let before = 0;
  for (const [index, { event }] of events.entries()) {
    before += gaps[index] ?? 0;
    // The run has not ended: that is told by whoever goes on with it.
    if (event.type !== "run.finished" && event.type !== "run.failed") yield { ...event, at: event.at - before + behind };
  }
}
