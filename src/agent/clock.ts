/** Time from outside, so that a run under a fixed clock is a pure function. */
export interface Clock {
  /** Wall-clock milliseconds since 1970. */
  now(): number;
  /**
   * Resolves after `ms`; rejects with the signal's reason as soon as it aborts, leaving no timer. Every time limit of a
   * run sleeps here too: a clock that lets each sleep pass at once also lets every timeout be reached.
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
