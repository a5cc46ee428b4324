import { expect, test } from "vitest";
import type { OpenedProvider } from "../../src/interpreter/options.ts";
import { simulator } from "../../src/providers/simulator/index.ts";
import { manualClock } from "../support/clock.ts";
import { agent, ask, flow, fn, graphOf, list, lit, op, param, place, read, say, tool, when } from "./build.ts";
import { finish } from "./world.ts";

test("the opening is rendered from the arguments, with the defaults of those left out", async () => {
  const writer = agent("writer", {
    params: [param("topic"), param("tone", { kind: "string" }, { default: "dry" })],
    messages: [
      { role: "system", text: say("Be ", read("tone"), ".") },
      { role: "user", text: say("About ", read("topic")) },
    ],
  });
  const { of } = await finish(graphOf({ agents: [writer] }), { input: { topic: "tides" } });
  expect(of("model.requested")[0]?.request.messages).toEqual([
    { role: "system", content: "Be dry." },
    { role: "user", content: "About tides" },
  ]);
  expect(of("agent.started")[0]).toMatchObject({ path: "writer", args: { topic: "tides", tone: "dry" } });
});

test("the model is what its expression chooses, and `with` chooses before it", async () => {
  const model = (name: string) => ({ kind: "model", name, place, provider: "t#llm", id: name, parameters: {} }) as const;
  const key = (name: string) => ({ kind: "model", place, key: `t#${name}` }) as const;
  const models = { "t#small": model("small"), "t#large": model("large"), "t#other": model("other") };
  const writer = agent("writer", { model: when(op(fn("len", read("q")), ">", lit(3)), key("large"), key("small")) });
  const calls = [
    list(
      ask("writer", { q: lit("abc") }),
      ask("writer", { q: lit("abcd") }),
      ask("writer", { q: lit("a") }, { model: when(lit(true), key("other"), key("small")) }),
    ),
  ];
  const { of } = await finish(flow(calls, { agents: [writer], models }));
  expect(of("model.requested").map(({ modelId }) => modelId)).toEqual(["small", "large", "other"]);
});

test("a provider is opened once, on first use, and closed after the run", async () => {
  const clock = manualClock();
  const told: string[] = [];
  const openProvider = (key: string): OpenedProvider => {
    told.push(`open ${key}`);
    const provider = simulator({}, { clock });
    return {
      provider: { complete: provider.complete, close: async () => void told.push(`close ${key}`) },
      kind: "simulator",
      refusedKeywords: [],
      simulated: true,
    };
  };
  const graph = flow([list(ask("writer"), ask("writer"))], { agents: [agent("writer")] });
  const twice = { ...graph, providers: { ...graph.providers, "t#unused": { name: "unused", place, of: { kind: "simulator" }, options: {} } } };
  await finish(twice, { clock, openProvider });
  expect(told).toEqual(["open t#llm", "close t#llm"]);
});

test("a provider that cannot be built fails the agent, and a fallback goes on to the next", async () => {
  const graph = flow([ask("writer")], {
    agents: [agent("writer", { model: { kind: "model", place, key: "t#either" } })],
    models: {
      "t#first": { kind: "model", name: "first", place, provider: "t#gone", id: "first", parameters: {} },
      "t#either": { kind: "fallback", name: "either", place, models: ["t#first", "t#fast"], cooldownMs: 0 },
    },
  });
  const clock = manualClock();
  const { value, of } = await finish(
    { ...graph, providers: { ...graph.providers, "t#gone": { name: "gone", place, of: { kind: "openai" }, options: {} } } },
    {
      clock,
      openProvider: async (key) => {
        if (key === "t#gone") throw Object.assign(new Error("no key"), { code: "auth" });
        return { provider: simulator({}, { clock }), kind: "simulator", refusedKeywords: [], simulated: true };
      },
    },
  );
  expect(value).toBe("[writer] go");
  expect(of("fallback.entered")).toMatchObject([{ from: "t#first", to: "t#fast" }]);
});

test("a result that is no text is asked for with its schema, and the program gets the value", async () => {
  const types = {
    "t#Brief": {
      name: "Brief",
      fields: [
        { name: "title", type: { kind: "string" } },
        { name: "note", type: { kind: "nullable", type: { kind: "string" } } },
      ],
    },
  } as const;
  const writer = agent("writer", { result: { kind: "list", element: { kind: "record", name: "t#Brief" } } });
  const { value, of } = await finish(flow([ask("writer")], { agents: [writer], types }), { replies: { writer: [{ text: '{"value":[{"title":"Tides"}]}' }] } });
  expect(value).toEqual([{ title: "Tides", note: null }]);
  expect(of("model.requested")[0]?.request.output).toMatchObject({ name: "writer", schema: { type: "object", required: ["value"] } });
});

