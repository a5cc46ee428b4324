import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import { Agent } from "../../src/embed/agent.ts";
import { ParallelFailure } from "../../src/embed/parallel.ts";
import { tool } from "../../src/embed/tool.ts";
import { eventSchema } from "../../src/report/event.schema.ts";
import { settled } from "../support/clock.ts";
import { all, stage, telling } from "./world.ts";

const said = (messages: readonly { readonly role: string; readonly content: string }[]): string[] => messages.map(({ role, content }) => `${role}: ${content}`);

describe("new Agent", () => {
  test("run(task) gives what it wrote, what it used, what it cost and the conversation", async () => {
    const { agent } = stage({ writer: [{ text: "Dear Ada." }] });
    const writer = agent({ system: "You write letters." });
    const { value, usage, cost, runId, messages, turns } = await writer.run("To Ada");
    expect({ value, runId, turns }).toEqual({ value: "Dear Ada.", runId: "run-1", turns: 1 });
    expect(said(messages)).toEqual(["system: You write letters.", "user: To Ada", "assistant: Dear Ada."]);
    expect(usage.input).toBeGreaterThan(0);
    expect(cost).toMatchObject({ simulated: true, unpriced: 0 });
  });

  test("goes on with its conversation from run to run, adds up what they cost, and begins again after reset()", async () => {
    const { agent } = stage({ writer: [{ text: "One." }, { text: "Two." }, { text: "Three." }] });
    const writer = agent();
    const first = await writer.run("1");
    const second = await writer.run("2");
    expect(said(writer.messages)).toEqual(["user: 1", "assistant: One.", "user: 2", "assistant: Two."]);
    expect(writer.usage.input).toBe(first.usage.input + second.usage.input);
    expect(writer.cost.usd).toBeCloseTo(first.cost.usd + second.cost.usd, 12);
    await writer.reset().run("3");
    expect(said(writer.messages)).toEqual(["user: 3", "assistant: Three."]);
    expect(writer.usage.input).toBeGreaterThan(second.usage.input + first.usage.input);
  });

  test("addMessage(role, content) and continue() go on without a new task", async () => {
    const { agent } = stage({
      writer: [
        { when: { contains: "really" }, text: "Yes, really." },
        { when: { system: "Be brief." }, text: "It is." },
      ],
    });
    const writer = agent().addMessage("user", "Is it so?").addMessage("assistant", "It is.").addMessage("user", "Is it really?");
    expect((await writer.continue()).value).toBe("Yes, really.");
    await expect(agent().continue()).rejects.toMatchObject({ class: "invalid_request" });
    expect(() => agent().addMessage("robot" as "user", "x")).toThrow(/"robot" is no role/);
    expect(() => agent().addMessage("system", "x")).toThrow("begins with the agent's own system text");
    const brief = agent({ system: "Be kind." }).addMessage("user", "Is it so?").addMessage("system", "Be brief.");
    expect(said((await brief.continue()).messages)).toEqual(["system: Be kind.", "user: Is it so?", "system: Be brief.", "assistant: It is."]);
  });

  test("a system text where the provider's kind takes none is refused, and nothing is sent", async () => {
    const provider = { kind: { name: "gemini", refusedKeywords: [], demands: [], systemTexts: "leading" }, complete: () => expect.unreachable() } as const;
    const asked = stage().agent({ provider }).addMessage("user", "Is it so?").addMessage("system", "Be brief.").continue();
    await expect(asked).rejects.toMatchObject({ class: "invalid_request", message: expect.stringContaining("Message 2 to the agent") });
  });

  test("handoffs: another agent takes over with the history, under its own system text, and the next run is the first one's again", async () => {
    const { agent } = stage({
      desk: [{ tool_calls: [{ name: "handoff_billing" }] }, { text: "Back at the desk." }],
      billing: [{ when: { system: "money" }, text: "You owe nothing." }],
    });
    const billing = agent({ name: "billing", system: "You know about money.", description: "Answers about bills." });
    const desk = agent({ name: "desk", system: "You greet.", handoffs: [billing] });
    const told = telling();
    const { value, agent: by, messages } = await desk.run("What do I owe?", { onEvent: told.onEvent });
    expect([value, by]).toEqual(["You owe nothing.", "billing"]);
    expect(said(messages)).toEqual(["system: You know about money.", "user: What do I owe?", "assistant: ", "tool: ", "assistant: You owe nothing."]);
    expect(told.events.find(({ type }) => type === "handoff.taken")).toMatchObject({ from: "desk", to: "billing" });
    const offered = told.events.flatMap((event) => (event.type === "model.requested" ? event.request.tools : []));
    expect(offered).toEqual([{ name: "handoff_billing", description: "Answers about bills.", parameters: expect.anything() }]);
    expect(billing.messages).toEqual([{ role: "system", content: "You know about money." }]);
    const second = await desk.run("Thanks.");
    expect([second.value, second.agent, said(desk.messages)[0]]).toEqual(["Back at the desk.", "desk", "system: You greet."]);
  });

  test("messages is a copy", () => {
    const writer = stage().agent().addMessage("user", "hello");
    (writer.messages as unknown[]).length = 0;
    Object.assign(writer.messages[0] ?? {}, { content: "changed" });
    expect(said(writer.messages)).toEqual(["user: hello"]);
  });

  test("fork() has the same conversation, and each goes its own way from there", async () => {
    const { agent } = stage({ writer: [{ text: "One." }, { text: "Two." }, { text: "Other." }] });
    const writer = agent();
    await writer.run("1");
    const other = writer.fork();
    await writer.run("2");
    await other.run("2b");
    expect(said(writer.messages).slice(2)).toEqual(["user: 2", "assistant: Two."]);
    expect(said(other.messages)).toEqual(["user: 1", "assistant: One.", "user: 2b", "assistant: Other."]);
  });

  test("a run that fails leaves the conversation as it was, and says what was spent", async () => {
    const { agent } = stage({ writer: [{ text: "One." }, { error: "auth", usage: { input: 7, output: 0 } }] });
    const writer = agent();
    await writer.run("1");
    const failure = await writer.run("2", { keepEvents: true }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunFailure);
    expect(failure).toMatchObject({ code: "T607", class: "auth", path: "writer/turn[0]", totals: { runId: "run-2" } });
    expect((failure as RunFailure).events?.map(({ type }) => type).at(-1)).toBe("run.failed");
    expect(said(writer.messages)).toEqual(["user: 1", "assistant: One."]);
    await expect(writer.run("3")).rejects.toMatchObject({ class: "invalid_request" });
  });

  test("used from two places at once it says fork, and the first goes on", async () => {
    const { agent, clock } = stage({ writer: [{ text: "Late.", latency: "1s" }] });
    const writer = agent();
    const first = writer.run("1");
    const second = writer.run("2");
    await expect(second).rejects.toMatchObject({
      code: "T621",
      message: 'The agent "writer" is at work already, and has one conversation.',
      hint: "Give the second one a conversation of its own: agent.fork()",
    });
    expect(() => writer.addMessage("user", "x")).toThrow(RunError);
    expect(() => writer.reset()).toThrow(RunError);
    await settled();
    await clock.advance(1000);
    expect((await first).value).toBe("Late.");
    expect(said(writer.messages)).toEqual(["user: 1", "assistant: Late."]);
  });

  test("budget, maxTurns, timeoutMs and retry hold", async () => {
    const look = tool({ name: "look", parameters: { type: "object", properties: {} }, execute: () => "seen" });
    const circling = stage({ writer: [{ tool_calls: [{ name: "look" }], times: "always" }] });
    await expect(circling.agent({ tools: [look], maxTurns: 2 }).run("Go")).rejects.toMatchObject({ class: "max_turns" });
    const model = { id: "sim-1", maxTokens: 1_000_000 };
    await expect(
      stage({ writer: [{ text: "x" }] })
        .agent({ model, budget: 0.01 })
        .run("Go"),
    ).rejects.toMatchObject({ class: "budget" });
    const slow = stage({ writer: [{ text: "x", latency: "1h" }] });
    const late = slow.agent({ timeoutMs: 500 }).run("Go");
    late.catch(() => undefined);
    await settled();
    await slow.clock.advance(500);
    await expect(late).rejects.toMatchObject({ class: "timeout" });
    const busy = stage({ writer: [{ error: "overloaded", times: "always" }] });
    await expect(busy.agent({ retry: "none" }).run("Go")).rejects.toMatchObject({ class: "overloaded" });
    const trying = busy.agent({ retry: { attempts: 2, delayMs: 100, jitter: "none" } }).run("Go");
    trying.catch(() => undefined);
    await settled();
    await busy.clock.advance(100);
    await expect(trying).rejects.toThrow("failed after 2 attempts");
  });

  test("several models are a fallback", async () => {
    const bad = stage({ writer: [{ error: "auth" }] });
    const good = stage({ writer: [{ text: "From the second." }] });
    const tale = telling();
    const writer = good.agent({
      model: [
        { id: "one", provider: bad.provider },
        { id: "two", temperature: 0.5, maxTokens: 9 },
      ],
    });
    expect((await writer.run("Go", tale)).value).toBe("From the second.");
    expect(tale.events.find(({ type }) => type === "fallback.entered")).toMatchObject({ from: "one", to: "two" });
    const sent = tale.events.findLast((event) => event.type === "model.requested");
    expect(sent).toMatchObject({ provider: "simulator-2", request: { model: "two", parameters: { temperature: 0.5, max_tokens: 9 } } });
  });

  test.each([
    ["a name that is none", { name: "my agent" }, '"my agent" can be no name of an agent.'],
    ["no model", { model: [] }, 'The agent "writer" has no model.'],
    ["a model without a provider", { provider: undefined }, 'The model "sim-1" of the agent "writer" has no provider.'],
    [
      "two tools of one name",
      { tools: [1, 2].map(() => tool({ name: "look", parameters: {}, execute: () => 1 })) },
      'The agent "writer" has two tools "look".',
    ],
    ["itself among its handoffs", { handoffs: [stage().agent()] }, 'The agent "writer" has two agents "writer" to hand over to.'],
  ])("%s is refused with a sentence", (_what, options, message) => {
    expect(() => stage().agent(options as object)).toThrow(message);
  });

  test("a provider that demands a parameter, or is none, is said before anything is sent", async () => {
    const { agent } = stage();
    const never = { kind: { name: "anthropic", refusedKeywords: [], demands: ["max_tokens"] }, complete: () => expect.unreachable() };
    await expect(agent({ provider: never }).run("Go")).rejects.toMatchObject({
      message: 'anthropic demands maxTokens of the model "sim-1".',
      hint: 'Write model: { id: "sim-1", maxTokens: … }',
    });
    await expect(agent({ provider: {} as never }).run("Go")).rejects.toThrow("has no method complete");
    await expect(agent({ provider: Promise.reject(new Error("no package")) }).run("Go")).rejects.toThrow("no package");
  });

  test("hooks are asked: the agent's, or those of one run", async () => {
    const { agent } = stage({ writer: [{ text: "one" }, { text: "two" }] });
    const writer = agent({ hooks: { afterModel: ({ reply }) => ({ reply: { ...reply, text: `[${reply.text}]` } }) } });
    expect((await writer.run("1")).value).toBe("[one]");
    expect((await writer.run("2", { hooks: {} })).value).toBe("two");
  });
});

