import { describe, expect, test } from "vitest";
import type { Hooks } from "../../src/agent/hooks.ts";
import type { Question } from "../../src/agent/question.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import type { RunError } from "../../src/diagnostics/errors.ts";
import type { Json } from "../../src/diagnostics/json.ts";
import type { TypeNode } from "../../src/graph/types.ts";
import { settled } from "../support/clock.ts";
import { agent, ask, bind, branch, caught, fail, flow, list, lit, member, parallel, person, place, race, read, start, tool, use, workflow } from "./build.ts";
import { begin, ending, finish } from "./world.ts";

/** Answers by question; what is not among them is left for later. */
function answering(answers: Readonly<Record<string, Json>>): Hooks {
  return { ask: ({ question }) => (question in answers ? { answer: answers[question] ?? null } : { later: true }) };
}
function questionsOf(error: RunError | undefined): readonly Question[] {
  return error instanceof RunFailure ? error.questions : [];
}
const asked = (error: RunError | undefined) => questionsOf(error).map(({ question }) => question);
/** Never answers; `withdrawn` tells which questions were taken back. */
function silent(withdrawn: string[] = []): Hooks {
  return {
    ask: ({ question, signal }) =>
      new Promise(() => {
        signal.addEventListener("abort", () => withdrawn.push(question), { once: true });
      }),
  };
}
const text: TypeNode = { kind: "string" };
const level: TypeNode = { kind: "union", members: ["low", "high"].map((value) => ({ kind: "literal", value })) };

describe("an `ask`", () => {
  test("gives what the hook answers, and tells the question with all that a reader needs", async () => {
    const { value, of, events } = await finish(flow([person("Publish?")]), { hooks: answering({ "Publish?": true }) });
    expect(value).toBe(true);
    expect(of("ask.waiting")).toMatchObject([{ path: "w/Publish", of: "ask", question: "Publish?", schema: { type: "boolean" }, place }]);
    expect(of("ask.answered")).toMatchObject([{ path: "w/Publish", answer: true }]);
    expect(events.map(({ type }) => type)).toEqual([
      "run.started",
      "step.started",
      "ask.waiting",
      "hook.called",
      "ask.answered",
      "step.finished",
      "run.finished",
    ]);
  });

  test("is asked again with what was wrong until the answer fits", async () => {
    const wrongs: (string | undefined)[] = [];
    const answers: Json[] = ["medium", 3, "high"];
    const hooks: Hooks = {
      ask: ({ wrong }) => {
        wrongs.push(wrong);
        return { answer: answers[wrongs.length - 1] ?? null };
      },
    };
    expect((await finish(flow([person("Level?", level)]), { hooks })).value).toBe("high");
    expect(wrongs).toEqual([undefined, 'The value must be one of "low" and "high", but is "medium".', 'The value must be one of "low" and "high", but is 3.']);
  });

  test("fails when a hook never gives an answer that fits", async () => {
    const { error, of } = await finish(flow([person("Sure?")]), { hooks: { ask: () => ({ answer: "maybe" }) } });
    expect(error).toMatchObject({ class: "bad_value", path: "w/Sure", message: expect.stringContaining("10 answers that do not fit") });
    expect(of("hook.called")).toHaveLength(10);
  });

  test("takes its default when nobody answers in time, and fails without one", async () => {
    const withdrawn: string[] = [];
    const hooks = silent(withdrawn);
    const { value, of } = await finish(flow([person("Go on?", { kind: "bool" }, { timeoutMs: 5000, default: lit(false) })]), { hooks });
    expect(value).toBe(false);
    expect(withdrawn).toEqual(["Go on?"]);
    expect(of("ask.answered")).toMatchObject([{ answer: false, default: true }]);
    const failed = await finish(flow([caught(person("Go on?", { kind: "bool" }, { timeoutMs: 5000 }), "err", member(read("err"), "class"))]), { hooks });
    expect(failed.value).toBe("timeout");
  });

  test("is taken back when the run is cancelled, and what the hook says later is not told", async () => {
    const controller = new AbortController();
    let answer: (decision: { answer: Json }) => void = () => undefined;
    const hooks: Hooks = {
      ask: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    };
    const running = begin(flow([person("Go on?")]), { hooks, signal: controller.signal });
    await running.until(({ type }) => type === "ask.waiting");
    controller.abort();
    await expect(running.result).rejects.toMatchObject({ code: "T619" });
    const told = running.events.length;
    answer({ answer: true });
    await Promise.resolve();
    expect(running.events.length).toBe(told);
    expect(running.events.at(-1)?.type).toBe("run.failed");
  });
});

