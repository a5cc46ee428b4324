import { expect, test } from "vitest";
import { createChooser } from "../../src/agent/choice.ts";
import { createGates } from "../../src/agent/gates.ts";
import { defaultRetry } from "../../src/agent/retry.ts";
import type { Model, ModelChoice } from "../../src/agent/spec.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import { simulator } from "../../src/providers/simulator/index.ts";
import { manualClock } from "../support/clock.ts";
import { agent, modelOf, scripted, tool, type World, world } from "./world.ts";

const clock = manualClock();

function model(name: string, entries: readonly JsonObject[], more: Partial<Model> = {}): Model {
  return scripted({ writer: entries }, clock, { key: `main.tantra#${name}`, provider: `main.tantra#${name}_llm`, id: name, retry: "none", ...more });
}
function fallback(cooldownMs: number, ...models: readonly (Model | ModelChoice)[]): ModelChoice {
  return { of: "fallback", key: "main.tantra#both", cooldownMs, models: models.map((each) => ("of" in each ? each : { of: "model", model: each })) };
}
const asked = (w: World): string[] => w.of("model.requested").map(({ modelId }) => modelId);
const steady = (): Model => model("steady", [{ text: "Steady.", times: "always" }]);

test.each(["rate_limit", "quota", "overloaded", "timeout", "connection", "server_error", "auth", "not_found", "content_filter", "context_length"] as const)(
  "after %s the next model is asked, and that is shown",
  async (error) => {
    const w = world(clock);
    const { value } = await w.run(agent(fallback(0, model("shaky", [{ error }]), steady())));
    expect(value).toBe("Steady.");
    expect(w.of("fallback.entered")).toMatchObject([{ from: "main.tantra#shaky", to: "main.tantra#steady", class: error, agent: "writer" }]);
  },
);

test.each(["invalid_request"] as const)("after %s it is not", async (error) => {
  const w = world(clock);
  await expect(w.run(agent(fallback(0, model("shaky", [{ error }]), steady())))).rejects.toMatchObject({ class: error });
  expect(asked(w)).toEqual(["shaky"]);
});

test("each model has its own attempts", async () => {
  const w = world(clock);
  const retry = { ...defaultRetry, attempts: 2, delayMs: 0 };
  const run = w.run(
    agent(fallback(0, model("shaky", [{ error: "overloaded", times: "always" }]), model("second", [{ error: "overloaded" }, { text: "Second." }])), { retry }),
  );
  await w.until("retry.scheduled", 1);
  await clock.advance(0);
  await w.until("retry.scheduled", 2);
  await clock.advance(0);
  expect((await run).value).toBe("Second.");
  expect(w.of("model.requested").map(({ modelId, attempt }) => [modelId, attempt])).toEqual([
    ["shaky", 1],
    ["shaky", 2],
    ["second", 1],
    ["second", 2],
  ]);
});

test("a deadline covers all models: none is asked after it", async () => {
  const w = world(clock);
  const retry = { ...defaultRetry, deadlineMs: 1000 };
  const run = w.run(agent(fallback(0, model("shaky", [{ latency: "2s", error: "overloaded" }]), steady()), { retry })).catch((error: unknown) => error);
  await w.until("model.requested");
  await clock.advance(2000);
  expect(await run).toMatchObject({ class: "overloaded" });
  expect(asked(w)).toEqual(["shaky"]);
});

test("when all fail the last one's error is told, with the others' under it", async () => {
  const w = world(clock);
  await expect(w.run(agent(fallback(0, model("shaky", [{ error: "auth" }]), model("other", [{ error: "quota" }]))))).rejects.toMatchObject({
    class: "quota",
    others: [{ class: "auth", message: 'The model "shaky" failed: The script says auth.' }],
  });
});

test("a model that cannot be built is passed over", async () => {
  const w = world(clock);
  const missing = modelOf(simulator({}, { clock }), {
    key: "main.tantra#keyless",
    open: () => {
      throw new RunError("auth", "The variable OPENAI_API_KEY is not set.", { code: "T622" });
    },
  });
  expect((await w.run(agent(fallback(0, missing, steady())))).value).toBe("Steady.");
  expect(w.of("fallback.entered")[0]).toMatchObject({ class: "auth", message: "The variable OPENAI_API_KEY is not set." });
  await expect(w.run(agent(missing))).rejects.toMatchObject({ code: "T622" });
});

test("the rest of an agent's run stays with the model reached; the next run begins at the first again", async () => {
  const w = world(clock);
  const shaky = model("shaky", [{ error: "overloaded" }, { text: "Well again." }]);
  const second = model("second", [{ when: { after_tool: "look" }, text: "Done." }, { tool_calls: [{ name: "look" }] }]);
  const spec = agent(fallback(0, shaky, second), { tools: [tool("look", async () => "seen")] });
  await w.run(spec);
  expect(asked(w)).toEqual(["shaky", "second", "second"]);
  expect((await w.run(spec)).value).toBe("Well again.");
});

