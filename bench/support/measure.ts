import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The middle one; of an even number the upper of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

export interface Spent {
  readonly wallMs: number;
  /** Processor time of this process, user and system. */
  readonly cpuMs: number;
}

export async function spend(work: () => unknown): Promise<Spent> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

/**
 * Every contender once per round, in turn, so that whatever else the machine does hits all of them alike; the first round only
 * warms up. Garbage is collected before each, so that nobody clears up after another. Gives each one's figures, one per round.
 */
export async function interleaved<K extends string>(
  rounds: number,
  contenders: Readonly<Record<K, () => number | Promise<number>>>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(contenders) as K[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      collectGarbage();
      const figure = await contenders[name]();
      if (round >= 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** The median of each contender's figures. */
export function medians<K extends string>(figures: Readonly<Record<K, readonly number[]>>): Record<K, number> {
  return Object.fromEntries(Object.entries<readonly number[]>(figures).map(([name, values]) => [name, median(values)])) as Record<K, number>;
}
