import { expect, test } from "vitest";
import type { JournalFile } from "../../src/journal/file.ts";
import { beginJournal } from "../../src/journal/journal.ts";
import { agent, ask, flow, give, list, lit, tool } from "../interpreter/build.ts";
import { finish } from "../interpreter/world.ts";
import { hash, head, name } from "./kept.ts";

/** A disk that is told when the sync that follows the first `held` may end; others end at once. */
function slowDisk(held: string) {
  const told: string[] = [];
  let begun = (): void => undefined;
  let release = (): void => undefined;
  const holding = new Promise<void>((resolve) => (begun = resolve));
  const file: JournalFile = {
    append: (text) => void told.push(...text.trimEnd().split("\n").map(typeOf)),
    async sync() {
      const is = told.includes(held) && !told.includes("sync");
      told.push(is ? "sync" : "quick");
      if (is)
        await new Promise<void>((resolve) => {
          release = () => {
            told.push("safe");
            resolve();
          };
          begun();
        });
    },
  };
  return { file, told, holding, release: () => release() };
}
function typeOf(line: string): string {
  const { type, tantra } = JSON.parse(line) as { readonly type?: string; readonly tantra?: string };
  return type ?? tantra ?? "";
}

test("a step starts when the one before it is on the disk, and what lies between them does not wait", async () => {
  const graph = flow([give(list(ask("one", { q: lit("a") }), ask("two", { q: lit("b") })))], { agents: [agent("one"), agent("two")] });
  const { file, told, holding, release } = slowDisk("model.replied");
  const events: string[] = [];
  const run = finish(graph, {
    runId: "run",
    seed: "seed",
    journal: beginJournal(head, { file, hash, name }),
    sink: ({ type, path }) => void events.push(`${type} ${path}`),
  });
  await holding;
  await new Promise((resolve) => setImmediate(resolve));
  expect([events.includes("agent.started w/two"), events.includes("model.requested w/two/turn[0]")]).toEqual([true, false]);
  release();
  await run;
  const first = told.indexOf("model.replied");
  expect(told.slice(first, told.indexOf("model.requested", first)).filter((type) => type !== "quick")).toEqual([
    "model.replied",
    "budget.spent",
    "sync",
    "safe",
    "agent.finished",
    "step.finished",
    "step.started",
    "agent.started",
  ]);
});

test("a tool runs when the reply that asked for it is on the disk", async () => {
  const { file, holding, release } = slowDisk("model.replied");
  const graph = flow([give(ask("asker", { q: lit("a") }))], { agents: [agent("asker", { tools: [{ of: "tool", key: "t#look" }] })], tools: [tool("look")] });
  let ran = 0;
  const run = finish(graph, {
    runId: "run",
    seed: "seed",
    replies: { asker: [{ when: { after_tool: "look" }, text: "done" }, { tool_calls: [{ name: "look", arguments: {} }] }] },
    tools: { look: () => ++ran },
    journal: beginJournal(head, { file, hash, name }),
  });
  await holding;
  await new Promise((resolve) => setImmediate(resolve));
  expect(ran).toBe(0);
  release();
  expect([(await run).value, ran]).toEqual(["done", 1]);
});

test("a run has ended when its last step is on the disk", async () => {
  const { file, told, holding, release } = slowDisk("model.replied");
  const ended = finish(flow([give(ask("one", { q: lit("a") }))], { agents: [agent("one")] }), {
    runId: "run",
    seed: "seed",
    journal: beginJournal(head, { file, hash, name }),
    sink: ({ type }) => void told.push(`told ${type}`),
  });
  await holding;
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).not.toContain("told run.finished");
  release();
  await ended;
  expect(told.indexOf("told run.finished")).toBeGreaterThan(told.indexOf("safe"));
});

test("steps that end in one moment share a sync", async () => {
  const syncs: number[] = [];
  let lines = 0;
  const file: JournalFile = {
    append(text) {
      lines += text.trimEnd().split("\n").length;
    },
    sync: async () => void syncs.push(lines),
  };
  const journal = beginJournal(head, { file, hash, name });
  await journal.flush();
  for (const path of ["a", "b", "c"]) journal.note({ path, of: "store", asked: "", value: 1 });
  await Promise.all([journal.flush(), journal.flush()]);
  expect(syncs).toEqual([1, 4]);
});

test("while the disk is at one sync the next one may begin, and neither is over before both are", async () => {
  const ends: (() => void)[] = [];
  const file: JournalFile = { append: () => undefined, sync: () => new Promise((resolve) => void ends.push(resolve)) };
  const journal = beginJournal(head, { file, hash, name });
  let safe = 0;
  const flush = (): Promise<void> => journal.flush().then(() => void safe++);
  const first = flush();
  journal.note({ path: "a", of: "store", asked: "", value: 1 });
  const second = flush();
  journal.note({ path: "b", of: "store", asked: "", value: 1 });
  const third = flush();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(safe).toBe(0);
  ends[0]?.();
  await Promise.all([first, second]);
  await new Promise((resolve) => setImmediate(resolve));
  expect([safe, ends.length]).toEqual([2, 3]);
  ends[2]?.();
  await third;
});
