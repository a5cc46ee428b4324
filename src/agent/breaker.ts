import type { ErrorClass } from "../diagnostics/classes.ts";

export interface BreakerOptions {
  /** So many calls in the window, over half of them failed: it opens. */
  readonly calls: number;
  readonly windowMs: number;
  /** How long it stays open the first time; doubles each time that the probe fails, up to a minute. */
  readonly openMs: number;
}

export const defaultBreaker: BreakerOptions = { calls: 5, windowMs: 60_000, openMs: 5000 };

const longestOpenMs = 60_000;
/** The window moves on in steps: counts are kept by step, so its memory does not grow with the calls. */
const steps = 12;

/** Failures that say that the model cannot be reached; others say that it is there. */
const countedClasses: ReadonlySet<ErrorClass> = new Set(["connection", "timeout", "overloaded", "server_error"]);

export type BreakerChange =
  | { readonly change: "opened"; readonly openMs: number; readonly failures: number; readonly calls: number }
  | { readonly change: "closed" };

/** Leave to send one request. */
export interface Pass {
  /** What came of it: undefined for a reply, "aborted" where nobody waited for the answer. Gives what that changed. */
  settle(outcome: ErrorClass | "aborted" | undefined): BreakerChange | undefined;
}
/** It is open. */
export interface Blocked {
  readonly waitMs: number;
  /** What opened it. */
  readonly class: ErrorClass;
}

/** Keeps requests from a model that does not answer, for a while, and then tries it with one. */
export interface Breaker {
  blocked(now: number): Blocked | undefined;
  enter(now: number): Pass;
}

interface Step {
  index: number;
  calls: number;
  failures: number;
}

/** A breaker that reads the time from `now`. */
export function createBreaker(options: BreakerOptions, clockNow: () => number): Breaker {
  const stepMs = Math.max(1, options.windowMs / steps);
  let counts: Step[] = [];
  let state: "closed" | "open" | "probing" = "closed";
  let openMs = options.openMs;
  let opensAgainAt = 0;
  let lastClass: ErrorClass = "connection";
  /** Requests sent before it last changed say nothing about the time after. */
  let era = 0;

  function count(now: number, failed: boolean): Step {
    const index = Math.floor(now / stepMs);
    counts = counts.filter((step) => step.index > index - steps);
    let step = counts.at(-1);
    if (step === undefined || step.index !== index) {
      step = { index, calls: 0, failures: 0 };
      counts.push(step);
    }
    step.calls++;
    if (failed) step.failures++;
    const total: Step = { index, calls: 0, failures: 0 };
    for (const { calls, failures } of counts) {
      total.calls += calls;
      total.failures += failures;
    }
    return total;
  }

  function open(now: number, { calls, failures }: { calls: number; failures: number }): BreakerChange {
    state = "open";
    era++;
    counts = [];
    opensAgainAt = now + openMs;
    return { change: "opened", openMs, failures, calls };
  }

  function settleProbe(outcome: ErrorClass | "aborted" | undefined): BreakerChange | undefined {
    const now = clockNow();
    if (outcome === "aborted") {
      // It says nothing; the next one is the probe.
      state = "open";
      return undefined;
    }
    if (outcome !== undefined && countedClasses.has(outcome)) {
      openMs = Math.min(longestOpenMs, openMs * 2);
      lastClass = outcome;
      return open(now, { calls: 1, failures: 1 });
    }
    state = "closed";
    era++;
    openMs = options.openMs;
    return { change: "closed" };
  }

  function settleCall(outcome: ErrorClass | "aborted" | undefined): BreakerChange | undefined {
    if (outcome === "aborted") return undefined;
    const failed = outcome !== undefined && countedClasses.has(outcome);
    const now = clockNow();
    const total = count(now, failed);
    if (failed) lastClass = outcome;
    return total.calls >= options.calls && total.failures * 2 > total.calls ? open(now, total) : undefined;
  }

  return {
    blocked(now) {
      if (state === "closed") return undefined;
      if (state === "open") return now >= opensAgainAt ? undefined : { waitMs: opensAgainAt - now, class: lastClass };
      // The probe is on its way: its answer is not known, so look again after a while.
      return { waitMs: Math.min(openMs, probeLookMs), class: lastClass };
    },
    enter() {
      const probe = state === "open";
      if (probe) state = "probing";
      const mine = era;
      let settled = false;
      return {
        settle(outcome) {
          if (settled) return undefined;
          settled = true;
          if (probe) return settleProbe(outcome);
          return mine === era && state === "closed" ? settleCall(outcome) : undefined;
        },
      };
    },
  };
}

const probeLookMs = 1000;
