import { expect, test } from "vitest";
import type { Pot } from "../../src/agent/ledger.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import { simulator } from "../../src/providers/simulator/index.ts";
import { manualClock } from "../support/clock.ts";
import { agent, modelOf, world } from "./world.ts";

/** A provider that charges nobody for models but the one named "hosted". */
function own(entries: readonly JsonObject[], more: Parameters<typeof modelOf>[1] = {}) {
  const provider = simulator({ replies: "replies.json" }, { clock: manualClock(), replies: { writer: entries } });
  return modelOf({ ...provider, free: (model) => model !== "hosted" }, { kind: "own", simulated: false, retry: "none", ...more });
}
const spending: JsonObject = { text: "x", usage: { input: 5, output: 3 } };

test("a request that nobody is charged for costs $0 and is not unpriced", async () => {
  const w = world(manualClock());
  expect((await w.run(agent(own([spending])))).cost).toEqual({ usd: 0, unpriced: 0 });
  expect((await w.run(agent(own([spending], { id: "hosted" })))).cost).toEqual({ usd: 0, unpriced: 1 });
});

test("a failed one costs as little", async () => {
  const w = world(manualClock());
  await expect(w.run(agent(own([{ text: "partly", error: "connection" }])))).rejects.toMatchObject({ class: "connection" });
  expect(w.of("model.failed")[0]).toMatchObject({ cost: { usd: 0, unpriced: 0, estimated: true } });
});

test("a price of the program's own holds all the same", async () => {
  const w = world(manualClock());
  const { cost } = await w.run(agent(own([spending], { price: { input: 0, output: 1_000_000 } })));
  expect(cost).toEqual({ usd: 3, unpriced: 0 });
});

test("it reserves nothing of a budget, with or without max_tokens", async () => {
  const w = world(manualClock());
  const pots: Pot[] = [{ name: "purse", maxUsd: 0.000001, onExceed: "stop" }];
  await w.run(agent(own([spending])), { pots });
  await w.run(agent(own([spending], { parameters: { max_tokens: 1_000_000 } })), { pots });
  expect(w.of("budget.spent").map(({ budgets }) => budgets)).toEqual([
    [{ name: "purse", spentUsd: 0, maxUsd: 0.000001 }],
    [{ name: "purse", spentUsd: 0, maxUsd: 0.000001 }],
  ]);
});