describe("time", () => {
  const slowly = (answer: Json): Hooks => ({ ask: () => new Promise((resolve) => void setTimeout(() => resolve({ answer }), 0)) });

  test("stands still for every scope around a question, and goes on for what was left of it", async () => {
    // The agent takes 3 of the 5 seconds; the question takes an hour; another 3 seconds are too many.
    const inner = workflow("inner", [bind("a", ask("writer")), bind("b", person("Go on?")), ask("writer", {}, {}, "writer#2")], { timeoutMs: 5000 });
    const graph = flow([caught(start("inner"), "err", member(read("err"), "message"))], { agents: [agent("writer")], workflows: [inner] });
    let answer: () => void = () => undefined;
    const hooks: Hooks = {
      ask: () =>
        new Promise((resolve) => {
          answer = () => resolve({ answer: true });
        }),
    };
    const running = begin(graph, { hooks, replies: { writer: [{ text: "x", latency: "3s", times: "always" }] }, timeoutMs: 8000 });
    await running.clock.advance(3000);
    await running.until(({ type }) => type === "ask.waiting");
    await running.clock.advance(3_600_000);
    expect(running.of("step.failed")).toEqual([]);
    answer();
    const { value } = await ending(running);
    expect(value).toBe('The workflow "inner" did not finish within its 5s.');
    expect(running.of("run.finished")).toMatchObject([{ durationMs: 3_600_000 + 5000 }]);
  });

  test("goes on for a scope beside the one that waits", async () => {
    const beside = workflow("beside", [ask("writer")], { timeoutMs: 5000 });
    const graph = flow([parallel({ onError: "continue" }, branch("a", person("Go on?")), branch("b", start("beside"))), list(read("a"), read("b"))], {
      agents: [agent("writer")],
      workflows: [beside],
    });
    const running = begin(graph, { hooks: slowly(true), replies: { writer: [{ text: "x", latency: "1h" }] } });
    const { value } = await ending(running);
    expect(value).toEqual([true, null]);
  });

  test("does not count while two questions of one scope wait one into the other", async () => {
    const answers = new Map<string, () => void>();
    const hooks: Hooks = { ask: ({ question }) => new Promise((resolve) => void answers.set(question, () => resolve({ answer: true }))) };
    const running = begin(flow([parallel({}, branch("a", person("A")), branch("b", person("B"))), lit("done")]), { hooks, timeoutMs: 1000 });
    await settled();
    await running.clock.advance(5000);
    answers.get("A")?.();
    await running.clock.advance(5000);
    answers.get("B")?.();
    expect((await ending(running)).value).toBe("done");
  });
});

describe("a run that only people can go on with", () => {
  test("is suspended with every question, and its last event says so", async () => {
    const graph = flow([parallel({}, branch("a", person("A?")), branch("b", person("B?", text)), branch("c", ask("writer"))), lit("never")], {
      agents: [agent("writer")],
    });
    const { error, events, of } = await finish(graph, { replies: { writer: [{ text: "x", latency: "3s" }] } });
    expect(error).toMatchObject({ code: "T641", class: "cancelled", message: "The run waits for a person: 2 questions are open." });
    expect(questionsOf(error)).toEqual([
      { path: "w/parallel/a/A", of: "ask", question: "A?", schema: { type: "boolean" }, place },
      { path: "w/parallel/b/B", of: "ask", question: "B?", schema: { type: "string" }, place },
    ]);
    expect(of("agent.finished")).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "run.failed", error: { code: "T641" } });
  });

  test("is taken by no catch, by no `on_error` and by no hook", async () => {
    const hooks: Hooks = { onError: () => ({ value: "rescued" }) };
    const tolerant = parallel({ onError: "collect" }, branch("a", caught(person("A?"), "_", lit(false))));
    expect((await finish(flow([caught(tolerant, "_", lit("caught"))]), { hooks })).error).toMatchObject({ code: "T641" });
  });

  test("goes on while a branch beside a question does, behind a full `max` too", async () => {
    const agents = [agent("writer")];
    const replies = { writer: [{ text: "x", latency: "2s", times: "always" }] };
    const full = parallel({ max: lit(2) }, branch("a", person("A?")), branch("b", ask("writer")), branch("c", person("C?")), branch("d", person("D?")));
    const { error, of } = await finish(flow([full], { agents }), { replies });
    expect(asked(error)).toEqual(["A?", "C?"]);
    expect(of("agent.finished")).toHaveLength(1);
  });

  test("is none while a race has a branch that answers by itself", async () => {
    const agents = [agent("writer")];
    const { value, of } = await finish(flow([race(undefined, branch("a", person("A?")), branch("b", ask("writer")))], { agents }));
    expect(value).toBe("[writer] go");
    expect(of("step.cancelled").map(({ path }) => path)).toEqual(["w/race/a/A", "w/race/a"]);
  });

  test("is suspended where the branches that could have decided a race have failed", async () => {
    expect(asked((await finish(flow([race(undefined, branch("a", person("A?")), branch("b", fail("no")))]))).error)).toEqual(["A?"]);
  });

  test("closes what it had opened", async () => {
    const { clock } = await finish(flow([person("A?", text, { timeoutMs: 9000 })], {}), { timeoutMs: 60_000 });
    expect(clock.sleepers).toBe(0);
  });

  test("says until when a question is open", async () => {
    const running = begin(flow([person("A?", text, { timeoutMs: 9000, default: lit("none") })]));
    const { error } = await ending(running);
    expect(questionsOf(error)).toMatchObject([{ question: "A?", until: 1_009_000 }]);
  });
});

