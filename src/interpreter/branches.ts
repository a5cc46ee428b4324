import { abortReason } from "../agent/abort.ts";
import { createScope } from "../agent/scope.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { endsScope, type Frame } from "./frame.ts";
import { failedBefore, keepFailure, keepWinners, winnersBefore } from "./remember.ts";
import { isSignal } from "./signal.ts";
import { asRunError, isCancellation, type StepInfo, step } from "./step.ts";

/** Branches that run at the same time, and when they are done with. */
export interface BranchPlan {
  readonly count: number;
  /** Runs the `index`-th branch: it takes its own step below `frame`. */
  readonly start: (index: number, frame: Frame) => Promise<Json>;
  /** So many at once; undefined: all. */
  readonly max?: number | undefined;
  /** The place of the construct. */
  readonly place: string;
  /** "all": the first failure ends the block. "any": a failure is an outcome. A number: done when so many have succeeded. */
  readonly wanted: "all" | "any" | number;
}

export type Outcome =
  | { readonly ok: true; readonly value: Json; readonly at: number }
  | { readonly ok: false; readonly error: RunError; readonly cancelled: boolean };

/**
 * The outcome of each branch; undefined: it never started. At most `max` run at once, started in source order. When the
 * block is decided the rest are cancelled, and it waits until every one of them has wound down. Throws the first failure in
 * time when that ends the block; what else failed hangs under it, and what was merely cancelled does not.
 */
export async function runBranches(plan: BranchPlan, frame: Frame): Promise<readonly (Outcome | undefined)[]> {
  const { count, start, wanted } = plan;
  /** Who takes part: where an earlier process was through with the block, those that it went on with. */
  const known = typeof wanted === "number" ? winnersBefore(frame) : undefined;
  const taking = known ?? Array.from({ length: count }, (_, index) => index);
  const { deadlines, clock, people } = frame.run.runtime;
  const block = createScope(frame.signal, { deadlines });
  const inner: Frame = { ...frame, signal: block.signal, ...(wanted === "all" ? {} : { tolerant: frame }) };
  const together = { ended: false };
  const outcomes = new Array<Outcome | undefined>(count).fill(undefined);
  let decided = false;
  let successes = 0;
  let failures = 0;
  let first: RunError | undefined;
  let stopper: RunError | undefined;

  function decide(reason: string): void {
    decided = true;
    block.cancel(new RunError("cancelled", reason, { path: frame.path, place: plan.place }));
  }

  async function runOne(index: number): Promise<void> {
    try {
      const value = await start(index, { ...inner, branch: { block: together, outer: frame.branch } });
      outcomes[index] = { ok: true, value, at: clock.now() };
      successes++;
      if (!decided && typeof wanted === "number" && successes >= wanted) decide("Enough other branches have succeeded.");
    } catch (thrown) {
      const error = asRunError(thrown);
      outcomes[index] = { ok: false, error, cancelled: isCancellation(error, block.signal) };
      failures++;
      first ??= error;
      if (decided) return;
      const hopeless = wanted === "all" || (typeof wanted === "number" && taking.length - failures < wanted);
      if (!hopeless && !endsScope(error, frame)) return;
      // What ends the scope around is the error, whatever was tolerated before.
      if (hopeless) stopper = endsScope(error, frame) ? error : first;
      else stopper = frame.signal.aborted ? abortReason(frame.signal) : error;
      decide("Another branch has failed.");
    }
  }

  const strands = people.strands.split();
  /** Branches behind a `max` whose strands all wait for people are not counted: nothing lets them begin. */
  async function strand(run: () => Promise<void>): Promise<void> {
    strands.begin();
    try {
      await run();
    } finally {
      strands.end();
    }
  }

  let next = 0;
  async function work(): Promise<void> {
    while (next < taking.length && !decided) await runOne(taking[next++] ?? 0);
  }
  async function startAll(): Promise<void> {
    const running: Promise<void>[] = [];
    while (next < taking.length && !decided) {
      const index = taking[next++] ?? 0;
      running.push(strand(() => runOne(index)));
      if (next % startedTogether === 0) await turns(turnsBetween);
    }
    strands.end();
    await Promise.all(running);
  }
  async function startWorkers(count: number): Promise<void> {
    const running = Array.from({ length: count }, () => strand(work));
    strands.end();
    await Promise.all(running);
  }

  try {
    if (wanted === 0) return outcomes;
    if (plan.max === undefined) await startAll();
    else await startWorkers(Math.min(plan.max, count));
  } finally {
    together.ended = true;
    block.dispose();
  }
  if (stopper !== undefined) throw withOthers(stopper, outcomes, frame);
  if (typeof wanted === "number" && known === undefined) keepWinners([...winners(outcomes, wanted)], frame);
  return outcomes;
}

