import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { type KeptRun, readRun } from "../../src/journal/kept-run.ts";
import { lineOf, linesOf } from "../../src/journal/lines.ts";
import { agent, ask, flow, give, list, tool } from "../interpreter/build.ts";
import { hash, keep, name } from "./kept.ts";

const turns = 5;
const asker = { of: "tool", key: "t#search" } as const;
const graph = flow([give(list(ask("asker"), ask("other")))], {
  agents: [agent("asker", { tools: [asker] }), agent("other", { tools: [asker] })],
  tools: [tool("search")],
});
const calls = Array.from({ length: turns }, (_, index) => ({ tool_calls: [{ name: "search", arguments: { q: `${index}` } }] }));
const replies = { asker: [...calls, "done"], other: [...calls, "done"] };

async function run(): Promise<{ readonly kept: KeptRun; readonly events: readonly RunEvent[]; readonly text: string }> {
  const { text, events } = await keep(graph, { replies, tools: { search: () => "found" } });
  return { kept: readRun(text, name, hash), events, text };
}
const requests = (events: readonly RunEvent[]) => events.filter((event) => event.type === "model.requested");

describe("what a step's line says", () => {
  test("is what happened, whenever it is read and in any order", async () => {
    const { kept, events } = await run();
    const sent = requests(events);
    expect(sent).toHaveLength(2 * (turns + 1));
    const read = kept.events.filter(({ type }) => type === "model.requested");
    expect(read.map(({ event }) => event)).toEqual(sent);
    expect(read.map(({ event }) => event)).toEqual(sent);
    const { kept: fresh } = await run();
    const backwards = fresh.events.filter(({ type }) => type === "model.requested").toReversed();
    expect(backwards.map(({ event }) => event).toReversed()).toEqual(sent);
  });

  test("has its type and path at hand", async () => {
    const { kept } = await run();
    expect(kept.events.map(({ type, path }) => [type, path])).toEqual(kept.events.map(({ event }) => [event.type, event.path]));
  });

  test("is read from its line only when it is looked at", async () => {
    const { text } = await run();
    const lines = linesOf(text);
    const again: number[] = [];
    const kept = readRun({ [Symbol.iterator]: () => lines[Symbol.iterator](), again: (n) => lines.again(again[again.push(n) - 1] ?? 0) }, name, hash);
    expect(again).toEqual([]);
    const last = kept.events.at(-1);
    expect([last?.event.type, again]).toEqual(["run.finished", [last?.n]]);
  });

  test("is told where it has changed since it was read first", async () => {
    const { text } = await run();
    const lines = linesOf(text);
    const kept = readRun({ [Symbol.iterator]: () => lines[Symbol.iterator](), again: () => "something else\n" }, name, hash);
    expect(() => kept.events[3]?.event).toThrow(expect.objectContaining({ code: "T651", place: `${name}:5:1` }));
  });

  test("is read whatever order its members stand in", async () => {
    const { kept, text } = await run();
    const [first = "", , ...others] = text.trimEnd().split("\n");
    const { n, sum: _sum, ...said } = JSON.parse(text.split("\n")[1] ?? "") as Record<string, unknown>;
    const turned = lineOf(Number(n), Object.fromEntries(Object.entries(said).toReversed()), hash);
    const other = readRun(`${first}\n${turned}${others.join("\n")}\n`, name, hash);
    expect(other.events[0]).toMatchObject({ type: "run.started", path: "w", event: kept.events[0]?.event });
    expect(other.seq).toBe(kept.seq);
  });
});
