import type { Journal } from "./journal.ts";
import { isUnheard, modelOf } from "./recall.ts";
import { requestCost, worstCost } from "./request-cost.ts";
import type { Runtime } from "./runtime.ts";
import type { ModelChoice } from "./spec.ts";
import { estimateUsage } from "./tokens.ts";

/**
 * What earlier processes of a run have spent, US dollars: what a pot of this one holds from the start. A request of which
 * nothing was heard counts with the most that it can have cost, so that no limit is passed.
 */
export interface EarlierSpending {
  readonly total: number;
  /** In the step at `path`, and all within it. */
  below(path: string): number;
  /** From a pot that has a name of its own. Of requests at whose end the process was cut off it is not known which pots they are paid from: all of them count. */
  from(pot: { readonly name: string; readonly maxUsd: number }): number;
}

export async function earlierSpending(
  { spent, unheard }: Pick<Journal, "spent" | "unheard">,
  choiceOf: (key: string) => ModelChoice | undefined,
  { prices, clock }: Pick<Runtime, "prices" | "clock">,
): Promise<EarlierSpending> {
  if (unheard.length > 0) await prices.load?.();
  const heard = spent.filter((record) => !isUnheard(record));
  const lost = unheard.map(({ path, model: key, request }) => {
    const choice = choiceOf(key);
    const model = choice && modelOf(key, choice);
    if (model === undefined) return { path, usd: 0 };
    const now = clock.now();
    return { path, usd: worstCost(model, request, prices, now) ?? requestCost(model, estimateUsage(request, ""), {}, prices, now).cost.usd };
  });
  const within = new Map<string, number>();
  const pots = new Map<string, number>();
  const add = (sums: Map<string, number>, key: string, usd: number): void => void sums.set(key, (sums.get(key) ?? 0) + usd);
  const all = [...heard.map(({ path, cost }) => ({ path, usd: cost.usd })), ...lost];
  for (const { path, usd } of all) {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) add(within, path.slice(0, end), usd);
  }
  let unknown = 0;
  for (const { pots: from, cost } of heard) {
    if (from === undefined) unknown += cost.usd;
    else for (const pot of from) add(pots, keyOf(pot), cost.usd);
  }
  const sumOf = (parts: readonly { readonly usd: number }[]): number => parts.reduce((sum, { usd }) => sum + usd, 0);
  unknown += sumOf(lost);
  return { total: sumOf(all), below: (path) => within.get(path) ?? 0, from: (pot) => (pots.get(keyOf(pot)) ?? 0) + unknown };
}

function keyOf({ name, maxUsd }: { readonly name: string; readonly maxUsd: number }): string {
  return `${maxUsd} ${name}`;
}
