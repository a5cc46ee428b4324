import { type Breaker, type BreakerOptions, createBreaker, defaultBreaker } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import { createLimiter, type Limiter, type LimitOptions } from "./limiter.ts";

/** What a program writes for a provider about how many requests go to it, and when none do. */
export interface GateOptions {
  readonly limit?: LimitOptions;
  /** Absent: the defaults, but "none" for the simulator. */
  readonly breaker?: BreakerOptions | "none";
}

/** What stands between the agents of a run and its providers: limiters, breakers, and the models that a fallback leaves alone. */
export interface Gates {
  limiter(provider: string): Limiter;
  /** Undefined: there is none for this model. */
  breaker(provider: string, modelId: string, simulated: boolean): Breaker | undefined;
  /** Fallback `key` leaves its `index`-th model alone until then. */
  coolDown(key: string, index: number, until: number): void;
  coolsDown(key: string, index: number, now: number): boolean;
}

/** `optionsOf` gives what is written for the provider of a key. */
export function createGates(clock: Clock, optionsOf: (provider: string) => GateOptions | undefined): Gates {
  const limiters = new Map<string, Limiter>();
  const breakers = new Map<string, Breaker | undefined>();
  const cooling = new Map<string, number>();
  const now = (): number => clock.now();
  return {
    limiter(provider) {
      let limiter = limiters.get(provider);
      if (limiter === undefined) {
        limiter = createLimiter(clock, optionsOf(provider)?.limit ?? {});
        limiters.set(provider, limiter);
      }
      return limiter;
    },
    breaker(provider, modelId, simulated) {
      const key = `${provider}\n${modelId}`;
      if (!breakers.has(key)) {
        const options = optionsOf(provider)?.breaker ?? (simulated ? "none" : defaultBreaker);
        breakers.set(key, options === "none" ? undefined : createBreaker(options, now));
      }
      return breakers.get(key);
    },
    coolDown: (key, index, until) => void cooling.set(`${key}\n${index}`, until),
    coolsDown: (key, index, at) => (cooling.get(`${key}\n${index}`) ?? 0) > at,
  };
}
