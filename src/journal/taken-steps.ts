import type { RunEvent } from "../agent/events.ts";
import type { Note } from "../agent/journal.ts";
import type { KeptEvent } from "./kept-event.ts";
import { blamed, isOfProgram, type KeptRun, type Source, sourcesOf } from "./kept-run.ts";

/** What a new run takes over from an earlier one: each step's end, and what it asked. */
export interface TakenSteps {
  /** What the program was made of when they ended. */
  readonly sources: readonly Source[];
  readonly events: readonly RunEvent[];
  readonly notes: readonly Note[];
}

/** Where a run begins anew: which paths are done again, and which lie around one of those. */
export interface Anew {
  isBelow(path: string): boolean;
  isAbove(path: string): boolean;
}

/** The steps of a run that had ended, but for those that are done again and what was made of them. */
export function takenSteps(kept: KeptRun, { isBelow, isAbove }: Anew): TakenSteps {
  const dropped = new Set(blamed(kept));
  const events: RunEvent[] = [];
  const requests = new Map<string, KeptEvent>();
  for (const one of kept.events) {
    const { n, path, type } = one;
    if (type === "model.requested") requests.set(path, one);
    const { event } = one;
    if (!("asked" in event) || event.asked === undefined || dropped.has(n) || isBelow(path)) continue;
    // The reply that led to a call is none of what came of that.
    if (type !== "model.replied" && isAbove(path)) continue;
    const request = type === "model.replied" ? requests.get(path) : undefined;
    if (request !== undefined) events.push({ ...request.event, replayed: true } as RunEvent);
    events.push({ ...event, replayed: true });
  }
  // Around what is done again nothing is known: which branch won, what was caught.
  const isAround = (note: Note, n: number): boolean => {
    const [frame = "", caught] = note.path.split("/catch@");
    if (caught === undefined) return isAbove(note.path);
    // A catch goes by the steps around it: what began only behind it does not lie in it.
    return kept.events.some(({ n: at, path }) => at < n && isBelow(path) && path.startsWith(frame));
  };
  const notes = kept.notes.filter(({ n, note }) => !dropped.has(n) && !isBelow(note.path) && !(isOfProgram(note) && isAround(note, n)));
  return { sources: sourcesOf(kept), events, notes: notes.map(({ note }) => note) };
}