describe("answers that are known already", () => {
  const graph = flow([parallel({}, branch("a", person("A?")), branch("b", person("B?", text))), list(read("a"), read("b"))]);

  test("let a run go on from there, some at a time", async () => {
    const first = await finish(graph, { answers: { "w/parallel/a/A": true } });
    expect(asked(first.error)).toEqual(["B?"]);
    expect((await finish(graph, { answers: { "w/parallel/a/A": true, "w/parallel/b/B": "yes" } })).value).toEqual([true, "yes"]);
    expect((await finish(graph, { answers: ({ question }) => (question === "A?" ? false : "no") })).value).toEqual([false, "no"]);
  });

  test("are held to the type", async () => {
    const { error } = await finish(graph, { answers: { "w/parallel/a/A": "perhaps" } });
    expect(error).toMatchObject({ class: "bad_value", path: "w/parallel/a/A", message: expect.stringContaining("true or false") });
  });
});

describe("an approval", () => {
  const guarded = tool("send", { approve: lit(true) });
  const graph = (q: string) => flow([use("send", { q: lit(q) })], { tools: [guarded] });
  const tools = { send: ({ q }: Readonly<Record<string, Json>>) => `sent ${String(q)}` };

  test("waits with the tool and its exact arguments where there is no hook", async () => {
    const { error, of } = await finish(graph("hello"), { tools });
    expect(questionsOf(error)).toEqual([
      { path: "w/send", of: "approval", question: 'Call the tool "send"?', schema: { type: "boolean" }, place, tool: "send", arguments: { q: "hello" } },
    ]);
    expect(of("tool.returned")).toEqual([]);
  });

  test("holds for its arguments only", async () => {
    const answers = { "w/send": { approved: true, arguments: { q: "hello" } } };
    expect((await finish(graph("hello"), { tools, answers })).value).toBe("sent hello");
    const other = await finish(graph("goodbye"), { tools, answers });
    expect(other.error).toMatchObject({ class: "bad_value", message: 'The answer that was given before approves no such call of the tool "send".' });
    expect((await finish(graph("hello"), { tools, answers: { "w/send": true } })).error).toMatchObject({ class: "bad_value" });
    expect((await finish(graph("hello"), { tools, answers: ({ arguments: args }) => args?.["q"] === "hello" })).value).toBe("sent hello");
    expect((await finish(graph("hello"), { tools, answers: { "w/send": false } })).error).toMatchObject({ class: "denied" });
  });

  test("of two calls of one turn lets the one go on while the other waits", async () => {
    const calls = ["a", "b"].map((q) => ({ name: "send", arguments: { q } }));
    const replies = { helper: [{ tool_calls: calls }, { text: "done" }] };
    const agents = [agent("helper", { tools: [{ of: "tool", key: "t#send" }] })];
    const approve: Hooks["approve"] = ({ arguments: { q } }) => (q === "a" ? { approved: true } : { later: true });
    const { error, of } = await finish(flow([ask("helper")], { tools: [guarded], agents }), { tools, replies, hooks: { approve } });
    expect(questionsOf(error)).toMatchObject([{ path: "w/helper/turn[0]/call[1]/send", place, arguments: { q: "b" } }]);
    expect(of("tool.returned")).toMatchObject([{ result: "sent a" }]);
  });
});
