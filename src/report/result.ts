import type { ErrorInfo } from "../agent/events.ts";
import type { Question } from "../agent/question.ts";
import type { Usage } from "../agent/usage.ts";
import type { Json } from "../diagnostics/json.ts";
import type { CostReport, Sum } from "./cost-report.ts";
import type { Warning } from "./warnings.ts";

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
  /** What people are asked, in a run that waits for them (T641); else none. */
  readonly questions: readonly Question[];
  readonly warnings: readonly Warning[];
}

export interface RunOutcome {
  readonly runId: string | null;
  readonly value: Json;
  readonly error: ErrorInfo | null;
  readonly durationMs: number;
  /** Of each step. */
  readonly steps: Readonly<Record<string, number>>;
  readonly questions: readonly Question[];
  readonly warnings: readonly Warning[];
}

export function runReport({ runId, value, error, durationMs, steps, questions, warnings }: RunOutcome, report: CostReport): RunReport {
  const { total, ...parts } = report;
  return {
    runId,
    value,
    error,
    usage: total.usage,
    cost: { ...total.cost, calls: total.calls, ...parts },
    durations: { total: durationMs, steps },
    questions,
    warnings,
  };
}
