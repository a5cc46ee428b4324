import "ajv/dist/2020.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { ModelChunk, Provider } from "../../src/agent/provider.ts";
import type { JsonSchema } from "../../src/diagnostics/json.ts";
import { Agent } from "../../src/embed/agent.ts";
import type { StandardSchema } from "../../src/embed/standard-schema.ts";
import { template } from "../../src/embed/template.ts";
import { tool } from "../../src/embed/tool.ts";
import { settled } from "../support/clock.ts";
import { all, stage, telling } from "./world.ts";

/** One test for each call that the roadmap proposed, under its name. The corners of each are in the other files of this folder. */

const said = (messages: readonly { readonly role: string; readonly content: string }[]): string[] => messages.map(({ role, content }) => `${role}: ${content}`);
const query = { type: "object", properties: { query: { type: "string" } }, required: ["query"], additionalProperties: false };
/** A schema as zod and valibot give one. */
const counted: StandardSchema<{ readonly n: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => ({ value: value as { n: number } }),
    jsonSchema: { input: () => ({ type: "object", properties: { n: { type: "integer" } }, required: ["n"], additionalProperties: false }) },
  },
};

describe("the calls", () => {
  test("new Agent({ name, system, model, provider, tools, retry, budget, maxTurns, output })", async () => {
    const { world, provider, clock } = stage({
      clerk: [{ error: "overloaded" }, { tool_calls: [{ name: "look_up", arguments: { query: "tides" } }] }, { value: { n: 2 } }],
    });
    const asked: unknown[] = [];
    const clerk = new Agent(
      {
        name: "clerk",
        system: "You count.",
        model: { id: "sim-1", maxTokens: 50 },
        provider,
        tools: [tool({ name: "look_up", parameters: query, execute: (args) => asked.push(args) })],
        retry: { attempts: 2, delayMs: 10, jitter: "none" },
        budget: 1,
        maxTurns: 2,
        output: counted,
      },
      world,
    );
    const tale = telling();
    const running = clerk.run("How many?", tale);
    await tale.until("retry.scheduled");
    await clock.advance(10);
    const { value } = await running;
    expectTypeOf(value).toEqualTypeOf<{ readonly n: number }>();
    expect([value, asked]).toEqual([{ n: 2 }, [{ query: "tides" }]]);
    const [first] = tale.events.flatMap((event) => (event.type === "model.requested" ? [event.request] : []));
    expect(first).toMatchObject({ model: "sim-1", parameters: { max_tokens: 50 }, tools: [{ name: "look_up" }], output: { name: "clerk" } });
    expect(tale.events.find(({ type }) => type === "budget.spent")).toMatchObject({ budgets: [{ name: "clerk", maxUsd: 1 }] });
  });

  test("run(task)", async () => {
    expect(
      await stage({ writer: [{ text: "Dear Ada." }] })
        .agent()
        .run("To Ada"),
    ).toMatchObject({ value: "Dear Ada.", turns: 1, agent: "writer" });
  });

  test("stream(task)", async () => {
    const parts = await all(
      stage({ writer: [{ text: "The tides rise and fall, twice a day." }] })
        .agent()
        .stream("Go"),
    );
    const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
    expect([texts.length > 1, texts.join("")]).toEqual([true, "The tides rise and fall, twice a day."]);
    expect(parts.at(-1)?.type).toBe("response");
  });

  test("fork()", async () => {
    const writer = stage({ writer: [{ text: "x", times: "always" }] }).agent();
    await writer.run("1");
    const other = writer.fork();
    await other.run("2");
    expect([writer.messages.length, other.messages.length]).toEqual([2, 4]);
  });

  test("asTool({ description })", async () => {
    const { agent } = stage({
      boss: [{ tool_calls: [{ name: "writer", arguments: { task: "a letter" } }] }, { text: "Sent." }],
      writer: [{ text: "Dear Ada." }],
    });
    const boss = agent({ name: "boss", tools: [agent().asTool({ description: "Writes letters." })] });
    const tale = telling();
    const { messages } = await boss.run("Go", tale);
    expect(said(messages)).toContain("tool: Dear Ada.");
    const offered = tale.events.flatMap((event) => (event.type === "model.requested" ? event.request.tools : []))[0];
    expect(offered).toMatchObject({ name: "writer", description: "Writes letters." });
  });

  test("addMessage(role, content)", () => {
    const writer = stage().agent().addMessage("user", "a").addMessage("assistant", "b").addMessage("system", "c");
    expect(said(writer.messages)).toEqual(["user: a", "assistant: b", "system: c"]);
  });

  test("continue()", async () => {
    const writer = stage({ writer: [{ when: { contains: "Is it so?" }, text: "Yes." }] })
      .agent()
      .addMessage("user", "Is it so?");
    expect((await writer.continue()).value).toBe("Yes.");
  });

  test("messages: a copy", () => {
    const writer = stage().agent().addMessage("user", "hello");
    (writer.messages as unknown[]).length = 0;
    expect(said(writer.messages)).toEqual(["user: hello"]);
  });

  test("reset()", async () => {
    const writer = stage({ writer: [{ text: "x" }] }).agent({ system: "Be kind." });
    await writer.run("1");
    expect(said(writer.reset().messages)).toEqual(["system: Be kind."]);
  });

  test("usage, cost", async () => {
    const writer = stage({
      writer: [
        { text: "x", usage: { input: 10, output: 2 } },
        { text: "y", usage: { input: 20, output: 3 } },
      ],
    }).agent();
    await writer.run("1");
    await writer.run("2");
    expect([writer.usage, writer.cost.usd]).toMatchObject([{ input: 30, output: 5 }, expect.closeTo(35e-6, 12)]);
  });

  test("Agent.runParallel([[agent, task], …], { max, onError })", async () => {
    const { agent } = stage({ a: [{ text: "A." }], b: [{ error: "auth" }] });
    const [a, b] = [agent({ name: "a" }), agent({ name: "b" })];
    const tale = telling();
    const results = await Agent.runParallel(
      [
        [a, "x"],
        [b, "y"],
      ],
      { max: 1, onError: "continue", ...tale },
    );
    expect(results.map((one) => one?.value ?? null)).toEqual(["A.", null]);
    // One at a time: the second begins when the first has ended.
    const order = tale.events.flatMap(({ type, path }) => (/^agent\./.test(type) ? [`${type} ${path}`] : []));
    expect(order).toEqual(["agent.started parallel[0]/a", "agent.finished parallel[0]/a", "agent.started parallel[1]/b", "agent.failed parallel[1]/b"]);
  });

  test.each([
    ["JSON Schema", query, { query: "tides" }],
    ["Standard Schema", counted, { n: 3 }],
  ])("tools from functions with %s", async (_what, parameters, args) => {
    const { agent } = stage({ writer: [{ tool_calls: [{ name: "look", arguments: args }] }, { text: "Done." }] });
    const { messages } = await agent({ tools: [tool({ name: "look", parameters: parameters as JsonSchema, execute: (given) => ({ given }) })] }).run("Go");
    expect(said(messages)).toContain(`tool: ${JSON.stringify({ given: args })}`);
  });

  test('template("…${name}…")', () => {
    expect(template("Dear ${name}, …")({ name: "Ada" })).toBe("Dear Ada, …");
  });
});

