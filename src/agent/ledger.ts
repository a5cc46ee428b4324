/** What a budget is spent from. One object for each pot that exists: a named one per run, a literal one per run of what it stands on. */
export interface Pot {
  readonly name: string;
  readonly maxUsd: number;
  readonly onExceed: "stop" | "warn";
}

/** Everything spent in a run. Replaced by the agent layer's own implementation. */
export interface Ledger {
  readonly spentUsd: number;
}
