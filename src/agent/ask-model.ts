import { fallbackClasses } from "../diagnostics/classes.ts";
import { RunError } from "../diagnostics/errors.ts";
import { misplacedSystem } from "../diagnostics/system-places.ts";
import { abortReason, orAborted, throwIfAborted } from "./abort.ts";
import { type AttemptPart, runAttempt } from "./attempt.ts";
import type { Blocked } from "./breaker.ts";
import type { Candidate, Chooser } from "./choice.ts";
import type { ModelReply } from "./events.ts";
import { classOf, messageOf, nameOfKey } from "./failure.ts";
import { modelError } from "./model-error.ts";
import { hooked, hookedReply } from "./model-hooks.ts";
import { type ModelRequest, type Provider, ProviderError } from "./provider.ts";
import { askedOf, recallReply } from "./recall.ts";
import { decideRetry, type Failure, fitsInTime, jitterUnit, nearestPolicy, type RetryPolicy } from "./retry.ts";
import type { Runtime } from "./runtime.ts";
import type { AgentCall, AgentSpec, Model } from "./spec.ts";
import type { Cost, Usage } from "./usage.ts";

/** One request of a turn, and what is to come of it. */
export interface Question<T> {
  readonly spec: AgentSpec;
  readonly call: AgentCall;
  readonly runtime: Runtime;
  readonly turn: number;
  /** The turn's path. */
  readonly path: string;
  readonly chooser: Chooser;
  readonly build: (model: Model, attempt: number) => ModelRequest;
  /** What a reply means. Throws a `RunError` of class `content_filter` or `invalid_output`, which end this attempt. */
  readonly accept: (reply: ModelReply) => Promise<T>;
  /** Whether a policy may have an unfit reply asked for again. */
  readonly retryInvalid: boolean;
  readonly spent: (usage: Usage, cost: Cost) => void;
}

/** What holds over all the models of one request. */
interface Progress {
  /** When the first attempt was sent; until then, when it was asked for. */
  startedAt: number;
  sent: boolean;
  waitedMs: number;
  /** Text was streamed that is void now. */
  shown: boolean;
  /** Why the last attempt failed. */
  failed?: RunError;
}
interface Failed {
  readonly error: RunError;
  /** Another model may do better. */
  readonly fallsBack: boolean;
  readonly policy: RetryPolicy;
}

/** Asks until a reply is accepted: retries of one model, then the next model of a fallback. Throws what failed for good. */
export async function askModel<T>(question: Question<T>): Promise<T> {
  const { chooser, runtime, turn, path, spec, call } = question;
  const { clock, emit } = runtime;
  const progress: Progress = { startedAt: clock.now(), sent: false, waitedMs: 0, shown: false };
  const candidates = chooser.candidates(turn, progress.startedAt);
  const others: RunError[] = [];
  if (runtime.journal !== undefined) {
    const recalled = await recallReply(question, spec.model);
    if (recalled !== undefined) {
      const candidate = candidates.find(({ model }) => model === recalled.model);
      if (candidate !== undefined) chooser.answered(candidate);
      return recalled.value;
    }
  }

  for (const [index, candidate] of candidates.entries()) {
    const next = candidates[index + 1];
    const outcome = await tryModel(question, candidate, next !== undefined, progress);
    if ("value" in outcome) {
      chooser.answered(candidate);
      return outcome.value;
    }
    const { error, fallsBack, policy } = outcome;
    throwIfAborted(call.signal);
    const now = clock.now();
    const tooLate = policy.deadlineMs !== undefined && now - progress.startedAt > policy.deadlineMs;
    if (fallsBack) chooser.failed(candidate, now);
    if (next === undefined || !fallsBack || tooLate) {
      if (others.length > 0) error.others = [...others, ...error.others];
      throw error;
    }
    others.push(error);
    emit(path, {
      type: "fallback.entered",
      agent: spec.name,
      from: candidate.model.key,
      to: next.model.key,
      class: error.class,
      message: error.message,
    });
  }
  throw new RunError("internal", "This is a bug in Tantra: a request had no model to go to.");
}