/**
 * The first `need` branches to succeed, by index. Several that ended at the same moment of the clock are taken in source
 * order, so that a run repeats.
 */
export function winners(outcomes: readonly (Outcome | undefined)[], need: number): ReadonlySet<number> {
  const succeeded = outcomes.flatMap((outcome, index) => (outcome?.ok ? [{ index, at: outcome.at }] : []));
  succeeded.sort((a, b) => a.at - b.at || a.index - b.index);
  return new Set(succeeded.slice(0, need).map(({ index }) => index));
}

/**
 * Thousands of branches are started a few at a time, with turns of the microtask queue in between (no time passes in them):
 * each gets as far as its first real wait before the next ones take memory, and those that never wait are gone by then.
 */
const startedTogether = 64;
const turnsBetween = 256;

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
}

function withOthers(error: RunError, outcomes: readonly (Outcome | undefined)[], frame: Frame): RunError {
  const others = outcomes.flatMap((outcome) => (outcome?.ok === false && !outcome.cancelled && outcome.error !== error ? [outcome.error] : []));
  // The end of an enclosing scope is nobody's failure: it is told as it is.
  if (others.length > 0 && !frame.signal.aborted) error.others = [...error.others, ...others];
  return error;
}

type BranchInfo = Pick<StepInfo, "path" | "place" | "name">;

/** The step of one branch, with the time that each branch has. */
export function branchStep(info: BranchInfo, timeoutMs: number | undefined, frame: Frame, work: (inner: Frame) => Json | Promise<Json>): Promise<Json> {
  if (frame.run.runtime.journal !== undefined && frame.tolerant !== undefined) return rememberedBranch(info, timeoutMs, frame, work);
  return step({ ...info, kind: "branch" }, frame, (inner) => timed(info, timeoutMs, inner, work));
}

/** One whose failure the program goes on from: it is no other when the run is gone on with. */
function rememberedBranch(info: BranchInfo, timeoutMs: number | undefined, frame: Frame, work: (inner: Frame) => Json | Promise<Json>): Promise<Json> {
  const { path } = info;
  return step({ ...info, kind: "branch" }, frame, async (inner) => {
    const failed = failedBefore(path, frame);
    if (failed !== undefined) throw failed;
    try {
      return await timed(info, timeoutMs, inner, work);
    } catch (thrown) {
      if (isSignal(thrown)) throw thrown;
      const error = asRunError(thrown).at(path, info.place);
      if (frame.tolerant !== undefined && !endsScope(error, frame.tolerant) && !isCancellation(error, frame.signal)) keepFailure(path, error, frame);
      throw error;
    }
  });
}

async function timed({ path, place }: BranchInfo, timeoutMs: number | undefined, inner: Frame, work: (inner: Frame) => Json | Promise<Json>): Promise<Json> {
  if (timeoutMs === undefined) return work(inner);
  const scope = createScope(inner.signal, { timeoutMs, deadlines: inner.run.runtime.deadlines, what: `The branch ${path}`, path, place });
  try {
    return await work({ ...inner, signal: scope.signal });
  } finally {
    scope.dispose();
  }
}