test("a model that failed is left alone by other runs while it cools down", async () => {
  const w = world(clock);
  const spec = agent(fallback(60_000, model("shaky", [{ error: "overloaded" }, { text: "Well again." }]), steady()));
  await w.run(spec);
  await w.run(spec);
  expect(asked(w)).toEqual(["shaky", "steady", "steady"]);
  await clock.advance(60_000);
  expect((await w.run(spec)).value).toBe("Well again.");
});

test("a run that began while the first model cooled down stays with the second, though the first would be ready again", async () => {
  const w = world(clock);
  const shaky = model("shaky", [{ error: "overloaded" }, { text: "Well again." }]);
  const second = model("second", [{ text: "Done." }, { when: { after_tool: "look" }, text: "Done." }, { tool_calls: [{ name: "look" }] }]);
  const look = tool("look", async (_args, { signal }) => {
    await clock.sleep(5000, signal);
    return "seen";
  });
  const spec = agent(fallback(1000, shaky, second), { tools: [look] });
  await w.run(spec);
  const run = w.run(spec);
  await w.until("tool.called");
  await clock.advance(5000);
  expect((await run).value).toBe("Done.");
  expect(asked(w)).toEqual(["shaky", "second", "second", "second"]);
});

test("when all are cooling down they are asked all the same", async () => {
  const w = world(clock);
  const one = fallback(60_000, model("a", [{ error: "overloaded" }, { text: "A." }]), model("b", [{ error: "overloaded" }]));
  await expect(w.run(agent(one))).rejects.toMatchObject({ class: "overloaded" });
  expect((await w.run(agent(one))).value).toBe("A.");
  expect(asked(w)).toEqual(["a", "b", "a"]);
});

test("an open breaker sends the request to the next model without asking the first", async () => {
  const w = world(clock, { gateOptions: () => ({ breaker: { calls: 2, windowMs: 60_000, openMs: 5000 } }) });
  const spec = agent(fallback(0, model("shaky", [{ error: "server_error", times: "always" }]), steady()));
  for (let i = 0; i < 3; i++) await w.run(spec);
  expect(asked(w)).toEqual(["shaky", "steady", "shaky", "steady", "steady"]);
  // Attempts would be left, but there is no need to wait.
  await w.run({ ...spec, retry: defaultRetry });
  expect(asked(w).at(-1)).toBe("steady");
  expect(w.of("fallback.entered")).toHaveLength(4);
  expect(w.of("retry.scheduled")).toHaveLength(0);
});

test("the timeout of the agent's own scope is final: no other model is asked", async () => {
  const w = world(clock);
  const stop = new AbortController();
  const run = w.run(agent(fallback(0, model("shaky", [{ latency: "10s", text: "Late." }]), steady())), { signal: stop.signal });
  await w.until("model.requested");
  const reason = new RunError("timeout", "Out of time.");
  stop.abort(reason);
  await expect(run).rejects.toBe(reason);
  expect(asked(w)).toEqual(["shaky"]);
});

test.each([
  ["writer", 0, "a"],
  ["writer", 1, "b"],
  ["wf/found[1]/writer", 0, "b"],
  ["wf/found[2]/turn[3]/call[1]/writer", 0, "a"],
  ["wf/found[2]/writer", 3, "c"],
])("round robin at %s, turn %d, takes %s", (path, turn, expected) => {
  const models = ["a", "b", "c"].map((id): ModelChoice => ({ of: "model", model: model(id, []) }));
  const chooser = createChooser(
    { of: "round_robin", key: "k", models },
    path,
    createGates(clock, () => undefined),
  );
  expect(chooser.candidates(turn, 0).map((candidate) => candidate.model.id)).toEqual([expected]);
});

test("round robin inside a fallback takes one of its models, then the fallback goes on", () => {
  const of = (id: string): ModelChoice => ({ of: "model", model: model(id, []) });
  const choice = fallback(0, { of: "round_robin", key: "rr", models: [of("a"), of("b")] }, of("c"));
  const chooser = createChooser(
    choice,
    "wf[1]/writer",
    createGates(clock, () => undefined),
  );
  const ids = (turn: number): string[] => chooser.candidates(turn, 0).map((candidate) => candidate.model.id);
  expect(ids(0)).toEqual(["b", "c"]);
  expect(ids(1)).toEqual(["a", "c"]);
  const [first] = chooser.candidates(0, 0);
  if (first !== undefined) chooser.failed(first, 0);
  expect(ids(1)).toEqual(["c"]);
});
