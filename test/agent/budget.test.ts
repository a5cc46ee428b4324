import { expect, test } from "vitest";
import type { Pot } from "../../src/agent/ledger.ts";
import { priceOf } from "../../src/agent/request-cost.ts";
import type { Model } from "../../src/agent/spec.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import { manualClock } from "../support/clock.ts";
import { agent, scripted, user, world } from "./world.ts";

const pot = (maxUsd: number, onExceed: Pot["onExceed"] = "stop"): Pot => ({ name: "purse", maxUsd, onExceed });

/** A dollar for each token of a reply, nothing for the prompt; 10 at most. */
function dear(entries: readonly JsonObject[], clock = manualClock(), more: Partial<Model> = {}): Model {
  return scripted({ writer: entries }, clock, { price: { input: 0, output: 1_000_000 }, parameters: { max_tokens: 10 }, retry: "none", ...more });
}
const spending = (output: number, more: JsonObject = {}): JsonObject => ({ text: "x", usage: { input: 1, output }, ...more });

test("a request reserves its worst case and settles what it came to", async () => {
  const w = world(manualClock());
  const p = pot(12);
  await w.run(agent(dear([spending(3)])), { pots: [p] });
  expect(w.of("budget.spent")[0]).toMatchObject({ cost: { usd: 3 }, budgets: [{ name: "purse", spentUsd: 3, maxUsd: 12 }], outcome: "replied" });
  await expect(w.run(agent(dear([spending(3)])), { pots: [p] })).rejects.toMatchObject({ class: "budget", code: "T614" });
  expect(w.of("model.requested")).toHaveLength(1);
});

test("the prompt counts with its bytes, as no tokenizer gives more tokens", async () => {
  const w = world(manualClock());
  const model = dear([spending(0)], manualClock(), { price: { input: 1_000_000, output: 0 } });
  await expect(w.run(agent(model), { pots: [pot(7)], messages: [user("äöüß")] })).rejects.toMatchObject({ class: "budget" });
  await w.run(agent(model), { pots: [pot(8)], messages: [user("äöüß")] });
});

test("under fan-out requests wait for each other's money, hold no slot meanwhile, and the budget is never passed", async () => {
  const clock = manualClock();
  const w = world(clock, { gateOptions: () => ({ limit: { concurrent: 2 } }) });
  const p = pot(20);
  const model = dear([spending(4, { latency: "1s", times: "always" })], clock);
  const runs = Promise.allSettled(Array.from({ length: 8 }, (_, i) => w.run(agent(model), { path: `wf[${i}]/writer`, pots: [p] })));
  const other = w.run(agent(scripted({ writer: [{ text: "free" }] }, clock, { provider: "main.tantra#llm" })), { path: "wf/free" });
  await clock.advance(10_000);
  expect((await other).value).toBe("free");
  const states = (await runs).map(({ status }) => status);
  expect(states.filter((status) => status === "fulfilled")).toHaveLength(3);
  expect(w.runtime.ledger.spentFrom(p)).toBe(12);
  expect(w.of("budget.waiting").length).toBeGreaterThan(0);
  for (const { budgets } of w.of("budget.spent")) for (const { spentUsd, maxUsd } of budgets) expect(spentUsd).toBeLessThanOrEqual(maxUsd);
});

test("attempts that fail with usage are spent too, and all holding pots pay", async () => {
  const clock = manualClock();
  const w = world(clock);
  const [outer, inner] = [pot(100), pot(50)];
  const model = dear([{ text: "partly", error: "connection" }, spending(5)], clock, {
    retry: { attempts: 2, delayMs: 0, backoff: 1, maxDelayMs: 0, jitter: "none", on: ["connection"], respectRetryAfter: true },
  });
  const run = w.run(agent(model), { pots: [outer, inner] });
  await w.until("retry.scheduled");
  await clock.advance(0);
  // "partly" is six bytes: two tokens by our estimate.
  expect((await run).cost).toEqual({ usd: 7, unpriced: 0, estimated: true, simulated: true });
  expect([w.runtime.ledger.spentFrom(outer), w.runtime.ledger.spentFrom(inner)]).toEqual([7, 7]);
});

test("a pot that stands over a request twice pays it once", async () => {
  const w = world(manualClock());
  const p = pot(12);
  await w.run(agent(dear([spending(3)])), { pots: [p, p] });
  expect(w.of("budget.spent")[0]).toMatchObject({ budgets: [{ name: "purse", spentUsd: 3 }] });
  expect(w.runtime.ledger.spentFrom(p)).toBe(3);
});

test.each([
  ["cached_input", { cachedInput: 8 }],
  ["cache_write", { cacheWrite: 8 }],
])("where %s is the dearest of a prompt, all of it is held to be that", async (key, part) => {
  const w = world(manualClock());
  const price = { input: 0, output: 0, [key]: 1_000_000 };
  const model = () => dear([{ text: "x", usage: { input: 8, output: 1 } }], manualClock(), { price });
  await expect(w.run(agent(model()), { pots: [pot(7)], messages: [user("äöüß")] })).rejects.toMatchObject({ class: "budget" });
  await w.run(agent(model()), { pots: [pot(8)], messages: [user("äöüß")] });
  expect(priceOf(price, { input: 8, cachedInput: 0, cacheWrite: 0, output: 1, reasoning: 0, ...part })).toBe(8);
});

test("without a price or max_tokens a pot is checked against what was spent", async () => {
  const w = world(manualClock());
  const p = pot(6);
  const unbounded = dear([spending(4, { times: "always" })], manualClock(), { parameters: {} });
  await w.run(agent(unbounded), { pots: [p] });
  await w.run(agent(unbounded), { pots: [p] });
  await expect(w.run(agent(unbounded), { pots: [p] })).rejects.toMatchObject({ class: "budget" });
});

test("a pot that warns lets the run go on, and says once that it is used up", async () => {
  const w = world(manualClock());
  const p = pot(5, "warn");
  for (let i = 0; i < 3; i++) await w.run(agent(dear([spending(4)])), { pots: [p] });
  expect(w.of("warning").map(({ message }) => message)).toEqual(['The budget "purse" is used up; the run goes on, because it says on_exceed: warn.']);
});

test("usage that the vendor did not report is estimated and marked so, and unpriced calls are counted, never free", async () => {
  const w = world(manualClock());
  const { usage, cost } = await w.run(agent(scripted({ writer: [{ text: "12345" }] }, manualClock())), { messages: [user("123456789")] });
  expect(usage).toEqual({ input: 3, cachedInput: 0, cacheWrite: 0, output: 2, reasoning: 0, estimated: true });
  expect(cost).toEqual({ usd: 0, unpriced: 1, estimated: true, simulated: true });
  expect(w.runtime.ledger.cost).toEqual(cost);
});
