import type { RunEvent } from "../agent/events.ts";
import type { KeptRun } from "../journal/kept-run.ts";

/** What happened in a run so far, without the time that lay between its processes: as if it ended at `now`. */
export function earlierEvents({ events }: Pick<KeptRun, "events">, now: number): readonly RunEvent[] {
  let gap = 0;
  let last = events[0]?.event.at ?? now;
  const joined = events.map(({ event }) => {
    if (event.type === "run.started" && event.resumed) gap += event.at - last;
    last = event.at;
    return { ...event, at: event.at - gap };
  });
  const behind = now - (last - gap);
  // The run has not ended: that is told by whoever goes on with it.
  return joined.filter(({ type }) => type !== "run.finished" && type !== "run.failed").map((event) => ({ ...event, at: event.at + behind }));
}
