import type { EarlierSpending } from "../agent/earlier.ts";
import type { Ledger, Pot } from "../agent/ledger.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { BudgetRef, Graph } from "../graph/graph.ts";

/** The pots of a run. */
export interface Pots {
  /**
   * A named pot is the same for all who name it; a literal one is new each time and goes by its owner's name. `path`: all that
   * is spent in that step, and nothing else, is paid from it.
   */
  open(ref: BudgetRef, owner: string, path?: string): Pot;
  /** What earlier processes of the run have spent is in those that are opened from now on. */
  takeOver(earlier: EarlierSpending): void;
}

export function createPots(graph: Graph, ledger: Pick<Ledger, "spend">): Pots {
  const named = new Map<string, Pot>();
  let earlier: EarlierSpending | undefined;

  function filled(pot: Pot, usd: number): Pot {
    ledger.spend([pot], usd);
    return pot;
  }
  return {
    open(ref, owner, path) {
      if (!("budget" in ref)) {
        const pot: Pot = { name: owner, maxUsd: ref.maxUsd, onExceed: "stop" };
        return earlier === undefined || path === undefined ? pot : filled({ ...pot, whole: true }, earlier.below(path));
      }
      const known = named.get(ref.budget);
      if (known !== undefined) return known;
      const node = graph.budgets[ref.budget];
      if (node === undefined) throw new RunError("internal", `The graph has no budget "${ref.budget}".`, { code: "T624" });
      const { name, maxUsd, onExceed } = node;
      const pot: Pot = earlier === undefined ? { name, maxUsd, onExceed } : filled({ name, maxUsd, onExceed, whole: true }, earlier.from(node));
      named.set(ref.budget, pot);
      return pot;
    },
    takeOver(spending) {
      earlier = spending;
    },
  };
}
