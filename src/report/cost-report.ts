import type { Cost, Usage } from "../agent/usage.ts";

/** What some requests came to. `calls` counts every attempt that was sent, those that failed included. */
export interface Sum {
  readonly calls: number;
  readonly usage: Usage;
  readonly cost: Cost;
}

/** Requests of one agent to one model. */
export interface AgentModelSum extends Sum {
  readonly agent: string;
  /** The model's declared name. */
  readonly model: string;
  readonly modelId: string;
  readonly provider: string;
  /** The models whose price was taken, where the table knows those that answered and not this one. */
  readonly pricedAs?: readonly string[];
  /** The vendor's class of service, where it is not the usual one. */
  readonly tier?: string;
}

/** A step with everything below it; the iterations of a loop are one step: `research/found[]/researcher`. */
export interface StepSum extends Sum {
  readonly step: string;
  /** Where the step is an agent's run. */
  readonly agent?: string;
  /** How many times it ran. 0: it is a step that only holds others. */
  readonly runs: number;
  /** From its first start to its last end. */
  readonly durationMs: number;
}

/** What a run cost, as data: the `cost` of `--json`. */
export interface CostReport {
  readonly total: Sum;
  readonly agents: readonly AgentModelSum[];
  readonly models: readonly Omit<AgentModelSum, "agent">[];
  /** A parent stands before its children, which stand in the order of their first start. */
  readonly steps: readonly StepSum[];
  /** A part of the total: attempts that failed. */
  readonly retries: Sum;
  /** A part of the total: work whose result nobody used, in branches that were cancelled or given up. */
  readonly abandoned: Sum;
  /** How many of the failed attempts nothing was heard of: what the server did with them, and charges, is not known. */
  readonly unheard: number;
  /** What was read from a recording, with what it cost when it was recorded: no part of the total. Absent: nothing was. */
  readonly replayed?: Sum;
  /** The price table's name, version and date. */
  readonly prices: string;
}
