import type { Emit } from "./events.ts";
import type { Gates } from "./gates.ts";
import type { Hooks } from "./hooks.ts";
import type { Ledger } from "./ledger.ts";
import type { PriceTable } from "./price.ts";

/** Time from outside, so that a run under a fixed clock is a pure function. */
export interface Clock {
  /** Wall-clock milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts, leaving no timer. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** What an agent's work needs from the run around it. One object per run, shared by all of its agents. */
export interface Runtime {
  readonly runId: string;
  /** Jitter of an attempt is a hash of (seed, path, attempt). */
  readonly seed: string;
  readonly clock: Clock;
  /** SHA-256 or any stable hash of a text, as lower-case hex of at least 16 digits. */
  readonly hash: (text: string) => string;
  readonly newId: () => string;
  readonly emit: Emit;
  readonly hooks: Hooks;
  /** Limiters and breakers, by provider. */
  readonly gates: Gates;
  /** What was spent: totals of the run and every pot. */
  readonly ledger: Ledger;
  readonly prices: PriceTable;
  /** Secrets that must not leave in an event, an error or a file. */
  readonly secrets: readonly string[];
}
