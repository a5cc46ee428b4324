import type { Gates } from "./gates.ts";
import type { Model, ModelChoice } from "./spec.ts";

/** A model that may be asked, and the places in the fallbacks that lead to it. */
export interface Candidate {
  readonly model: Model;
  readonly via: readonly Via[];
}
interface Via {
  readonly key: string;
  readonly index: number;
  readonly cooldownMs: number;
}

/** Which models one run of an agent asks. */
export interface Chooser {
  /** The models of a turn, in the order in which they are tried; never empty. */
  candidates(turn: number, now: number): readonly Candidate[];
  /** It answered: the rest of this run stays with it. */
  answered(candidate: Candidate): void;
  /** It failed: the rest of this run leaves it alone, other runs while it cools down. */
  failed(candidate: Candidate, now: number): void;
}

/** `path` is the agent's: models of a round robin take turns by the sum of its indices and the turn. */
export function createChooser(choice: ModelChoice, path: string, gates: Gates): Chooser {
  if (choice.of === "model") {
    const only = [{ model: choice.model, via: [] }];
    return { candidates: () => only, answered: () => undefined, failed: () => undefined };
  }
  const place = sumOfIndices(path);
  /** How far each fallback has come in this run. */
  const reached = new Map<string, number>();

  function list(of: ModelChoice, turn: number, via: readonly Via[]): Candidate[] {
    if (of.of === "model") return [{ model: of.model, via }];
    if (of.of === "round_robin") {
      const taken = of.models[(place + turn) % of.models.length];
      return taken === undefined ? [] : list(taken, turn, via);
    }
    const from = reached.get(of.key) ?? 0;
    return of.models.flatMap((each, index) => (index < from ? [] : list(each, turn, [...via, { key: of.key, index, cooldownMs: of.cooldownMs }])));
  }

  const atLeast = (key: string, index: number): void => void reached.set(key, Math.max(reached.get(key) ?? 0, index));

  return {
    candidates(turn, now) {
      const all = list(choice, turn, []);
      const warm = all.filter(({ via }) => !via.some(({ key, index }) => gates.coolsDown(key, index, now)));
      // All of them failed lately: better to ask than to give up unasked.
      return warm.length > 0 ? warm : all;
    },
    answered({ via }) {
      for (const { key, index } of via) atLeast(key, index);
    },
    failed({ via }, now) {
      const last = via.at(-1);
      if (last === undefined) return;
      atLeast(last.key, last.index + 1);
      if (last.cooldownMs > 0) gates.coolDown(last.key, last.index, now + last.cooldownMs);
    },
  };
}

function sumOfIndices(path: string): number {
  let sum = 0;
  for (const match of path.matchAll(/\[(\d+)\]/g)) sum += Number(match[1]);
  return sum;
}
