import type { ErrorClass } from "../diagnostics/classes.ts";

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