describe("what they are for", () => {
  const answer = (text: string): ModelChunk[] => [
    { type: "text", text },
    { type: "finish", reason: "stop", usage: { input: 4, cachedInput: 0, cacheWrite: 0, output: 2, reasoning: 0 } },
  ];

  test("provider abstraction: the same agent asks whichever provider it is given", async () => {
    const [one, other] = [stage({ writer: [{ text: "One." }] }), stage({ writer: [{ text: "Other." }] })];
    const values = await Promise.all([one, other].map(async ({ provider }) => (await one.agent({ provider }).run("Go")).value));
    expect(values).toEqual(["One.", "Other."]);
  });

  test("third-party providers: an object with `complete` is one, and what it reports is counted", async () => {
    const seen: string[] = [];
    const mine: Provider = {
      async *complete({ model, messages }) {
        seen.push(model, ...messages.map(({ content }) => content));
        yield* answer("Mine.");
      },
    };
    const { value, usage } = await stage().agent({ provider: mine, model: "m-1" }).run("Go");
    expect([value, usage.input, usage.output, seen]).toEqual(["Mine.", 4, 2, ["m-1", "Go"]]);
  });

  test("retry with exponential backoff: each wait is twice the last, up to the longest", async () => {
    const { agent, clock } = stage({ writer: [{ error: "overloaded", times: "always" }] });
    const tale = telling();
    const running = agent({ retry: { attempts: 5, delayMs: 100, backoff: 2, maxDelayMs: 300, jitter: "none" } }).run("Go", tale);
    running.catch(() => undefined);
    await settled();
    await clock.advance(2000);
    await expect(running).rejects.toMatchObject({ class: "overloaded" });
    expect(tale.events.flatMap((event) => (event.type === "retry.scheduled" ? [event.delayMs] : []))).toEqual([100, 200, 300, 300]);
  });

  test("message-level control: what is sent is what was said, and no word more", async () => {
    const { agent } = stage({ writer: [{ text: "Yes." }] });
    const tale = telling();
    await agent({ system: "Be brief." }).addMessage("user", "a").addMessage("assistant", "b").run("c", tale);
    const [sent] = tale.events.flatMap((event) => (event.type === "model.requested" ? [event.request.messages] : []));
    expect(said(sent ?? [])).toEqual(["system: Be brief.", "user: a", "assistant: b", "user: c"]);
  });

  test("conversation forking: two forks go on at the same time from one history", async () => {
    const writer = stage({ writer: [{ when: { contains: "left" }, text: "L." }, { when: { contains: "right" }, text: "R." }, { text: "Begun." }] }).agent();
    await writer.run("Begin.");
    const forks = [writer.fork(), writer.fork()] as const;
    await Promise.all([forks[0].run("left"), forks[1].run("right")]);
    expect(forks.map(({ messages }) => said(messages).slice(1))).toEqual([
      ["assistant: Begun.", "user: left", "assistant: L."],
      ["assistant: Begun.", "user: right", "assistant: R."],
    ]);
  });

  test("event hooks: a hook changes the run, its call is an event, an event changes nothing", async () => {
    const { agent } = stage({ writer: [{ text: "quiet" }] });
    const tale = telling();
    const writer = agent({ hooks: { afterModel: ({ reply }) => ({ reply: { ...reply, text: reply.text.toUpperCase() } }) } });
    const { value } = await writer.run("Go", {
      onEvent(event) {
        tale.onEvent(event);
        throw new Error("no reader changes a run");
      },
    });
    expect(value).toBe("QUIET");
    expect(tale.events.find(({ type }) => type === "hook.called")).toMatchObject({ hook: "afterModel", decision: ["reply"] });
  });

  test("parallel execution with partial failure: what succeeded stands beside what did not", async () => {
    const { agent } = stage({ a: [{ text: "A." }], b: [{ error: "auth" }] });
    const results = await Agent.runParallel(
      ["a", "b"].map((name) => [agent({ name }), "x"] as const),
      { onError: "collect" },
    );
    expect(results).toMatchObject([
      { ok: true, response: { value: "A." } },
      { ok: false, error: { class: "auth" } },
    ]);
  });
});
