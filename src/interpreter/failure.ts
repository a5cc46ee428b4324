import type { Cost, Usage } from "../agent/usage.ts";
import { RunError } from "../diagnostics/errors.ts";

/** What a run came to before it failed. */
export interface RunTotals {
  readonly runId: string;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly durationMs: number;
}

/** What `run` throws once it has started: the error that stopped it, with what was spent until then. */
export class RunFailure extends RunError {
  readonly totals: RunTotals;

  constructor(error: RunError, totals: RunTotals) {
    const { code, path, place, hint, others } = error;
    super(error.class, error.message, {
      code,
      path,
      others,
      cause: error.cause,
      ...(place === undefined ? {} : { place }),
      ...(hint === undefined ? {} : { hint }),
    });
    this.totals = totals;
  }
}
