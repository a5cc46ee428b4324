import { abortReason, throwIfAborted } from "./abort.ts";
import type { Blocked, BreakerChange, Pass } from "./breaker.ts";
import type { ErrorInfo, ModelReply } from "./events.ts";
import { asProviderError, errorInfo } from "./failure.ts";
import type { RequestRecord, Reservation } from "./ledger.ts";
import type { Slot } from "./limiter.ts";
import { modelError } from "./model-error.ts";
import type { ModelRequest, Provider, ProviderError, ReplyChunk } from "./provider.ts";
import { createReplyBuilder, type ReplyBuilder } from "./reply-builder.ts";
import { requestCost, worstCost } from "./request-cost.ts";
import type { Runtime } from "./runtime.ts";
import type { AgentCall, Model } from "./spec.ts";
import { readStream } from "./stream.ts";
import { estimateUsage, promptBytes, tokensOfBytes } from "./tokens.ts";
import { type Cost, noCost, noUsage, type Usage } from "./usage.ts";

/** Who asks whom, for the n-th time: what every event of an attempt says. */
export interface AttemptPart {
  readonly agent: string;
  readonly model: string;
  readonly provider: string;
  readonly modelId: string;
  readonly turn: number;
  readonly attempt: number;
}
export interface Attempt {
  readonly part: AttemptPart;
  /** The turn's path. */
  readonly path: string;
  readonly model: Model;
  readonly provider: Provider;
  readonly request: ModelRequest;
  /** A hash of what is asked, where the run has a journal. */
  readonly asked?: string;
  readonly call: AgentCall;
  /** Asked once, when it could be sent: whether it is not too late. */
  readonly mayStart: (now: number) => boolean;
  /** Told of what the attempt came to, whatever that was. */
  readonly spent: (usage: Usage, cost: Cost) => void;
}
export type AttemptOutcome =
  | { readonly of: "replied"; readonly reply: ModelReply; readonly usage: Usage; readonly cost: Cost }
  /** `shown`: some of the reply was streamed already. */
  | { readonly of: "failed"; readonly error: ProviderError; readonly shown: boolean }
  /** The breaker opened while it waited: nothing was sent. */
  | { readonly of: "blocked"; readonly blocked: Blocked }
  /** It waited for too long: nothing was sent. */
  | { readonly of: "late" };

/**
 * Sends one request once: limiter slot, reservation, send, settle, slot back. Throws where the agent's own signal
 * aborted, or the budget is used up; every failure of the model is an outcome.
 */
export async function runAttempt(attempt: Attempt, runtime: Runtime): Promise<AttemptOutcome> {
  const { part, path, model, request, call } = attempt;
  const { clock, emit } = runtime;
  throwIfAborted(call.signal);
  const queuedAt = clock.now();
  emit(path, { type: "model.queued", ...part });

  const entry = await enter(attempt, runtime);
  const breaker = runtime.gates.breaker(model.provider, model.id, model.simulated);
  const startedAt = clock.now();
  const blocked = breaker?.blocked(startedAt);
  // A slot may be given in the same moment in which the agent is told to stop.
  if (call.signal.aborted || blocked !== undefined || !attempt.mayStart(startedAt)) {
    entry.reservation.settle(0);
    entry.slot.giveBack();
    throwIfAborted(call.signal);
    return blocked === undefined ? { of: "late" } : { of: "blocked", blocked };
  }
  const flight: Flight = { attempt, runtime, ...entry, pass: breaker?.enter(startedAt), startedAt, builder: createReplyBuilder(part.turn) };
  try {
    emit(path, { type: "model.requested", request, waitedMs: startedAt - queuedAt, ...part });
    return await send(flight);
  } finally {
    // Both do nothing where the flight was settled; they are for what should never happen in between.
    flight.reservation.settle(0);
    flight.slot.release();
    flight.pass?.settle("aborted");
  }
}

interface Entry {
  readonly slot: Slot;
  readonly reservation: Reservation;
}
interface Flight extends Entry {
  readonly attempt: Attempt;
  readonly runtime: Runtime;
  readonly pass: Pass | undefined;
  readonly startedAt: number;
  readonly builder: ReplyBuilder;
}

/** A slot and a reservation. Where the money has to be waited for, the slot goes back meanwhile. */
async function enter(attempt: Attempt, runtime: Runtime): Promise<Entry> {
  const { path, model, request, call } = attempt;
  const { gates, ledger, clock, emit, prices } = runtime;
  const limiter = gates.limiter(model.provider);
  const tokens = limiter.countsTokens ? tokensOfBytes(promptBytes(request)) + (request.parameters.max_tokens ?? 0) : 0;
  if (call.pots.length > 0 && model.price === undefined) await prices.load?.();
  const worst = call.pots.length === 0 || (model.price === undefined && isFree(attempt)) ? 0 : worstCost(model, request, prices, clock.now());

  const slot = await limiter.acquire(tokens, call.signal);
  let reserved: Reservation | Promise<Reservation>;
  try {
    reserved = ledger.reserve(call.pots, worst, {
      signal: call.signal,
      path,
      onWait: (budget, needsUsd, availableUsd) => emit(path, { type: "budget.waiting", budget, needsUsd, availableUsd }),
    });
  } catch (error) {
    slot.giveBack();
    throw error;
  }
  if (!(reserved instanceof Promise)) return { slot, reservation: reserved };
  slot.giveBack();
  const reservation = await reserved;
  try {
    return { slot: await limiter.acquire(tokens, call.signal), reservation };
  } catch (error) {
    reservation.settle(0);
    throw error;
  }
}

