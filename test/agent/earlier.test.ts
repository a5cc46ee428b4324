import { expect, test } from "vitest";
import { earlierSpending } from "../../src/agent/earlier.ts";
import type { RequestRecord } from "../../src/agent/ledger.ts";
import { noUsage } from "../../src/agent/usage.ts";
import { manualClock } from "../support/clock.ts";

function paid(path: string, usd: number, pots?: RequestRecord["pots"]): RequestRecord {
  const asked = { agent: "a", model: "t#m", modelId: "m", provider: "t#p", attempt: 1, durationMs: 1 };
  return { path, ...asked, outcome: "replied", usage: noUsage, cost: { usd, unpriced: 0 }, ...(pots === undefined ? {} : { pots }) };
}

test("what was spent counts in every step that it lies in, and in the pots that paid it", async () => {
  const team = { name: "team", maxUsd: 9 };
  const spent = [paid("w/each[0]/a/turn[0]", 1, [team]), paid("w/each[1]/a/turn[0]", 2, []), paid("w/b/turn[0]", 4, [{ name: "team", maxUsd: 5 }])];
  const earlier = await earlierSpending({ spent, unheard: [] }, () => undefined, { prices: { source: "t", cost: () => undefined }, clock: manualClock() });
  expect([earlier.total, earlier.below("w"), earlier.below("w/each[0]"), earlier.below("w/each[0]/a"), earlier.below("w/c")]).toEqual([7, 7, 1, 1, 0]);
  expect([earlier.from(team), earlier.from({ name: "other", maxUsd: 9 })]).toEqual([1, 0]);
});

test("a reply behind which the file was cut off counts in every pot: which of them paid it is not known", async () => {
  const spent = [paid("w/a/turn[0]", 1, []), paid("w/b/turn[0]", 2)];
  const earlier = await earlierSpending({ spent, unheard: [] }, () => undefined, { prices: { source: "t", cost: () => undefined }, clock: manualClock() });
  expect(earlier.from({ name: "team", maxUsd: 9 })).toBe(2);
});
