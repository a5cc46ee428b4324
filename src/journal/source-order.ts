import type { RunEvent } from "../agent/events.ts";

/**
 * What lies at the paths of a run, in the order of the source: what runs one after the other stands in the order of time,
 * branches in the order of their block, and the calls of one turn as the model asked for them, whichever of them was first.
 */
export interface SourceOrder<T> {
  see(event: RunEvent): void;
  add(path: string, item: T): void;
  /** The block that the branch at `path` is one of. */
  blockOf(path: string): string | undefined;
  /** All that was added, but for what lies below a path that is `left`. */
  items(left: (branch: Branch) => boolean): T[];
}
/** The `index`-th branch of the block at `block`. */
export interface Branch {
  readonly block: string;
  readonly index: number;
}

interface Place<T> {
  readonly items: T[];
  /** By segment, in the order in which they were come by first. */
  readonly below: Map<string, Place<T>>;
}

const blockKinds: readonly string[] = ["parallel", "parallel_for", "race"];
const callSegment = /^call\[(\d+)\]$/;

export function createSourceOrder<T>(): SourceOrder<T> {
  const root: Place<T> = { items: [], below: new Map() };
  const blocks = new Map<string, string[]>();
  const branches = new Map<string, Branch>();

  function placeOf(path: string): Place<T> {
    let place = root;
    for (const segment of path.split("/")) {
      let next = place.below.get(segment);
      if (next === undefined) {
        next = { items: [], below: new Map() };
        place.below.set(segment, next);
      }
      place = next;
    }
    return place;
  }

  function walk(place: Place<T>, path: string, left: (branch: Branch) => boolean, found: T[]): void {
    found.push(...place.items);
    /** Branches of one block stand together, where the first of them was; so do the calls of a turn. */
    const groups = new Map<string, { readonly index: number; readonly path: string; readonly place: Place<T> }[]>();
    for (const [segment, next] of place.below) {
      const own = path === "" ? segment : `${path}/${segment}`;
      const branch = branches.get(own);
      if (branch !== undefined && left(branch)) continue;
      const call = callSegment.exec(segment)?.[1];
      const group = branch?.block ?? (call === undefined ? own : `${path}/call`);
      const index = branch?.index ?? Number(call ?? 0);
      groups.set(group, [...(groups.get(group) ?? []), { index, path: own, place: next }]);
    }
    for (const group of groups.values()) {
      for (const next of group.sort((a, b) => a.index - b.index)) walk(next.place, next.path, left, found);
    }
  }

  return {
    see(event) {
      const { path } = event;
      placeOf(path);
      if (event.type !== "step.started") return;
      if (blockKinds.includes(event.kind) && !blocks.has(path)) blocks.set(path, []);
      if (event.kind !== "branch" || branches.has(path)) return;
      const block = [path.replace(/\[\d+\]$/, ""), path.slice(0, path.lastIndexOf("/"))].find((each) => blocks.has(each));
      const others = block === undefined ? undefined : blocks.get(block);
      if (block === undefined || others === undefined) return;
      branches.set(path, { block, index: others.length });
      others.push(path);
    },
    blockOf: (path) => branches.get(path)?.block,
    add: (path, item) => void placeOf(path).items.push(item),
    items(left) {
      const found: T[] = [];
      walk(root, "", left, found);
      return found;
    },
  };
}