describe("stream(task)", () => {
  test("gives text, everything else that happens, and ends in the response", async () => {
    const { agent } = stage({ writer: [{ text: "The tides rise and fall, twice a day." }] });
    const parts = [];
    for await (const part of agent().stream("Go")) parts.push(part);
    expect(parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("")).toBe("The tides rise and fall, twice a day.");
    expect(parts.filter(({ type }) => type === "text").length).toBeGreaterThan(1);
    expect(parts.map(({ type }) => type).filter((type) => type !== "text")).toEqual(
      "run.started agent.started model.queued model.requested model.replied budget.spent agent.finished run.finished response".split(" "),
    );
    expect(parts.at(-1)).toMatchObject({ type: "response", response: { value: "The tides rise and fall, twice a day." } });
  });

  test("whoever stops reading stops the run", async () => {
    const { agent, clock } = stage({ writer: [{ text: "x", latency: "1h" }] });
    const writer = agent();
    for await (const { type } of writer.stream("Go")) if (type === "model.requested") break;
    expect(clock.sleepers).toBe(0);
    expect(writer.messages).toEqual([]);
    await expect(writer.continue()).rejects.toMatchObject({ class: "invalid_request" });
  });

  test("a failure is thrown to the reader", async () => {
    const stream = stage({ writer: [{ error: "auth" }] })
      .agent()
      .stream("Go");
    await expect(all(stream)).rejects.toMatchObject({ class: "auth" });
  });

  test("run(…).text() is the text alone", async () => {
    const { agent } = stage({ writer: [{ text: "The tides rise and fall, twice a day." }] });
    expect((await all(agent().run("Go").text())).join("")).toBe("The tides rise and fall, twice a day.");
  });
});

