import { type Copy, hashOf } from "./copy.ts";
import type { Upstream } from "./upstream.ts";

/** What has become of a file since it was copied. */
export type State =
  /** It is what upstream has. */
  | "same"
  /** Upstream changed, added or removed it, and in the copy nobody has touched it. */
  | "outdated"
  | "added"
  | "removed"
  /** It was changed or removed in the copy, and upstream has what it had. */
  | "yours"
  | "left out"
  /** Both, and not to the same. */
  | "both"
  /** Upstream never had it. */
  | "own";

export interface Compared {
  readonly path: string;
  readonly state: State;
  /** The texts of both sides. Absent: there is none. */
  readonly mine: string | undefined;
  readonly theirs: string | undefined;
}

/** Every file that either side has or had, in order. */
export function compare({ origin, files }: Copy, upstream: Upstream): readonly Compared[] {
  const paths = new Set([...Object.keys(origin.files), ...upstream.files.keys(), ...files.keys()]);
  return [...paths].sort().map((path) => {
    const mine = files.get(path);
    const theirs = upstream.files.get(path);
    return { path, mine, theirs, state: stateOf(origin.files[path], mine, theirs) };
  });
}

function stateOf(was: string | undefined, mine: string | undefined, theirs: string | undefined): State {
  const [now, next] = [mine, theirs].map((text) => (text === undefined ? undefined : hashOf(text)));
  if (now === next) return "same";
  if (was === undefined && next === undefined) return "own";
  if (now === was) return next === undefined ? "removed" : was === undefined ? "added" : "outdated";
  if (next === was) return now === undefined ? "left out" : "yours";
  return "both";
}
