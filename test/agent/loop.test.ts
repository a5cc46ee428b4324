import { expect, test } from "vitest";
import type { ModelRequest } from "../../src/agent/provider.ts";
import { manualClock } from "../support/clock.ts";
import { agent, ageOutput, modelOf, scripted, tool, user, world } from "./world.ts";

const clock = manualClock();

test("an agent without tools is one turn, told from its start to its end", async () => {
  const w = world(clock);
  const model = scripted({ writer: [{ text: "A long reply in more than one piece.", usage: { input: 10, output: 5 } }] }, clock, {
    price: { input: 1, output: 2 },
  });
  const writer = agent(model);
  const result = await w.run(writer, { messages: [{ role: "system", content: "Be kind." }, user("Hello")], args: { name: "Ada" } });
  expect(result).toEqual({
    value: "A long reply in more than one piece.",
    agent: writer,
    messages: [{ role: "system", content: "Be kind." }, user("Hello"), { role: "assistant", content: "A long reply in more than one piece." }],
    turns: 1,
    usage: { input: 10, cachedInput: 0, cacheWrite: 0, output: 5, reasoning: 0 },
    cost: { usd: 0.00002, unpriced: 0, simulated: true },
  });
  expect(w.story()).toBe("agent.started model.queued model.requested model.delta model.replied budget.spent agent.finished");
  expect(w.of("model.delta").map(({ text }) => text)).toEqual(["A long reply in more tha", "n one piece."]);
  expect(w.of("agent.started")[0]).toMatchObject({ path: "writer", args: { name: "Ada" } });
  expect(w.of("model.requested")[0]).toMatchObject({ path: "writer/turn[0]", attempt: 1, turn: 0, model: "main.tantra#fast", modelId: "sim-1" });
  expect(w.of("agent.finished")[0]).toMatchObject({ value: result.value, turns: 1, cost: result.cost });
  expect(w.events.map(({ seq }) => seq)).toEqual(w.events.map((_, index) => index + 1));
});

test("a turn's tools run at the same time, and their results stand in the order of the calls", async () => {
  const w = world(clock);
  const order: string[] = [];
  const tools = [
    tool("slow", async () => {
      await w.until("tool.returned");
      order.push("slow");
      return { n: 1 };
    }),
    tool("quick", async () => {
      order.push("quick");
      return "two";
    }),
  ];
  const model = scripted(
    {
      writer: [
        { text: "Let me look.", tool_calls: [{ name: "slow" }, { name: "quick", arguments: { a: 1 } }] },
        { when: { after_tool: "quick" }, text: "Done." },
      ],
    },
    clock,
  );
  const result = await w.run(agent(model, { tools }));
  expect(order).toEqual(["quick", "slow"]);
  expect(result.messages.slice(1)).toEqual([
    {
      role: "assistant",
      content: "Let me look.",
      toolCalls: [
        { id: "call_0", name: "slow", arguments: "{}" },
        { id: "call_1", name: "quick", arguments: '{"a":1}' },
      ],
    },
    { role: "tool", callId: "call_0", name: "slow", content: '{"n":1}' },
    { role: "tool", callId: "call_1", name: "quick", content: "two" },
    { role: "assistant", content: "Done." },
  ]);
  expect(w.of("tool.returned").map(({ path }) => path)).toEqual(["writer/turn[0]/call[1]/quick", "writer/turn[0]/call[0]/slow"]);
  expect(w.of("model.requested")[1]?.request.messages).toEqual(result.messages.slice(0, -1));
});

test("max_turns is an error once that many turns gave no result", async () => {
  const w = world(clock);
  const model = scripted({ writer: [{ tool_calls: [{ name: "again" }], times: "always" }] }, clock);
  const spec = agent(model, { tools: [tool("again", async () => "more")], maxTurns: 3 });
  await expect(w.run(spec)).rejects.toMatchObject({
    class: "max_turns",
    code: "T613",
    message: 'The agent "writer" took all of its 3 turns without a result.',
  });
  expect(w.of("model.requested")).toHaveLength(3);
  expect(w.of("agent.failed")[0]).toMatchObject({ turns: 3, error: { class: "max_turns" } });
});

test("calls beyond max_tool_calls are not made", async () => {
  const w = world(clock);
  const model = scripted({ writer: [{ tool_calls: [{ name: "again" }, { name: "again" }], times: "always" }] }, clock);
  await expect(w.run(agent(model, { tools: [tool("again", async () => "more")], maxToolCalls: 3 }))).rejects.toMatchObject({ class: "max_turns" });
  expect(w.of("tool.called")).toHaveLength(2);
});

