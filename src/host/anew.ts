import { RunError } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { KeptEvent } from "../journal/kept-event.ts";
import type { KeptRun } from "../journal/kept-run.ts";
import type { Anew } from "../journal/taken-steps.ts";
import { prefixes } from "../report/run-tree.ts";
import { staticPath } from "../report/static-path.ts";

/**
 * What is done again when a run is begun anew from `step`: a path as `tantra runs show` and the report write it; `[]` means
 * all iterations. Throws a `RunError` (T653) where the run had no such step.
 */
export function anewFrom(step: string, { head, events }: Pick<KeptRun, "head" | "events">): Anew {
  const statics = staticPaths(events);
  const pattern = new RegExp(`^${escaped(step).replaceAll("\\[\\]", "\\[\\d+\\]")}${step.endsWith("]") ? "(?:/|$)" : "(?:/|\\[|$)"}`);
  const isWithin = (path: string): boolean => path === step || path.startsWith(`${step}/`) || (!step.endsWith("]") && path.startsWith(`${step}[`));
  const below = new Set([...statics].flatMap(([path, fixed]) => (pattern.test(path) || isWithin(fixed) ? [path] : [])));
  if (below.size === 0) throw noSuchStep(step, head.run, statics);
  const around = new Set([...below].flatMap(prefixes));
  return { isBelow: (path) => below.has(path), isAbove: (path) => around.has(path) && !below.has(path) };
}

/** Each path with that of its step in the report. */
function staticPaths(events: readonly KeptEvent[]): ReadonlyMap<string, string> {
  const agents = new Set(events.filter(({ type }) => type === "agent.started").map(({ path }) => path));
  return new Map(events.map(({ path }) => [path, staticPath(path, agents)]));
}

function noSuchStep(step: string, run: string, statics: ReadonlyMap<string, string>): RunError {
  const paths = [...new Set([...statics.keys(), ...statics.values()])];
  const nearest = paths.find((path) => path.endsWith(`/${step}`)) ?? suggest(step, paths) ?? nearestLast(step, paths);
  return new RunError("invalid_request", `The run ${run} had no step ${step}.`, {
    code: "T653",
    hint: nearest === undefined ? `\`tantra runs show ${run}\` lists its steps.` : `Did you mean ${nearest}?`,
  });
}

/** A slip in the last part of a long path, or a part that was left out before it. */
function nearestLast(step: string, paths: readonly string[]): string | undefined {
  const last = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const nearest = suggest(last(step), paths.map(last));
  return nearest === undefined ? undefined : paths.find((path) => last(path) === nearest);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
