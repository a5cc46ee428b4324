import type { ErrorInfo, RunEvent } from "../agent/events.ts";
import type { Usage } from "../agent/usage.ts";
import type { Json } from "../diagnostics/json.ts";
import type { CostReport, Sum } from "./cost-report.ts";

/** What a person should know although the run went on. */
export interface Warning {
  readonly message: string;
  readonly code?: string;
  /** `file:line:column` */
  readonly place?: string;
  /** The step's. */
  readonly path?: string;
  readonly hint?: string;
}

/** What `--json` prints: one object, whether the run succeeded, failed or never started. */
export interface RunReport {
  /** Null: nothing was started. */
  readonly runId: string | null;
  /** The result; null with an error. */
  readonly value: Json;
  readonly error: ErrorInfo | null;
  readonly usage: Usage;
  /** US dollars, over the whole run and by agent, model and step. */
  readonly cost: Sum["cost"] & Omit<CostReport, "total"> & { readonly calls: number };
  /** Milliseconds: of the run, and of each step from its first start to its last end. */
  readonly durations: { readonly total: number; readonly steps: Readonly<Record<string, number>> };
  readonly warnings: readonly Warning[];
}

export interface RunOutcome {
  readonly runId: string | null;
  readonly value: Json;
  readonly error: ErrorInfo | null;
  readonly durationMs: number;
  readonly warnings: readonly Warning[];
}

export function runReport({ runId, value, error, durationMs, warnings }: RunOutcome, report: CostReport): RunReport {
  const { total, ...parts } = report;
  return {
    runId,
    value,
    error,
    usage: total.usage,
    cost: { ...total.cost, calls: total.calls, ...parts },
    durations: { total: durationMs, steps: Object.fromEntries(report.steps.map(({ step, durationMs }) => [step, durationMs])) },
    warnings,
  };
}

/** What an event warns of, if it does. */
export function warningIn(event: RunEvent): Warning | undefined {
  if (event.type === "warning") {
    const { message, code, place, hint, path } = event;
    return {
      message,
      ...(code === undefined ? {} : { code }),
      ...(place === undefined ? {} : { place }),
      ...(path === "" ? {} : { path }),
      ...(hint === undefined ? {} : { hint }),
    };
  }
  if (event.type === "check.failed") {
    const { agent, check, place, path } = event;
    return { message: `The check "${check}" of ${agent} does not hold.`, path, ...(place === undefined ? {} : { place }) };
  }
  return undefined;
}
