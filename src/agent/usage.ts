/**
 * Tokens of one request, or a sum of several. `input` includes `cachedInput` and `cacheWrite`; `reasoning` is a part of
 * `output`. Each provider's `wire.ts` says how the vendor's figures map to this one convention.
 */
export interface Usage {
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  /** Of `cacheWrite`: what is kept for an hour, which vendors charge more for than the usual five minutes. Absent: none. */
  readonly cacheWriteHour?: number;
  readonly output: number;
  readonly reasoning: number;
  /** Counted by us (UTF-8 bytes / 4), wholly or in part, because the vendor did not say. */
  readonly estimated?: boolean;
}

export const noUsage: Usage = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  const hour = (a.cacheWriteHour ?? 0) + (b.cacheWriteHour ?? 0);
  return {
    input: a.input + b.input,
    cachedInput: a.cachedInput + b.cachedInput,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    ...(hour === 0 ? {} : { cacheWriteHour: hour }),
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
    ...(a.estimated || b.estimated ? { estimated: true } : {}),
  };
}

/** What requests cost. `unpriced` counts the calls for which no price is known: they are not in `usd`, and never 0. */
export interface Cost {
  readonly usd: number;
  readonly unpriced: number;
  /** Some usage behind `usd` is an estimate. */
  readonly estimated?: boolean;
  /** Some of it was played by the simulator: nobody was charged. */
  readonly simulated?: boolean;
}

export const noCost: Cost = { usd: 0, unpriced: 0 };

export function addCost(a: Cost, b: Cost): Cost {
  return {
    usd: a.usd + b.usd,
    unpriced: a.unpriced + b.unpriced,
    ...(a.estimated || b.estimated ? { estimated: true } : {}),
    ...(a.simulated || b.simulated ? { simulated: true } : {}),
  };
}
