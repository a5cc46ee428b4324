import type { Code } from "../diagnostics/codes.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { Question } from "./ask-model.ts";
import type { ErrorInfo, EventOf } from "./events.ts";
import { errorInfo, nameOfKey } from "./failure.ts";
import type { RequestRecord } from "./ledger.ts";
import { hookedReply } from "./model-hooks.ts";
import type { Attachment, ModelRequest } from "./provider.ts";
import { requestCost } from "./request-cost.ts";
import { nearestPolicy } from "./retry.ts";
import type { Runtime } from "./runtime.ts";
import type { Model, ModelChoice } from "./spec.ts";
import { estimateUsage } from "./tokens.ts";

/**
 * What a request says to whom, as a hash: not where in a run it stands, nor how often or how long it is tried. Secrets are
 * blotted out first, as in all that is kept: what is read again asks the same.
 */
export function askedOf(request: ModelRequest, { provider }: Pick<Model, "provider">, { hash, redactor }: Pick<Runtime, "hash" | "redactor">): string {
  const { model, messages, tools, toolChoice, output, parameters, extra } = request;
  const asked = [provider, model, messages, tools, toolChoice, output, parameters, extra];
  const blotted = redactor.value(asked);
  // With a function that looks at every value it takes several times as long.
  const attached = messages.some((message) => "parts" in message && message.parts !== undefined);
  return hash(attached ? JSON.stringify(blotted, contentOf) : JSON.stringify(blotted));
}

/** A function is no JSON: the content of an attachment whose hash is not known stands in its place. */
function contentOf(this: Partial<Attachment>, key: string, value: unknown): unknown {
  if (key !== "data" || typeof value !== "function") return value;
  return this.sha256 === undefined ? (value as () => string)() : undefined;
}

/**
 * The reply that an earlier process of the run had to the same question; undefined: it has to be asked. Throws what the
 * reply means where it is unfit and no policy asks again, like a reply that has just come.
 */
export async function recallReply<T>(question: Question<T>, choice: ModelChoice): Promise<{ readonly value: T; readonly model: Model } | undefined> {
  const { runtime, path } = question;
  const { journal, emit } = runtime;
  if (journal === undefined) return undefined;
  await settleEarlier(question, choice);
  const fitting: { readonly end: EventOf<"model.replied">; readonly model: Model; readonly request: ModelRequest }[] = [];
  let other: EventOf<"model.replied"> | undefined;
  // A program that was changed more than once has asked more than one thing here.
  for (const end of journal.ended(path, "model.replied")) {
    const model = await openedModel(end.model, choice);
    const request = model === undefined ? undefined : question.build(model, end.attempt);
    if (model !== undefined && request !== undefined && askedOf(request, model, runtime) === end.asked) fitting.push({ end, model, request });
    else other = end;
  }
  for (const [index, { end, model, request }] of fitting.entries()) {
    const { usage, cost } = end;
    const { agent, modelId, provider, turn, attempt } = end;
    const part = { agent, model: end.model, provider, modelId, turn, attempt };
    emit(path, { type: "model.requested", request, waitedMs: 0, replayed: true, ...part });
    const { seq: _seq, at: _at, runId: _runId, path: _path, ...said } = end;
    emit(path, { ...said, replayed: true });
    question.spent(usage, cost);
    try {
      return { value: await question.accept(await hookedReply(question, request, end)), model };
    } catch (thrown) {
      const last = index === fitting.length - 1;
      // What came of asking again, if it was, is the next one.
      if (last && !isAskedAgain(thrown, end.attempt, model, question, choice)) throw thrown;
    }
  }
  return admit(question, choice, fitting.length === 0 ? other : undefined);
}

/** Whether an unfit reply is not the last word: a policy has attempts left, or there is another model. */
function isAskedAgain<T>(thrown: unknown, attempt: number, model: Model, { spec, retryInvalid }: Question<T>, choice: ModelChoice): boolean {
  if (!(thrown instanceof RunError)) return false;
  if (thrown.class === "content_filter") return modelsOf(choice).at(-1) !== model;
  const policy = nearestPolicy(spec.retry, model.retry);
  return thrown.class === "invalid_output" && retryInvalid && policy.on.includes("invalid_output") && attempt < policy.attempts;
}

