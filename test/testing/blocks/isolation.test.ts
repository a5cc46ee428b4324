import fc from "fast-check";
import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/diagnostics/json.ts";
import type { Graph, TestNode } from "../../../src/graph/graph.ts";
import { systemClock } from "../../../src/host/clock.ts";
import type { OpenedProvider, ToolFunctionContext } from "../../../src/interpreter/options.ts";
import { simulator } from "../../../src/providers/simulator/index.ts";
import { runTest } from "../../../src/testing/blocks/run-test.ts";
import { optionsOf } from "../../interpreter/world.ts";
import { manualClock } from "../../support/clock.ts";
import { compiled } from "./blocks.ts";

/** Each of these tests fails, or waits until it is out of time, where something of another one is still there. */
const program = `provider llm = simulator { limit: { requests: 1/m } }
provider weak = simulator { breaker: { calls: 2, window: 60s, open: 60s } }
provider calm = simulator
budget pot { max: $0.002 }
model small = llm("gpt-5-mini") { max_tokens: 100, price: { input: $1, output: $10 } }
model frail = weak("gpt-5") { max_tokens: 100, retry: none }
model spare = calm("gpt-5-mini") { max_tokens: 100 }
model either = fallback(frail, spare)
tool tally() -> int from "./t.ts"
agent spender() { model: small, budget: pot, prompt: "Spend." }
agent guarded(about: string) { model: either, prompt: "About \${about}." }
agent desk() { model: spare, system: "You help." }
agent judge(text: string) -> int { model: spare, prompt: text, ensure: [result > 0], check: { high: result > 3 } }
workflow judged(texts: string[]) -> int[] { parallel for text in texts { judge(text) } }
workflow talk() -> int {
  let c = chat desk() session "one"
  let _ = c.send("Hello")
  return len(c.messages)
}

test "the pot and the limit are full" {
  expect spender() != "" && calls(spender) == 1
}
test "they are full again" {
  expect spender() != "" && cost == 0.0011
}
test "the breaker opens" {
  expect guarded("failure 1") == "spare" && guarded("failure 2") == "spare" && guarded("peace") == "spare"
  expect calls(frail) == 2
}
test "the breaker is closed" {
  expect guarded("peace") == "frail" && calls(spare) == 0
}
test "the store is empty" { expect tally() == 1 && tally() == 2 && calls(tally) == 2 }
test "and is so again" { expect tally() == 1 }
test "a session begins" {
  fake desk -> "Hi"
  expect talk() == 3
}
test "and goes on in its own test alone" {
  fake desk -> "Hi"
  expect talk() == 3 && talk() == 5
}
test "branches are answered in order" {
  fake judge -> 1 then 5 then 2 then 4
  expect judged(["a", "b", "c", "d"]) == [1, 5, 2, 4] && failed_checks(judge) == 2
}
test "and fail where they do" {
  fake judge -> 1 then 0 then 2
  expect judged(["a", "b", "c"]) == [1, 2, 3]
}
test "nothing has been called" {
  expect calls(spender) == 0 && calls(judge) == 0 && failed_checks(judge) == 0 && cost == 0.0
}
`;

/** By provider. */
const replies: Readonly<Record<string, JsonObject>> = {
  llm: { spender: [{ text: "Spent.", usage: { input: 100, output: 100 }, times: "always" }] },
  weak: {
    guarded: [
      { when: { contains: "failure" }, error: "overloaded", times: "always" },
      { text: "frail", times: "always" },
    ],
  },
  calm: { guarded: [{ text: "spare", times: "always" }] },
};
function openProvider(key: string): OpenedProvider {
  const script = replies[key.slice(key.indexOf("#") + 1)];
  const provider = simulator({ replies: "t.replies.json" }, { clock: systemClock, ...(script === undefined ? {} : { replies: script }) });
  return { provider, kind: "simulator", refusedKeywords: [], simulated: true };
}
const tally = async (_args: unknown, { store }: ToolFunctionContext) => store.update("n", (n) => Number(n ?? 0) + 1);

/** All of them in this order, so many at a time; what they came to, by their names. */
async function runAll(graph: Graph, order: readonly TestNode[], together: number): Promise<Readonly<Record<string, unknown>>> {
  const found: Record<string, unknown> = {};
  const queue = [...order];
  async function work(): Promise<void> {
    for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
      const price = { source: "t", cost: () => 0.0011 };
      const options = { ...optionsOf({ tools: { tally } }, manualClock()), openProvider, clock: systemClock, prices: price, timeoutMs: 20_000 };
      const { durationMs: _, reached, ...result } = await runTest(graph, test, options);
      found[test.name] = { ...result, reached: [...reached].sort() };
    }
  }
  await Promise.all(Array.from({ length: together }, work));
  return found;
}

it("tests come to the same in any order and however many run at a time", async () => {
  const graph = await compiled(program);
  const alone = await runAll(graph, graph.tests, 1);
  const failed = Object.entries(alone).flatMap(([name, result]) => ((result as { failures: unknown[] }).failures.length > 0 ? [name] : []));
  expect(failed).toEqual(["and fail where they do"]);
  const orders = fc.shuffledSubarray([...graph.tests], { minLength: graph.tests.length });
  await fc.assert(
    fc.asyncProperty(orders, fc.integer({ min: 1, max: 16 }), async (order, together) => {
      expect(await runAll(graph, order, together)).toEqual(alone);
    }),
    { numRuns: 25 },
  );
});
