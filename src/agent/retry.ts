import type { ErrorClass } from "../diagnostics/classes.ts";
import { retriedByDefault } from "../diagnostics/classes.ts";

/** How one model request (or one `effect: read` tool call) is tried again. */
export interface RetryPolicy {
  /** Every try of one model, the first included. */
  readonly attempts: number;
  readonly delayMs: number;
  readonly backoff: number;
  readonly maxDelayMs: number;
  readonly jitter: "none" | "full" | "equal";
  /** No attempt starts later than this after the request's first, over all models of a fallback. */
  readonly deadlineMs?: number;
  readonly on: readonly ErrorClass[];
  readonly respectRetryAfter: boolean;
}

/** What holds where no `retry` is written; settings left out of one take these too. */
export const defaultRetry: RetryPolicy = {
  attempts: 4,
  delayMs: 500,
  backoff: 2,
  maxDelayMs: 20_000,
  jitter: "equal",
  on: retriedByDefault,
  respectRetryAfter: true,
};

/** One attempt and no more, whatever the server says: `retry: none`. */
const once: RetryPolicy = { ...defaultRetry, attempts: 1 };

/** The policy that is written nearest; the defaults where none is. */
export function nearestPolicy(...written: readonly (RetryPolicy | "none" | undefined)[]): RetryPolicy {
  const nearest = written.find((policy) => policy !== undefined);
  return nearest === "none" ? once : (nearest ?? defaultRetry);
}

/** A server's word that reaches further than this is not slept on: the model has failed at once. */
const longestHintMs = 60_000;
/** Without a deadline the waits of one request add up to this at most. */
const longestWaitsMs = 120_000;

/** The wait before the n-th try, jittered by `unit` from 0 up to 1. */
export function backoffMs(policy: RetryPolicy, n: number, unit: number): number {
  const full = Math.min(policy.maxDelayMs, policy.delayMs * policy.backoff ** (n - 2));
  if (policy.jitter === "none") return full;
  return policy.jitter === "full" ? full * unit : full * (0.5 + unit / 2);
}

/** A number from 0 up to 1 that is the same whenever this attempt of this step runs under this seed. */
export function jitterUnit(hash: (text: string) => string, seed: string, path: string, attempt: number): number {
  return Number.parseInt(hash(`${seed}\n${path}\n${attempt}`).slice(0, 13), 16) / 16 ** 13;
}

export interface Failure {
  readonly class: ErrorClass;
  readonly retryAfterMs?: number | undefined;
  readonly shouldRetry?: boolean | undefined;
}
export interface RetrySituation {
  readonly policy: RetryPolicy;
  readonly failure: Failure;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** Since the request's first attempt started, over all models. */
  readonly elapsedMs: number;
  /** What was waited already, over all models. */
  readonly waitedMs: number;
  /** For the jitter of the next attempt. */
  readonly unit: number;
}
export interface Retry {
  readonly delayMs: number;
  readonly because: "policy" | "server";
}

/** When to try again, or undefined: this model has failed. */
export function decideRetry({ policy, failure, attempt, elapsedMs, waitedMs, unit }: RetrySituation): Retry | undefined {
  if (attempt >= policy.attempts) return undefined;
  if (!(failure.shouldRetry ?? policy.on.includes(failure.class))) return undefined;
  let delayMs = backoffMs(policy, attempt + 1, unit);
  let because: Retry["because"] = "policy";
  if (policy.respectRetryAfter && failure.retryAfterMs !== undefined) {
    const hint = failure.retryAfterMs;
    if (hint > longestHintMs) return undefined;
    // A little more than it says, so that branches that were refused together do not come back in step.
    const wait = hint + unit * Math.min(hint / 10, 1000);
    if (wait > delayMs) {
      delayMs = wait;
      because = "server";
    }
  }
  return fitsInTime(policy, delayMs, elapsedMs, waitedMs) ? { delayMs, because } : undefined;
}

/** Whether a wait may still be taken before the next attempt. */
export function fitsInTime(policy: RetryPolicy, delayMs: number, elapsedMs: number, waitedMs: number): boolean {
  return policy.deadlineMs === undefined ? waitedMs + delayMs <= longestWaitsMs : elapsedMs + delayMs <= policy.deadlineMs;
}
