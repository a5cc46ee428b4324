import type { Pot } from "../agent/ledger.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { BudgetRef, Graph } from "../graph/graph.ts";

/** The pots of a run. */
export interface Pots {
  /** A named pot is the same for all who name it; a literal one is new each time and goes by its owner's name. */
  open(ref: BudgetRef, owner: string): Pot;
}

export function createPots(graph: Graph): Pots {
  const named = new Map<string, Pot>();
  return {
    open(ref, owner) {
      if (!("budget" in ref)) return { name: owner, maxUsd: ref.maxUsd, onExceed: "stop" };
      const known = named.get(ref.budget);
      if (known !== undefined) return known;
      const node = graph.budgets[ref.budget];
      if (node === undefined) throw new RunError("internal", `The graph has no budget "${ref.budget}".`, { code: "T624" });
      const pot: Pot = { name: node.name, maxUsd: node.maxUsd, onExceed: node.onExceed };
      named.set(ref.budget, pot);
      return pot;
    },
  };
}
