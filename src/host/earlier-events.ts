import type { EventType, RunEvent } from "../agent/events.ts";
import { isOf } from "../journal/kept-event.ts";
import type { KeptRun } from "../journal/kept-run.ts";

/**
 * What happened in a run so far, without the time that lay between its processes: as if it ended at `now`. `hears`: whether
 * somebody listens for that type; lines of others are not read.
 */
export function* earlierEvents({ events }: Pick<KeptRun, "events">, now: number, hears: (type: EventType) => boolean): Generator<RunEvent> {
  const gaps = new Map<number, number>();
  for (const [index, one] of events.entries()) {
    if (isOf(one, "run.started") && one.event.resumed) gaps.set(index, one.event.at - (events[index - 1] ?? one).event.at);
  }
  const gap = [...gaps.values()].reduce((sum, one) => sum + one, 0);
  const behind = now - ((events.at(-1)?.event.at ?? now) - gap);
  let before = 0;
  for (const [index, one] of events.entries()) {
    before += gaps.get(index) ?? 0;
    // The run has not ended: that is told by whoever goes on with it.
    if (!hears(one.type) || isOf(one, "run.finished", "run.failed")) continue;
    const { event } = one;
    yield { ...event, at: event.at - before + behind };
  }
}