async function admit<T>(question: Question<T>, choice: ModelChoice, before: EventOf<"model.replied"> | undefined): Promise<undefined> {
  const { runtime, path, spec, call } = question;
  const { journal } = runtime;
  const model = (before === undefined ? undefined : modelOf(before.model, choice)) ?? modelsOf(choice)[0];
  if (model === undefined || journal === undefined) return;
  // What a request says can depend on what only an open provider knows.
  if (journal.strict) await openedModel(model.key, choice);
  const request = question.build(model, 1);
  const { signal } = call;
  const { key, provider } = model;
  const step = { of: "model", path, agent: spec.name, model: key, provider, request, signal } as const;
  const place = spec.place === undefined ? {} : { place: spec.place };
  const admitted = journal.admit({ ...step, ...place, ...(before === undefined ? {} : { before }) });
  const why = typeof admitted === "object" ? await admitted : admitted;
  if (why !== undefined) runtime.emit(path, { type: "warning", message: why });
}

/** What was spent here before is paid from the pots, and of a request that was in flight when the process ended it is told that nothing was heard. */
async function settleEarlier<T>({ runtime, path, call, spec }: Question<T>, choice: ModelChoice): Promise<void> {
  const { journal, ledger, emit, prices, clock } = runtime;
  const earlier = journal?.spentAt(path);
  if (earlier === undefined) return;
  ledger.spend(
    call.pots.filter(({ whole }) => whole !== true),
    earlier.usd,
  );
  for (const { model: key, request } of earlier.heard) {
    const model = await openedModel(key, choice);
    if (model !== undefined) (await model.open()).recalled?.(request);
  }
  for (const { agent, model: key, provider, modelId, turn, attempt, request } of earlier.unheard) {
    const model = modelOf(key, choice);
    const usage = estimateUsage(request, "");
    if (model !== undefined && model.price === undefined) await prices.load?.();
    const cost = model === undefined ? { usd: 0, unpriced: 1, estimated: true } : requestCost(model, usage, {}, prices, clock.now()).cost;
    const message = `The process ended while the model "${nameOfKey(key)}" was asked by "${spec.name}": nothing was heard of this request.`;
    const error = errorInfo(new RunError("connection", message, { path }));
    emit(path, { type: "model.failed", error, usage, cost, durationMs: 0, outcome: "aborted", agent, model: key, provider, modelId, turn, attempt });
    ledger.spend(
      call.pots.filter(({ whole }) => whole !== true),
      cost.usd,
    );
    ledger.record({ path, agent, model: key, modelId, provider, attempt, durationMs: 0, outcome: "unknown", class: "connection", usage, cost });
    emit(path, { type: "budget.spent", usage, cost, budgets: [], outcome: "unknown" });
  }
}

/** Whether it is what `settleEarlier` tells of a request. */
export function isUnheard({ outcome, class: of }: Pick<RequestRecord, "outcome" | "class">): boolean {
  return outcome === "aborted" && of === "connection";
}

function modelsOf(choice: ModelChoice): readonly Model[] {
  return choice.of === "model" ? [choice.model] : choice.models.flatMap(modelsOf);
}

export function modelOf(key: string, choice: ModelChoice): Model | undefined {
  return modelsOf(choice).find((model) => model.key === key);
}

/** Only an open provider knows what its requests may say. Undefined: there is no such model any more, or it cannot be had. */
async function openedModel(key: string, choice: ModelChoice): Promise<Model | undefined> {
  const model = modelOf(key, choice);
  try {
    await model?.open();
    return model;
  } catch {
    return undefined;
  }
}

/** A failure that a replay comes to again. It may have ended a scope around whoever would catch it: then it did not come from within. */
export class RecordedFailure extends RunError {
  /** Whether the program went on from it at `path`. Absent: it may wherever it can. */
  takenAt?: (path: string) => boolean;
}

/** An error of an earlier process. */
export function revivedError(kept: Json, path: string): RunError {
  const { class: errorClass, message, code, path: first, place, hint } = kept as unknown as ErrorInfo;
  return new RunError(errorClass, message, {
    code: code as Code,
    path: first || path,
    ...(place === undefined ? {} : { place }),
    ...(hint === undefined ? {} : { hint }),
  });
}
