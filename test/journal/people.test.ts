import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import type { Hooks } from "../../src/agent/hooks.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import type { Json } from "../../src/diagnostics/json.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { addToJournal, beginJournal, resumeJournal } from "../../src/journal/journal.ts";
import { blamed, readRun, stateOf } from "../../src/journal/kept-run.ts";
import { hash } from "../conformance/run-program.ts";
import { bind, branch, caught, fail, flow, list, lit, parallel, person, read, tool, use } from "../interpreter/build.ts";
import { begin, type Ended, ending, type RunSettings } from "../interpreter/world.ts";

const name = "run.jsonl";
const head = { run: "run", at: 0, file: "t", sources: [], main: "", input: {}, seed: "seed" };

/** A run, from the beginning or from what is kept of it, and what is kept afterwards. `later`: so much time has passed in between. */
async function ran(graph: Graph, settings: RunSettings = {}, before?: string, later = 0): Promise<Ended & { readonly text: string }> {
  const kept = before === undefined ? undefined : readRun(before, name, hash);
  const file = memoryFile(before);
  const journal =
    kept === undefined ? beginJournal(head, { file, hash, name }) : resumeJournal(kept, { at: 0, sources: [], dropped: blamed(kept) }, { file, hash, name });
  const running = begin(graph, { ...settings, runId: "run", seed: "seed", journal });
  if (later > 0) await running.clock.advance(later);
  return { ...(await ending(running)), text: file.text() };
}

/** What `tantra answer` does. */
async function answered(text: string, path: string, answer: Json): Promise<string> {
  const kept = readRun(text, name, hash);
  const asked = kept.events.findLast(({ event }) => event.type === "ask.waiting" && event.path === path)?.event;
  const file = memoryFile(text);
  const journal = addToJournal(kept, { file, hash, name });
  const told = asked?.type === "ask.waiting" && asked.asked !== undefined ? { asked: asked.asked } : {};
  journal.take({ seq: kept.seq + 1, at: 0, runId: "run", path, type: "ask.answered", answer, ...told });
  await journal.flush();
  return file.text();
}

const nobody: Hooks = {
  ask: () => {
    throw new Error("nobody may be asked again");
  },
};
const fresh = (events: readonly RunEvent[], type: RunEvent["type"]) =>
  events.filter((event) => event.type === type && !("replayed" in event && event.replayed));

describe("an answer", () => {
  it("is read when the run goes on, however it was given, and nobody is asked again", async () => {
    const graph = flow([bind("a", person("A?")), bind("b", person("B?", { kind: "string" })), list(read("a"), read("b"))]);
    const asking: Hooks = { ask: ({ question }) => (question === "A?" ? { answer: true } : { later: true }) };
    const first = await ran(graph, { hooks: asking });
    expect(first.error).toMatchObject({ code: "T641", questions: [{ path: "w/B", asked: expect.any(String) }] });
    expect(stateOf(readRun(first.text, name, hash))).toBe("waiting");
    const second = await ran(graph, { hooks: nobody }, await answered(first.text, "w/B", "yes"));
    expect(second.value).toEqual([true, "yes"]);
    expect(second.of("ask.answered")).toMatchObject([
      { answer: true, replayed: true },
      { answer: "yes", replayed: true },
    ]);
  });

  it("survives a process that dies right behind it", async () => {
    const graph = flow([bind("a", person("A?")), fail("too bad")]);
    const { text } = await ran(graph, { hooks: { ask: () => ({ answer: true }) } });
    const lines = text.split("\n");
    const cut = lines.findIndex((line) => line.includes('"ask.answered"'));
    const again = await ran(graph, { hooks: nobody }, `${lines.slice(0, cut + 1).join("\n")}\n`);
    expect(again.error).toMatchObject({ class: "failed" });
    expect(fresh(again.events, "ask.answered")).toEqual([]);
  });

  it("holds for the question that was asked, and is asked for again where that is another", async () => {
    const { text } = await ran(flow([person("Go on?")]));
    const other = flow([{ ...person("Really?"), path: "w/Goon" } as ReturnType<typeof person>]);
    const changed = await ran(other, {}, await answered(text, "w/Goon", true));
    expect(changed.error).toMatchObject({ code: "T641", questions: [{ question: "Really?" }] });
    expect(changed.of("warning")).toMatchObject([{ message: '"w/Goon" is done again: its question has changed.' }]);
  });

  it("lets what was caught before stand while the run waits", async () => {
    let calls = 0;
    const tools = {
      send: () => {
        calls++;
        throw new Error("no");
      },
    };
    const graph = flow([caught(use("send"), "_", person("Go on?"))], { tools: [tool("send")] });
    const { text } = await ran(graph, { tools });
    const { value } = await ran(graph, { tools }, await answered(text, "w/Goon", true));
    expect({ value, calls }).toEqual({ value: true, calls: 1 });
  });
});