describe("asTool({ description })", () => {
  const replies = {
    boss: [{ tool_calls: [{ name: "writer", arguments: { task: "a letter" } }] }, { text: "Sent." }],
    writer: [{ text: "Dear Ada." }],
  };

  test("is called within the run of its caller: one stream of events, one account, a conversation of its own", async () => {
    const { agent } = stage(replies);
    const writer = agent({ system: "You write." }).addMessage("user", "not to be sent");
    const boss = agent({ name: "boss", tools: [writer.asTool({ description: "Writes letters." })] });
    const tale = telling();
    const { value, messages, cost, usage } = await boss.run("Go", tale);
    expect(value).toBe("Sent.");
    expect(said(messages)).toEqual(["user: Go", "assistant: ", "tool: Dear Ada.", "assistant: Sent."]);
    const sent = tale.events.flatMap((event) => (event.type === "model.requested" ? [event] : []));
    expect(sent.map(({ path }) => path)).toEqual(["boss/turn[0]", "boss/turn[0]/call[0]/writer/turn[0]", "boss/turn[1]"]);
    expect(sent[0]?.request.tools).toMatchObject([{ name: "writer", description: "Writes letters.", parameters: { required: ["task"] } }]);
    expect(said(sent[1]?.request.messages ?? [])).toEqual(["system: You write.", "user: a letter"]);
    expect(boss.cost).toEqual(cost);
    expect(usage.input).toBeGreaterThan(boss.usage.output);
    expect(said(writer.messages)).toEqual(["system: You write.", "user: not to be sent"]);
  });

  test("what it tells is as schemas/event.schema.json says", async () => {
    const { agent } = stage(replies);
    const { events = [] } = await agent({ name: "boss", tools: [agent().asTool()], hooks: { beforeTool: () => undefined } }).run("Go", { keepEvents: true });
    const validate = new Ajv2020({ discriminator: true, strictTypes: false, strictRequired: false }).compile(eventSchema());
    expect(events.length).toBeGreaterThan(15);
    for (const event of events) expect({ type: event.type, fits: validate(event) }).toEqual({ type: event.type, fits: true });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
  });

  test("takes parameters of its own and makes the message of them", async () => {
    const { agent } = stage({ ...replies, boss: [{ tool_calls: [{ name: "pen", arguments: { to: "Ada" } }] }, { text: "Sent." }] });
    const parameters = { type: "object", properties: { to: { type: "string" } }, required: ["to"] };
    const pen = agent().asTool({ name: "pen", parameters, prompt: ({ to }: { to: string }) => `Write to ${to}` });
    const tale = telling();
    await agent({ name: "boss", tools: [pen] }).run("Go", tale);
    expect(JSON.stringify(tale.events.filter(({ path }) => path.includes("/pen/")))).toContain("Write to Ada");
  });

  test("its budget and the caller's both hold", async () => {
    const { agent } = stage(replies);
    const writer = agent({ model: { id: "sim-1", maxTokens: 1_000_000 }, budget: 0.001 });
    await expect(agent({ name: "boss", tools: [writer.asTool()] }).run("Go")).rejects.toMatchObject({ class: "budget" });
  });
});