/** The `toolChoice` of each request of a run. */
async function choices(spec: Parameters<typeof agent>[1], entries: Parameters<typeof scripted>[0][string]): Promise<unknown[]> {
  const w = world(clock);
  await w.run(agent(scripted({ writer: entries }, clock), { tools: [tool("look", async () => "seen")], ...spec }));
  return w.of("model.requested").map(({ request }) => request.toolChoice);
}
const lookThenTalk = [{ when: { after_tool: "look" }, text: "Done." }, { tool_calls: [{ name: "look" }] }];

test("tool_choice required or a name holds until the first turn that called a tool", async () => {
  expect(await choices({ toolChoice: "required" }, lookThenTalk)).toEqual(["required", "auto"]);
  expect(await choices({ toolChoice: { tool: "look" } }, lookThenTalk)).toEqual([{ tool: "look" }, "auto"]);
  expect(await choices({ toolChoice: "none" }, [{ text: "Done." }])).toEqual(["none"]);
  expect(await choices({ toolChoice: "auto" }, lookThenTalk)).toEqual(["auto", "auto"]);
});

test("output as a tool requires a call on every turn", async () => {
  expect(
    await choices({ output: ageOutput({ mode: "tool" }) }, [{ when: { after_tool: "look" }, value: { age: 7 } }, { tool_calls: [{ name: "look" }] }]),
  ).toEqual(["required", "required"]);
});

test("the request is what the author wrote, and nothing else", async () => {
  const w = world(clock);
  const model = scripted({ writer: [{ value: { age: 7 } }] }, clock, { parameters: { temperature: 0.5, max_tokens: 100 }, extra: { user: "u" } });
  const { messages, runId, ...rest } = { messages: [user("How old?")], runId: "run-1" };
  await w.run(agent(model, { output: ageOutput(), tools: [tool("look", async () => 1)] }), { path: "wf/writer", messages, ...rest });
  const schema = ageOutput().schema;
  expect(w.of("model.requested")[0]?.request).toEqual({
    model: "sim-1",
    messages: [user("How old?")],
    tools: [{ name: "look", description: "About look.", parameters: { type: "object", properties: {}, additionalProperties: true } }],
    toolChoice: "auto",
    output: { name: "writer", schema, strict: true },
    parameters: { temperature: 0.5, max_tokens: 100 },
    extra: { user: "u" },
    origin: { runId, agent: "writer", path: "wf/writer/turn[0]", attempt: 1, outputMode: "native", resultSchema: schema, wrapped: false },
  } satisfies ModelRequest);
});

test("keywords that a vendor refuses are left out of the schema that is sent, which is then not strict; the reply is checked whole", async () => {
  const w = world(clock);
  const model = scripted({ writer: [{ value: { age: 200 } }] }, clock, { refusedKeywords: ["maximum"] });
  await expect(w.run(agent(model, { output: ageOutput() }))).rejects.toMatchObject({ class: "invalid_output" });
  expect(w.of("model.requested")[0]?.request.output).toEqual({
    name: "writer",
    schema: { type: "object", properties: { age: { type: "integer" } }, required: ["age"], additionalProperties: false },
    strict: false,
  });
});

test("a field whose name is a refused keyword stays", async () => {
  const schema = { type: "object", properties: { maximum: { type: "integer", maximum: 9 } }, required: ["maximum"], additionalProperties: false };
  const w = world(clock);
  const model = scripted({ writer: [{ value: { maximum: 3 } }] }, clock, { refusedKeywords: ["maximum"] });
  await w.run(agent(model, { output: ageOutput({ schema, accepts: schema }) }));
  expect(w.of("model.requested")[0]?.request.output?.schema).toEqual({ ...schema, properties: { maximum: { type: "integer" } } });
});

test("an agent without a message to answer fails without a request", async () => {
  const w = world(clock);
  await expect(w.run(agent(scripted({}, clock)), { messages: [{ role: "system", content: "Be kind." }] })).rejects.toMatchObject({ class: "invalid_request" });
  expect(w.story()).toBe("agent.started agent.failed");
});

test("a hook may change a request, and is told of in an event", async () => {
  const w = world(clock, { hooks: { beforeModel: ({ request }) => ({ request: { ...request, messages: [user("Changed")] } }) } });
  const model = scripted({}, clock);
  const { value } = await w
    .run(agent(modelOf(await model.open(), {}), {}), { messages: [user("Original")] })
    .catch((error: unknown) => ({ value: String(error) }));
  expect(value).toContain("Changed");
  expect(w.of("hook.called")[0]).toMatchObject({ hook: "beforeModel", decision: ["request"] });
});

test("a hook that throws fails the agent, with the class internal", async () => {
  const w = world(clock, {
    hooks: {
      beforeModel: () => {
        throw new Error("no such thing");
      },
    },
  });
  await expect(w.run(agent(scripted({}, clock)))).rejects.toMatchObject({ class: "internal", message: "The hook beforeModel failed: no such thing." });
});