describe("an approval", () => {
  const graph = (q: string) => flow([use("send", { q: lit(q) })], { tools: [tool("send", { approve: lit(true) })] });
  const tools = { send: ({ q }: Readonly<Record<string, Json>>) => `sent ${String(q)}` };

  it("holds for its arguments when the run goes on, and for no others", async () => {
    const { text } = await ran(graph("hello"), { tools });
    const approved = await answered(text, "w/send", true);
    expect((await ran(graph("hello"), { tools }, approved)).value).toBe("sent hello");
    const other = await ran(graph("goodbye"), { tools }, approved);
    expect(other.error).toBeInstanceOf(RunFailure);
    expect(other.error).toMatchObject({ code: "T641", questions: [{ arguments: { q: "goodbye" } }] });
  });

  it("that a hook gave with other arguments is gone on with as it was", async () => {
    const hooks: Hooks = { approve: () => ({ approved: true, arguments: { q: "less" } }) };
    const broken = flow([bind("a", use("send", { q: lit("hello") })), person("B?")], { tools: [tool("send", { approve: lit(true) })] });
    const first = await ran(broken, { tools, hooks });
    const lines = first.text.split("\n");
    const cut = lines.findIndex((line) => line.includes('"ask.answered"'));
    const again = await ran(graph("hello"), { tools }, `${lines.slice(0, cut + 1).join("\n")}\n`);
    expect(again.value).toBe("sent less");
  });
});

describe("the time for an answer", () => {
  const graph = flow([person("Who?", { kind: "string" }, { timeoutMs: 60_000, default: lit("nobody") })]);

  it("counts from when the question was first asked", async () => {
    const first = await ran(graph);
    const soon = await ran(graph, {}, first.text);
    expect(soon.error).toMatchObject({ code: "T641", questions: [{ until: 1_060_000 }] });
    // The clock of a run begins at the same time: one that is begun later stands for another day.
    const silent: Hooks = { ask: () => new Promise(() => undefined) };
    const late = await ran(graph, { hooks: silent }, soon.text, 60_000);
    expect(late.value).toBe("nobody");
    expect(late.of("run.finished")).toMatchObject([{ durationMs: 60_000 }]);
  });

  it("leaves an answer that came in time as it is, and a default that was taken", async () => {
    const first = await ran(graph);
    expect((await ran(graph, {}, await answered(first.text, "w/Who", "Ada"), 90_000)).value).toBe("Ada");
    const both = flow([bind("a", person("Who?", { kind: "string" }, { timeoutMs: 1000, default: lit("nobody") })), bind("b", person("B?")), read("a")]);
    const silent: Hooks = { ask: ({ question }) => (question === "B?" ? { later: true } : new Promise(() => undefined)) };
    const waiting = await ran(both, { hooks: silent });
    expect(waiting.error).toMatchObject({ code: "T641" });
    const done = await ran(both, { hooks: nobody }, await answered(waiting.text, "w/B", true));
    expect(done.value).toBe("nobody");
  });
});

it("several branches are answered one after the other, each in a process of its own", async () => {
  const names = ["A?", "B?", "C?"];
  const graph = flow([parallel({}, ...names.map((question, index) => branch(`b${index}`, person(question)))), list(read("b0"), read("b1"), read("b2"))]);
  let { text } = await ran(graph);
  for (const [index, question] of names.entries()) {
    text = await answered(text, `w/parallel/b${index}/${question[0]}`, index !== 1);
    const next = await ran(graph, {}, text);
    text = next.text;
    if (index < 2) expect(next.error).toMatchObject({ questions: names.slice(index + 1).map((open) => ({ question: open })) });
    else expect(next.value).toEqual([true, false, true]);
  }
});
