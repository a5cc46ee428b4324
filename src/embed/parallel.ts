import { throwIfAborted } from "../agent/abort.ts";
import { errorInfo } from "../agent/failure.ts";
import type { Ledger } from "../agent/ledger.ts";
import type { Message } from "../agent/provider.ts";
import { createRedactor } from "../agent/redact.ts";
import { RunFailure, type RunTotals } from "../agent/run-failure.ts";
import { createScope } from "../agent/scope.ts";
import { addCost, addUsage, type Cost, noCost, noUsage, type Usage } from "../agent/usage.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { Agent } from "./agent.ts";
import type { AgentResponse } from "./agent-options.ts";
import { type AskOptions, type Limits, session, type World } from "./session.ts";
import { unfit } from "./unfit.ts";

/** What a failure does: ends all (`fail`), leaves null in its place (`continue`), or stands beside the results (`collect`). */
export type Policy = "fail" | "continue" | "collect";
export interface ParallelOptions<E extends Policy> extends AskOptions {
  /** So many at once. Default: all. */
  readonly max?: number;
  /** Default: fail. */
  readonly onError?: E;
}

/** What came of one of several. */
export type Settled<T> = { readonly ok: true; readonly response: AgentResponse<T> } | { readonly ok: false; readonly error: RunError };
type Given<E extends Policy, T> = E extends "collect" ? Settled<T> : E extends "continue" ? AgentResponse<T> | null : AgentResponse<T>;
type GivenBy<A> = A extends Agent<infer T> ? T : never;
/** In the order of the pairs. */
export type ParallelResults<P extends readonly (readonly [Agent<unknown>, unknown])[], E extends Policy> = {
  readonly [I in keyof P]: Given<E, GivenBy<P[I][0]>>;
};

/** Thrown when one of several failed: with what came of every one until then. */
export class ParallelFailure extends RunFailure {
  readonly results: readonly Settled<unknown>[];

  constructor(failure: RunFailure, results: readonly Settled<unknown>[]) {
    super(failure, failure.totals, createRedactor([]));
    this.results = results;
  }
}

/** What an agent answered. */
export interface Answer<T> {
  readonly raw: Json;
  readonly value: T;
  readonly messages: readonly Message[];
  readonly turns: number;
  readonly agent: string;
}
export interface Branch {
  readonly name: string;
  readonly work: (limits: Limits) => Promise<Answer<unknown>>;
  readonly spent: (totals: { readonly usage: Usage; readonly cost: Cost }) => void;
}

/** Several agents in one run. Throws a `RunFailure`; under `fail` a `ParallelFailure`. */
export async function inParallel(branches: readonly Branch[], world: World, { max = branches.length, onError = "fail", ...options }: ParallelOptions<Policy>) {
  if (!(max >= 1)) throw unfit(`\`max\` is ${max}, and at least one has to run.`);
  const settled: Settled<unknown>[] = [];
  const ran = session({ name: "parallel", input: null, world, options, spent: () => undefined }, async (limits) => {
    await runBranches(branches, limits, max, onError === "fail", settled);
    const values = settled.map((one) => (one.ok ? (one.response.value as Json) : { error: { ...errorInfo(one.error) } as unknown as Json }));
    return { value: values, given: {} };
  });
  await ran.catch((error: unknown) => {
    throw error instanceof RunFailure && onError === "fail" ? new ParallelFailure(error, settled) : error;
  });
  if (onError === "collect") return settled;
  return settled.map((one) => (one.ok ? one.response : null));
}

async function runBranches(branches: readonly Branch[], { runtime, path, signal, pots }: Limits, max: number, failFast: boolean, settled: Settled<unknown>[]) {
  const { clock, ledger, runId, deadlines } = runtime;
  const scope = createScope(signal, { deadlines });
  let first: RunError | undefined;
  let next = 0;

  async function runOne(branch: Branch, index: number): Promise<void> {
    const at = `${path}[${index}]/${branch.name}`;
    const startedAt = clock.now();
    const totals = (): RunTotals => ({ runId, ...spentUnder(at, ledger), durationMs: clock.now() - startedAt });
    try {
      throwIfAborted(scope.signal);
      const { value, messages, turns, agent } = await branch.work({ runtime, path: at, signal: scope.signal, pots });
      settled[index] = { ok: true, response: { value, messages, turns, agent, ...totals() } };
    } catch (thrown) {
      if (!(thrown instanceof RunError)) throw thrown;
      settled[index] = { ok: false, error: thrown };
      first ??= thrown;
      if (failFast) scope.cancel(new RunError("cancelled", "Another agent of the same block failed."));
    } finally {
      branch.spent(totals());
    }
  }
  async function worker(): Promise<void> {
    while (next < branches.length) {
      const index = next++;
      const branch = branches[index];
      if (branch !== undefined) await runOne(branch, index);
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(max, branches.length) }, worker));
  } finally {
    scope.dispose();
  }
  throwIfAborted(signal);
  if (!failFast || first === undefined) return;
  const failures = settled.flatMap((one) => (one.ok || one.error === first || one.error.class === "cancelled" ? [] : [one.error]));
  first.others = [...first.others, ...failures];
  throw first;
}

/** What was spent below a path, with the agents that were called there. */
function spentUnder(path: string, { requests }: Ledger): { readonly usage: Usage; readonly cost: Cost } {
  const own = requests.filter((request) => request.path.startsWith(`${path}/`));
  return {
    usage: own.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    cost: own.reduce((sum, { cost }) => addCost(sum, cost), noCost),
  };
}
