import { describe, expect, test } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { anewFrom } from "../../src/host/anew.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { beginJournal } from "../../src/journal/journal.ts";
import { readRun } from "../../src/journal/kept-run.ts";
import { takenSteps } from "../../src/journal/taken-steps.ts";
import { agent, ask, bind, branch, caught, flow, give, list, lit, member, race, read, tool } from "../interpreter/build.ts";
import { finish, type RunSettings } from "../interpreter/world.ts";
import { asked, called, goOn, hash, head, type KeptEnd, keep, name } from "./kept.ts";

const always = (text: string) => [{ text, times: "always" }];

/** A new run, from a step of a kept one. */
async function again(text: string, graph: Graph, step: string, settings: RunSettings = {}): Promise<KeptEnd> {
  const kept = readRun(text, name, hash);
  const file = memoryFile();
  const from = { ...head, run: "second", from: kept.head.run };
  const journal = beginJournal(from, { file, hash, name }, takenSteps(kept, anewFrom(step, kept)));
  const ended = await finish(graph, { runId: "second", seed: "seed", journal, ...settings });
  return { ...ended, text: file.text() };
}

describe("a run that is begun with steps of another", () => {
  const agents = [agent("one"), agent("two"), agent("three")];
  const three = flow([bind("a", ask("one")), bind("b", ask("two")), bind("c", ask("three")), give(list(read("a"), read("b"), read("c")))], { agents });
  const replies = { one: always("A"), two: always("B"), three: always("C") };

  test("does that one again, and keeps those before and behind it", async () => {
    const { text } = await keep(three, { replies });
    const second = await again(text, three, "w/two", { replies: { ...replies, two: always("other") } });
    expect([second.value, asked(second.events)]).toEqual([["A", "other", "C"], ["w/two/turn[0]"]]);
    expect(second.events[0]).toMatchObject({ type: "run.started", resumed: true, runId: "second" });
  });

  test("pays for what it does alone, and a limit is one for that", async () => {
    const said = { usage: { input: 1000, output: 100 } };
    const priced = { one: [{ text: "A", ...said }], two: [{ text: "B", ...said, times: "always" }], three: [{ text: "C", ...said }] };
    const first = await keep(three, { replies: priced });
    const [whole] = first.of("run.finished");
    const second = await again(first.text, three, "w/two", { replies: priced, maxCostUsd: (whole?.cost.usd ?? 0) / 2 });
    const [ended] = second.of("run.finished");
    expect(ended?.usage.input).toBe(1000);
    expect(ended?.cost.usd).toBeCloseTo((whole?.cost.usd ?? 0) / 3);
    // Nor does whoever goes on with it.
    const third = await goOn(second.text.slice(0, second.text.lastIndexOf('{"n"')), three, { replies: priced });
    expect(third.of("run.finished")[0]?.usage.input).toBe(1000);
  });

  test("goes on in a script of replies where that stood behind what was taken over", async () => {
    const twice = flow([bind("a", ask("one", { q: lit("x") })), bind("b", ask("one", { q: lit("y") })), give(list(read("a"), read("b")))], { agents });
    const script = { one: [{ text: "first" }, { text: "second" }] };
    const { text, value } = await keep(twice, { replies: script });
    expect(value).toEqual(["first", "second"]);
    const step = readRun(text, name, hash).events.findLast(({ event }) => event.type === "model.replied")?.event.path ?? "";
    expect((await again(text, twice, step, { replies: script })).value).toEqual(["first", "second"]);
  });

  test("does a race again of which a branch is done again, and what was caught around it", async () => {
    const racing = flow([bind("a", race(undefined, branch("slow", ask("one")), branch("fast", ask("two")))), give(read("a"))], { agents });
    const { text } = await keep(racing, { replies: { one: [{ text: "S", latency: "1h" }], two: always("F") } });
    const slow = readRun(text, name, hash).events.find(({ event }) => event.type === "model.requested" && event.agent === "one")?.event.path ?? "";
    const second = await again(text, racing, slow, { replies: { one: always("S"), two: always("other") } });
    expect(asked(second.events)).toEqual([slow]);

    const catching = flow([bind("a", caught(ask("one"), "err", member(read("err"), "class"))), give(list(read("a"), ask("two")))], { agents });
    const failed = await keep(catching, { replies: { one: [{ error: "auth" }], two: always("B") } });
    expect(failed.value).toEqual(["auth", "B"]);
    const works = { replies: { one: always("A"), two: always("B") } };
    const [at = ""] = failed.of("model.failed").map(({ path }) => path);
    expect((await again(failed.text, catching, at, works)).value).toEqual(["A", "B"]);
    expect((await again(failed.text, catching, "w/two", works)).value).toEqual(["auth", "B"]);
  });

  test("calls a tool again with a key of its own", async () => {
    const keys: string[] = [];
    const searching = flow([give(ask("asker"))], { agents: [agent("asker", { tools: [{ of: "tool", key: "t#search" }] })], tools: [tool("search")] });
    const settings: RunSettings = {
      replies: {
        asker: [
          { when: { after_tool: "search" }, text: "done", times: "always" },
          { tool_calls: [{ name: "search", arguments: { q: "tides" } }], times: "always" },
        ],
      },
      tools: {
        search: (_args: unknown, { idempotencyKey }: { readonly idempotencyKey: string }) => {
          keys.push(idempotencyKey);
          return "found";
        },
      },
    };
    const { text } = await keep(searching, settings);
    const second = await again(text, searching, "w/asker/turn[0]/call[0]/search", settings);
    expect([called(second.events), asked(second.events)]).toEqual([["w/asker/turn[0]/call[0]/search"], []]);
    expect(new Set(keys).size).toBe(2);
  });
});