async function send(flight: Flight): Promise<AttemptOutcome> {
  const { attempt, runtime, builder, startedAt } = flight;
  const { path, model, request, call, part } = attempt;
  const { clock, emit } = runtime;
  let firstChunkMs: number | undefined;
  const onChunk = (chunk: ReplyChunk): void => {
    firstChunkMs ??= clock.now() - startedAt;
    builder.add(chunk);
    if (chunk.type === "text") emit(path, { type: "model.delta", attempt: part.attempt, text: chunk.text });
    else if (chunk.type === "reasoning") emit(path, { type: "model.delta", attempt: part.attempt, reasoning: chunk.text });
    else if (chunk.type === "tool_call") emit(path, { type: "model.delta", attempt: part.attempt, toolCall: withoutType(chunk) });
  };
  try {
    // Whoever was told of the request may have stopped it.
    throwIfAborted(call.signal);
    await readStream({ provider: attempt.provider, request, signal: call.signal, timeoutMs: model.attemptTimeoutMs, onChunk, runtime });
    const reply = builder.reply();
    const usage = builder.finish?.usage ?? estimateUsage(request, builder.output());
    const reportedUsd = builder.finish?.costUsd ?? (isFree(attempt) ? 0 : undefined);
    if (model.price === undefined && reportedUsd === undefined) await runtime.prices.load?.();
    const said = { ...builder.finish, ...(reportedUsd === undefined ? {} : { costUsd: reportedUsd }) };
    const { cost, pricedAs } = requestCost(model, usage, said, runtime.prices, clock.now());
    emit(path, {
      type: "model.replied",
      reply,
      usage,
      cost,
      ...(pricedAs === undefined ? {} : { pricedAs }),
      durationMs: clock.now() - startedAt,
      ...(firstChunkMs === undefined ? {} : { firstChunkMs }),
      ...part,
      ...(attempt.asked === undefined ? {} : { asked: attempt.asked }),
    });
    settle(flight, { outcome: "replied", usage, cost });
    return { of: "replied", reply, usage, cost };
  } catch (thrown) {
    if (call.signal.aborted) {
      const reason = abortReason(call.signal);
      await settleFailure(flight, undefined, errorInfo(reason));
      throw reason;
    }
    const error = asProviderError(thrown);
    await settleFailure(flight, error, errorInfo(modelError(model, error, 1, path)));
    return { of: "failed", error, shown: builder.started };
  }
}

function isFree({ provider, model }: Attempt): boolean {
  return provider.free?.(model.id) ?? false;
}

/** `error` is undefined where the agent was told to stop. */
async function settleFailure(flight: Flight, error: ProviderError | undefined, info: ErrorInfo): Promise<void> {
  const { attempt, runtime, builder, startedAt } = flight;
  const { path, model, request, part } = attempt;
  // A server that answered with a status made nothing; one of which nothing was heard may have.
  const refused = error !== undefined && !builder.started && (error.status !== undefined || error.class !== "timeout");
  const usage = error?.usage ?? builder.finish?.usage ?? (refused ? noUsage : estimateUsage(request, builder.output()));
  let cost = noCost;
  if (usage !== noUsage) {
    if (model.price === undefined) await runtime.prices.load?.();
    ({ cost } = requestCost(model, usage, { ...builder.finish, ...(isFree(attempt) ? { costUsd: 0 } : {}) }, runtime.prices, runtime.clock.now()));
  }
  const { text } = builder;
  const outcome = error === undefined ? "aborted" : "failed";
  runtime.emit(path, {
    type: "model.failed",
    error: info,
    usage,
    cost,
    durationMs: runtime.clock.now() - startedAt,
    outcome,
    ...(error?.status === undefined ? {} : { status: error.status }),
    ...(text === "" ? {} : { partial: text }),
    ...part,
  });
  const unheard = error !== undefined && error.status === undefined && !builder.started && (error.class === "timeout" || error.class === "connection");
  settle(flight, { outcome: unheard ? "unknown" : outcome, class: info.class, usage, cost });
}

/** Money, breaker, totals, and the slot last. */
function settle(flight: Flight, end: Pick<RequestRecord, "outcome" | "class" | "usage" | "cost">): void {
  const { attempt, runtime, reservation, slot, pass, startedAt } = flight;
  const { path, part, model } = attempt;
  const { agent, provider, modelId } = part;
  const { ledger, emit, clock } = runtime;
  const { outcome, usage, cost } = end;
  const pots = reservation.settle(cost.usd);
  ledger.record({ path, agent, model: part.model, modelId, provider, attempt: part.attempt, durationMs: clock.now() - startedAt, ...end });
  attempt.spent(usage, cost);
  emit(path, { type: "budget.spent", usage, cost, budgets: pots.map(({ name, spentUsd, maxUsd }) => ({ name, spentUsd, maxUsd })), outcome });
  for (const pot of pots) {
    if (pot.justExceeded) emit(path, { type: "warning", message: `The budget "${pot.name}" is used up; the run goes on, because it says on_exceed: warn.` });
  }
  const change = pass?.settle(outcome === "replied" ? undefined : outcome === "aborted" ? "aborted" : (end.class ?? "internal"));
  if (change !== undefined) tellBreaker(change, path, model, runtime);
  slot.release(usage.input + usage.output);
}

function tellBreaker(change: BreakerChange, path: string, model: Model, runtime: Runtime): void {
  const where = { provider: model.provider, modelId: model.id };
  if (change.change === "closed") runtime.emit(path, { type: "breaker.closed", ...where });
  else runtime.emit(path, { type: "breaker.opened", openMs: change.openMs, failures: change.failures, calls: change.calls, ...where });
}

function withoutType({ index, id, name, arguments: text }: Extract<ReplyChunk, { type: "tool_call" }>): {
  index: number;
  id?: string;
  name?: string;
  arguments: string;
} {
  return { index, arguments: text, ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}
