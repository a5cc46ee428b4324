import type { Clock } from "../agent/clock.ts";
import type { RunEvent } from "../agent/events.ts";
import { classOf, errorInfo, messageOf, withoutStop } from "../agent/failure.ts";
import type { Hooks } from "../agent/hooks.ts";
import type { Pot } from "../agent/ledger.ts";
import type { PriceTable } from "../agent/price.ts";
import { type Answers, questionsOf } from "../agent/question.ts";
import { createRedactor } from "../agent/redact.ts";
import { RunFailure, type RunTotals } from "../agent/run-failure.ts";
import { createRuntime, type Runtime } from "../agent/runtime.ts";
import { createScope } from "../agent/scope.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";

/** What agents need of the machine: handed in, never looked up. */
export interface World {
  readonly clock: Clock;
  /** SHA-256 or any stable hash of a text, as hex of at least 16 digits. */
  readonly hash: (text: string) => string;
  readonly newId: () => string;
  readonly prices: PriceTable;
}

/** What may be said of one run. */
export interface AskOptions {
  readonly signal?: AbortSignal;
  /** Told of everything that happens. What it throws is ignored. */
  readonly onEvent?: (event: RunEvent) => void;
  readonly hooks?: Hooks;
  /** What people have answered before, to questions of a run that was suspended (T641). */
  readonly answers?: Answers;
  /** US dollars that this run may cost at most, with the agents that it calls. */
  readonly budget?: number;
  /** Of the whole run. */
  readonly timeoutMs?: number;
  readonly runId?: string;
  /** The same seed and the same replies give the same waits. Default: the run's id. */
  readonly seed?: string;
  /** What must not leave in an event or an error. */
  readonly secrets?: readonly string[];
}

export interface Session {
  readonly name: string;
  readonly input: Json;
  readonly world: World;
  readonly options: AskOptions;
  /** Told what was spent, however it ended. */
  readonly spent: (totals: RunTotals) => void;
}

/** What holds for the work of a session. */
export interface Limits {
  readonly runtime: Runtime;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly pots: readonly Pot[];
}

/** A run around agents: `run.started` before the work, `run.finished` or `run.failed` after it. Throws a `RunFailure`. */
export async function session<T>(
  { name, input, world, options, spent }: Session,
  work: (limits: Limits) => Promise<{ value: Json; given: T }>,
): Promise<T & RunTotals> {
  const { signal, onEvent, hooks, answers, budget, timeoutMs, seed, secrets = [] } = options;
  const runtime = createRuntime({
    ...world,
    runId: options.runId ?? world.newId(),
    sinks: onEvent === undefined ? [] : [onEvent],
    secrets,
    ...(seed === undefined ? {} : { seed }),
    ...(hooks === undefined ? {} : { hooks }),
    ...(answers === undefined ? {} : { answers }),
  });
  const { runId, clock, emit, ledger, deadlines, people } = runtime;
  const startedAt = clock.now();
  const totals = () => ({ usage: ledger.usage, cost: ledger.cost, durationMs: clock.now() - startedAt });
  const scope = createScope(signal ?? new AbortController().signal, {
    deadlines,
    what: "The run",
    path: name,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const pots: readonly Pot[] = budget === undefined ? [] : [{ name: "run", maxUsd: budget, onExceed: "stop" }];
  emit(name, { type: "run.started", main: name, input, seed: runtime.seed });
  people.strands.begin();
  try {
    const { value, given } = await work({ runtime, path: name, signal: scope.signal, pots });
    emit(name, { type: "run.finished", value, ...totals() });
    return { ...given, runId, ...totals() };
  } catch (thrown) {
    const error = asRunError(thrown).at(name, undefined);
    emit(name, { type: "run.failed", error: errorInfo(error), ...questionsOf(error), ...totals() });
    throw new RunFailure(error, { runId, ...totals() }, createRedactor(secrets));
  } finally {
    people.strands.end();
    scope.dispose();
    runtime.close();
    spent({ runId, ...totals() });
  }
}

function asRunError(thrown: unknown): RunError {
  if (thrown instanceof RunError) return thrown;
  return new RunError(classOf(thrown, "internal"), `The run failed: ${withoutStop(messageOf(thrown))}.`, { cause: thrown });
}