test("ensure holds the result to the author's conditions, and repair sends the author's words back", async () => {
  const templates = {
    "t#fix": { name: "fix", place, params: [param("output"), param("error")], text: say("You wrote ", read("output"), ", but ", read("error"), ". Again.") },
  };
  const condition = op(read("result"), "<", lit(10));
  const writer = agent("writer", { result: { kind: "int" }, ensure: [{ condition, source: "result < 10" }], repair: { template: "t#fix", max: 1 } });
  const graph = flow([ask("writer")], { agents: [writer], templates });
  const mended = await finish(graph, { replies: { writer: [{ value: 12 }, { value: 7 }] } });
  expect(mended.value).toBe(7);
  expect(mended.of("repair.sent")[0]?.text).toBe('You wrote {"value":12}, but result < 10. Again.');
  const stuck = await finish(graph, { replies: { writer: [{ value: 12, times: "always" }] } });
  expect(stuck.error).toMatchObject({ class: "invalid_output" });
});

test("a condition that has no value for a result does not hold; a check that does not hold is told and the result passes", async () => {
  const writer = agent("writer", {
    result: { kind: "int" },
    ensure: [{ condition: op(op(lit(10), "/", read("result")), ">", lit(1)), source: "10 / result > 1" }],
    check: [{ name: "small", condition: op(read("result"), "<", lit(3)), source: "result < 3" }],
  });
  const graph = flow([ask("writer")], { agents: [writer] });
  expect((await finish(graph, { replies: { writer: [{ value: 0 }] } })).error).toMatchObject({ class: "invalid_output" });
  const passed = await finish(graph, { replies: { writer: [{ value: 5 }] } });
  expect(passed.value).toBe(5);
  expect(passed.of("check.failed")).toMatchObject([{ check: "small" }]);
});

test("text is held to ensure, check and its own constraints, too", async () => {
  const writer = agent("writer", {
    result: { kind: "string", max: 5 },
    ensure: [{ condition: op(read("result"), "!=", read("q")), source: "result != q" }],
    check: [{ name: "long", condition: op(fn("len", read("result")), ">", lit(3)), source: "len(result) > 3" }],
  });
  const run = (text: string) => finish(flow([ask("writer")], { agents: [writer] }), { replies: { writer: [{ text }] } });
  const good = await run("ok");
  expect(good.value).toBe("ok");
  expect(good.of("check.failed")).toMatchObject([{ check: "long" }]);
  expect((await run("go")).error?.message).toContain("result != q");
  expect((await run("too long")).error?.message).toContain("must NOT have more than 5 characters");
});

test("an agent as a tool is a fresh conversation under the call's path, and its result is the tool's", async () => {
  const boss = agent("boss", { tools: [{ of: "agent", key: "t#helper" }] });
  const helper = agent("helper", { doc: "Helps.", result: { kind: "int" }, params: [param("q"), param("n", { kind: "int" }, { default: 3 })] });
  const { value, of } = await finish(flow([ask("boss")], { agents: [boss, helper] }), {
    replies: {
      boss: [{ tool_calls: [{ name: "helper", arguments: { q: "please" } }] }, { when: { after_tool: "helper" }, text: "done" }],
      helper: [{ value: 4 }],
    },
  });
  expect(value).toBe("done");
  expect(of("agent.started").map(({ path, args }) => [path, args])).toEqual([
    ["w/boss", { q: "go" }],
    ["w/boss/turn[0]/call[0]/helper", { q: "please", n: 3 }],
  ]);
  const requests = of("model.requested");
  expect(requests[0]?.request.tools).toMatchObject([{ name: "helper", description: "Helps.", parameters: { required: ["q"] } }]);
  expect(requests[1]?.request.messages).toEqual([{ role: "user", content: "please" }]);
  expect(requests[2]?.request.messages.at(-1)).toMatchObject({ role: "tool", name: "helper", content: "4" });
});

test("a tool's failure goes to the model in the author's words, and its defaults are filled in", async () => {
  const templates = { "t#sorry": { name: "sorry", place, params: [param("class")], text: say("It did not work: ", read("class")) } };
  const notes = tool("notes", { onError: "t#sorry", params: [param("q"), param("limit", { kind: "int" }, { default: 3 })] });
  const given: unknown[] = [];
  const { value, of } = await finish(
    flow([ask("writer")], { agents: [agent("writer", { tools: [{ of: "tool", key: "t#notes" }] })], tools: [notes], templates }),
    {
      replies: { writer: [{ tool_calls: [{ name: "notes", arguments: { q: "x" } }] }, { text: "sorry" }] },
      tools: {
        notes: (args) => {
          given.push(args);
          throw new Error("no");
        },
      },
    },
  );
  expect(value).toBe("sorry");
  expect(given).toEqual([{ q: "x", limit: 3 }]);
  expect(of("model.requested")[1]?.request.messages.at(-1)).toMatchObject({ content: "It did not work: tool_error" });
});