describe("Agent.runParallel", () => {
  const three = () => {
    const all = stage({ a: [{ text: "A." }], b: [{ error: "auth" }], c: [{ text: "C.", latency: "1s" }] });
    return {
      ...all,
      agents: ["a", "b", "c"].map((name) => all.agent({ name })) as [ReturnType<typeof all.agent>, ReturnType<typeof all.agent>, ReturnType<typeof all.agent>],
    };
  };

  test("gives the responses in the order of the pairs", async () => {
    const { agents, clock } = three();
    const tale = telling();
    const [a, , c] = agents;
    const both = Agent.runParallel(
      [
        [c, "z"],
        [a, "x"],
      ],
      tale,
    );
    await tale.until("agent.finished");
    await clock.advance(1000);
    expect((await both).map(({ value }) => value)).toEqual(["C.", "A."]);
    expect(tale.events[0]).toMatchObject({ type: "run.started", main: "parallel" });
    expect(tale.events.filter(({ type }) => type === "agent.started").map(({ path }) => path)).toEqual(["parallel[0]/c", "parallel[1]/a"]);
    expect(c.cost.usd + a.cost.usd).toBeCloseTo((tale.events.at(-1) as { cost: { usd: number } }).cost.usd, 12);
    expect(said(c.messages)).toEqual(["user: z", "assistant: C."]);
  });

  test("by default the first failure stops the others, and is thrown with what there is", async () => {
    const { agents, clock } = three();
    const [a, b, c] = agents;
    const failure = await Agent.runParallel([
      [a, "x"],
      [b, "y"],
      [c, "z"],
    ]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ParallelFailure);
    expect(failure).toMatchObject({ class: "auth", path: "parallel[1]/b/turn[0]", totals: { cost: { simulated: true } } });
    expect((failure as ParallelFailure).results).toMatchObject([
      { ok: true, response: { value: "A." } },
      { ok: false, error: { class: "auth" } },
      { ok: false, error: { class: "cancelled" } },
    ]);
    expect(clock.sleepers).toBe(0);
  });

  test("onError: continue leaves null, collect leaves the error; max holds", async () => {
    const one = three();
    const tale = telling();
    const [a, b, c] = one.agents;
    const running = Agent.runParallel(
      [
        [c, "z"],
        [b, "y"],
        [a, "x"],
      ],
      { onError: "continue", max: 1, ...tale },
    );
    await tale.until("model.requested");
    await settled();
    expect(tale.events.filter(({ type }) => type === "agent.started")).toHaveLength(1);
    await one.clock.advance(1000);
    expect((await running).map((each) => each?.value ?? null)).toEqual(["C.", null, "A."]);
    const two = three();
    const collected = await Agent.runParallel(
      [
        [two.agents[0], "x"],
        [two.agents[1], "y"],
      ],
      { onError: "collect" },
    );
    expect(collected).toMatchObject([
      { ok: true, response: { value: "A." } },
      { ok: false, error: { class: "auth" } },
    ]);
  });

  test("an agent that is there twice, or at work, is told to fork before anything has begun", async () => {
    const { agents } = three();
    await expect(
      Agent.runParallel([
        [agents[0], "x"],
        [agents[0], "y"],
      ]),
    ).rejects.toMatchObject({ hint: expect.stringContaining("fork()") });
    expect((await Agent.runParallel([[agents[0], "x"]]))[0].value).toBe("A.");
    expect(await Agent.runParallel([])).toEqual([]);
  });

  test("a budget is one for all of them", async () => {
    const { agent } = stage({ a: [{ text: "A." }], b: [{ text: "B." }] });
    const model = { id: "sim-1", maxTokens: 60_000 };
    const pairs = ["a", "b"].map((name) => [agent({ name, model }), "x"] as const);
    await expect(Agent.runParallel(pairs, { budget: 0.05 })).rejects.toMatchObject({ class: "budget" });
    expect(await Agent.runParallel(pairs, { budget: 0.2 })).toHaveLength(2);
  });
});
