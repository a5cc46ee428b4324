import { expect, test } from "vitest";
import { type Message, type ModelChunk, type ModelRequest, type Provider, ProviderError } from "../../src/agent/provider.ts";
import { manualClock } from "../support/clock.ts";
import { agent, modelOf, tool, world } from "./world.ts";

const clock = manualClock();

/** Thinks aloud, calls a tool in its first turns, and wants its thinking back. `fails` from the turn of this number on. */
function thinker(name: string, seen: ModelRequest[], fails = 99): Provider {
  let turn = 0;
  return {
    async *complete(request): AsyncIterable<ModelChunk> {
      seen.push(request);
      if (turn++ >= fails) throw new ProviderError("overloaded", "gone");
      yield { type: "reasoning", text: "Let me " };
      yield { type: "reasoning", text: "think." };
      yield { type: "text", text: `${name} ${turn}` };
      const again = request.messages.filter(({ role }) => role === "tool").length < 2;
      if (again) yield { type: "tool_call", index: 0, id: `call_${name}_${turn}`, name: "look", arguments: "{}" };
      yield { type: "finish", reason: again ? "tool_calls" : "stop", carry: { signed: `${name} ${turn}` } };
    },
  };
}

const look = tool("look", async () => "seen");
const carries = (request: ModelRequest | undefined) =>
  request?.messages.flatMap((message: Message) => (message.role === "assistant" ? [message.carry ?? null] : []));

test("what a provider wants back with a reply comes back with it, and thinking is shown without being sent", async () => {
  const seen: ModelRequest[] = [];
  const w = world(clock);
  const result = await w.run(agent(modelOf(thinker("a", seen)), { tools: [look] }));
  expect(result.value).toBe("a 3");
  const by = "main.tantra#llm/sim-1";
  expect(carries(seen[2])).toEqual([
    { by, data: { signed: "a 1" } },
    { by, data: { signed: "a 2" } },
  ]);
  expect(w.of("model.delta").flatMap(({ reasoning }) => reasoning ?? [])).toEqual(Array(3).fill(["Let me ", "think."]).flat());
  expect(w.of("model.replied")[0]?.reply).toMatchObject({ text: "a 1", reasoning: "Let me think.", carry: { signed: "a 1" } });
  expect(JSON.stringify(seen[2]?.messages)).not.toContain("Let me think.");
});

test("another model of a fallback is not sent what the first one's vendor signed", async () => {
  const seen: ModelRequest[] = [];
  const first = modelOf(thinker("a", [], 1), { id: "sim-a", retry: "none" });
  const second = modelOf(thinker("b", seen), { key: "main.tantra#other", id: "sim-b" });
  const w = world(clock);
  const models = [first, second].map((model) => ({ of: "model", model }) as const);
  await w.run(agent({ of: "fallback", key: "main.tantra#both", models, cooldownMs: 0 }, { tools: [look] }));
  expect(carries(seen[0])).toEqual([null]);
  expect(carries(seen[1])).toEqual([null, { by: "main.tantra#llm/sim-b", data: { signed: "b 1" } }]);
});