async function tryModel<T>(question: Question<T>, { model }: Candidate, hasNext: boolean, progress: Progress): Promise<Failed | { value: T }> {
  const { spec, call, runtime, turn, path } = question;
  const { clock, emit } = runtime;
  const policy = nearestPolicy(spec.retry, model.retry);
  const opened = await open(model, path, call.signal);
  if (opened instanceof RunError) return { error: opened, fallsBack: true, policy };

  for (let attempt = 1; ; attempt++) {
    const part: AttemptPart = { agent: spec.name, model: model.key, provider: model.provider, modelId: model.id, turn, attempt };
    const built = question.build(model, attempt);
    const asked = runtime.journal === undefined ? {} : { asked: askedOf(built, model, runtime) };
    const request = await hooked(question, built);
    const misplaced = misplacedIn(request, model, question);
    if (misplaced !== undefined) return { error: misplaced, fallsBack: false, policy };
    if (progress.shown) {
      emit(path, { type: "attempt.restarted", ...part });
      progress.shown = false;
    }
    let outcome = await throughBreaker();
    while (outcome.of === "blocked") {
      const { blocked } = outcome;
      const elapsed = clock.now() - progress.startedAt;
      if (hasNext || policy.attempts === 1 || !fitsInTime(policy, blocked.waitMs, elapsed, progress.waitedMs)) {
        return { error: unreachableModel(model, blocked, path), fallsBack: true, policy };
      }
      await wait(blocked.waitMs, blocked.class, "policy", attempt);
      outcome = await throughBreaker();
    }

    if (outcome.of === "late") return { error: progress.failed ?? lateError(model, path), fallsBack: false, policy };

    let error: RunError;
    let failure: Failure;
    if (outcome.of === "replied") {
      const reply = runtime.hooks.afterModel === undefined ? outcome.reply : await hookedReply(question, request, outcome);
      try {
        return { value: await question.accept(reply) };
      } catch (thrown) {
        if (!(thrown instanceof RunError)) throw thrown;
        const retried = thrown.class === "invalid_output" && question.retryInvalid && policy.on.includes("invalid_output");
        if (!retried && thrown.class !== "content_filter") throw thrown;
        error = thrown;
        failure = { class: thrown.class };
        progress.shown = reply.text !== "";
      }
    } else {
      failure = outcome.error;
      error = modelError(model, outcome.error, attempt, path);
      progress.shown = outcome.shown;
    }

    progress.failed = error;
    const retry = decideRetry({
      policy,
      failure,
      attempt,
      elapsedMs: clock.now() - progress.startedAt,
      waitedMs: progress.waitedMs,
      unit: jitterUnit(runtime.hash, runtime.seed, path, attempt + 1),
    });
    if (retry === undefined) return { error, fallsBack: (fallbackClasses as readonly string[]).includes(error.class), policy };
    await wait(retry.delayMs, error.class, retry.because, attempt + 1);

    async function throughBreaker(): ReturnType<typeof runAttempt> {
      if (runtime.journal !== undefined) await runtime.journal.flush();
      const blocked = runtime.gates.breaker(model.provider, model.id, model.simulated)?.blocked(clock.now());
      if (blocked !== undefined) return { of: "blocked", blocked };
      return runAttempt({ part, path, model, provider: opened as Provider, request, ...asked, call, spent: question.spent, mayStart }, runtime);
    }
    /** The first attempt always may; its start is what a deadline counts from. Waiting for a slot or for money takes time, too. */
    function mayStart(now: number): boolean {
      if (!progress.sent) progress.startedAt = now;
      progress.sent = true;
      return policy.deadlineMs === undefined || now - progress.startedAt <= policy.deadlineMs;
    }
    async function wait(delayMs: number, because: RunError["class"], who: "policy" | "server", nextAttempt: number): Promise<void> {
      emit(path, { type: "retry.scheduled", delayMs, class: because, because: who, nextAttempt, maxAttempts: policy.attempts, ...part });
      progress.waitedMs += delayMs;
      throwIfAborted(call.signal);
      await clock.sleep(delayMs, call.signal).catch(() => {
        throw abortReason(call.signal);
      });
    }
  }
}

/** The provider, or why it cannot be built: the fallback goes on. */
async function open(model: Model, path: string, signal: AbortSignal): Promise<Provider | RunError> {
  try {
    const opened = model.open();
    return await (opened instanceof Promise ? orAborted(opened, signal) : opened);
  } catch (thrown) {
    throwIfAborted(signal);
    if (thrown instanceof RunError) return thrown.at(path, undefined);
    return modelError(model, new ProviderError(classOf(thrown, "internal"), messageOf(thrown), { cause: thrown }), 1, path);
  }
}

/** A system text where the vendor takes none: it is sent nowhere, and not moved. */
function misplacedIn<T>({ messages }: ModelRequest, model: Model, { spec, path }: Question<T>): RunError | undefined {
  if (model.systemTexts === undefined || model.systemTexts === "anywhere") return undefined;
  const wrong = misplacedSystem(
    messages.map(({ role }) => role),
    model.systemTexts,
  );
  if (wrong === undefined) return undefined;
  const whose = `a model of \`${model.kind}\`, which ${wrong.rule}`;
  const message = `Message ${wrong.index + 1} to the agent "${spec.name}" is a system text out of place for "${nameOfKey(model.key)}", ${whose}.`;
  return new RunError("invalid_request", message, { path, hint: wrong.hint });
}

function lateError(model: Model, path: string): RunError {
  return new RunError("timeout", `The model "${nameOfKey(model.key)}" could not be asked before the deadline of its retry.`, { path });
}

function unreachableModel(model: Model, { class: errorClass, waitMs }: Blocked, path: string): RunError {
  return new RunError(errorClass, `The model "${nameOfKey(model.key)}" is left alone, because it failed too often lately.`, {
    path,
    hint: `It is tried again in ${Math.ceil(waitMs / 1000)} s; add a model with fallback(…), or set the provider's \`breaker\`.`,
  });
}
