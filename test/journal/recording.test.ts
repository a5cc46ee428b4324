import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, test } from "vitest";
import { sha256 } from "../../src/host/hash.ts";
import type { RunOptions } from "../../src/interpreter/options.ts";
import { diffOfLines } from "../../src/journal/differences.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { beginJournal } from "../../src/journal/journal.ts";
import { readRun } from "../../src/journal/kept-run.ts";
import { entriesOf } from "../../src/journal/record.ts";
import { recordingSchema } from "../../src/journal/recording.schema.ts";
import type { Recording } from "../../src/journal/recording.ts";
import { readRecording, writeRecording } from "../../src/journal/recording-text.ts";
import { replayOf } from "../../src/journal/replay.ts";
import { finish, type RunSettings } from "../interpreter/world.ts";
import { manualClock } from "../support/clock.ts";
import { compiled, head } from "../testing/blocks/blocks.ts";

const file = new URL("../../schemas/recording.schema.json", import.meta.url);

test("schemas/recording.schema.json is what the source says", () => {
  const text = `${JSON.stringify(recordingSchema, null, 2)}\n`;
  if (process.env["UPDATE"] === "1" || (!existsSync(file) && process.env["CI"] === undefined)) writeFileSync(file, text);
  expect(readFileSync(file, "utf8")).toBe(text);
});

const about = { file: "main.tantra", main: "main.tantra#main", input: {} };

/** Runs a program, and gives the recording of it. */
async function recorded(program: string, settings: RunSettings = {}) {
  const graph = await compiled(head + program);
  const kept = memoryFile();
  const first = { run: "r", at: 0, sources: graph.sources, seed: "s", ...about };
  const journal = beginJournal(first, { file: kept, hash: sha256, name: "x" });
  const ran = await finish(graph, { ...settings, journal, hash: sha256 });
  await journal.flush();
  const recording: Recording = { head: about, entries: entriesOf(readRun(kept.text(), "x", sha256), sha256) };
  return { graph, ran, recording, text: writeRecording(recording) };
}

/** Plays it where every model and every tool fails the test. */
async function replayed(graph: Awaited<ReturnType<typeof compiled>>, recording: Recording, more: Partial<RunOptions> = {}) {
  const replay = replayOf(recording, { hash: sha256, clock: manualClock(), name: "rec.jsonl", missing: "stop", hint: "", secrets: [] });
  const refuse = () => {
    throw new Error("reached");
  };
  const provider = { complete: refuse };
  const ran = await finish(graph, {
    journal: replay.journal,
    hash: sha256,
    openProvider: () => ({ provider, kind: "simulator", refusedKeywords: [], simulated: true }),
    loadTool: () => refuse,
    ...more,
  });
  return { ran, replay };
}

describe("what is written is read again", () => {
  const program = `tool look(q: string) -> string from "./t.ts"
agent helper(q: string) -> int { model: small, prompt: "Count \${q}." }
agent a(q: string) { model: small, system: "Be short.", prompt: "See \${q}.", tools: [look, helper], handoffs: [b] }
agent b() { model: small, system: "You end it." }
workflow main() {
  let all = parallel for q in ["x", "y"] { a(q) }
  let first = race { a("one")
    a("two") }
  let no = look("bad") catch err { err.class }
  return json(all) + first + no
}`;
  const settings: RunSettings = {
    replies: {
      a: [
        {
          when: { contains: "See x" },
          latency: "30ms",
          tool_calls: [
            { name: "look", arguments: { q: "x" } },
            { name: "helper", arguments: { q: "x" } },
          ],
        },
        { when: { contains: "See y" }, tool_calls: [{ name: "look", arguments: { q: "bad" } }] },
        { when: { contains: "See one" }, latency: "50ms", text: "one" },
        { when: { contains: "See two" }, latency: "10ms", text: "two" },
        { text: "Done.", times: "always" },
      ],
      helper: [{ value: 7, times: "always" }],
    },
    tools: {
      look: (args) => {
        if (args["q"] === "bad") throw new Error("my own words");
        return `seen ${args["q"]}`;
      },
    },
  };

  it("with the same bytes, and each line fits the schema", async () => {
    const { text, ran, graph } = await recorded(program, settings);
    expect(ran.error).toBeUndefined();
    const read = await readRecording(text, "rec.jsonl");
    expect(writeRecording(read)).toBe(text);
    const validate = new Ajv2020({ strict: false }).compile(recordingSchema);
    for (const line of text.trimEnd().split("\n")) expect(validate(JSON.parse(line)), line).toBe(true);
    const again = await replayed(graph, read);
    expect(again.ran.error).toBeUndefined();
    expect(again.ran.value).toBe(ran.value);
    expect(again.replay.journal.unread()).toEqual([]);
    expect(again.ran.of("model.replied").every(({ replayed: was }) => was === true)).toBe(true);
    expect(again.ran.of("tool.failed").map(({ words }) => words)).toEqual(ran.of("tool.failed").map(({ words }) => words));
  });

  it("and stands in the order of the source, without the branch that lost", async () => {
    const { text } = await recorded(program, settings);
    const paths = text.split("\n").flatMap((line) => /^\{"(?:asks|calls|winners)":"([^"]*)"/.exec(line)?.[1] ?? []);
    expect(paths).toEqual([
      "main/all[0]/a/turn[0]",
      "main/all[0]/a/turn[0]/call[0]/look",
      "main/all[0]/a/turn[0]/call[1]/helper/turn[0]",
      "main/all[0]/a/turn[1]",
      "main/all[1]/a/turn[0]",
      "main/all[1]/a/turn[0]/call[0]/look",
      "main/all[1]/a/turn[1]",
      "main/first",
      "main/first/a#2/a/turn[0]",
      "main/no",
    ]);
  });

  it("also what a person has written by hand, with no more than what is needed", async () => {
    const graph = await compiled(`${head}agent a() { model: small, prompt: "Hi" }\nworkflow main() { a() }`);
    const text = `{"tantra":"recording","version":1,"file":"main.tantra","main":"main.tantra#main","input":{}}

{"asks":"main/a/turn[0]","agent":"a","model":"main.tantra#small","provider":"main.tantra#llm","request":{"model":"gpt-5-mini","toolChoice":"auto","parameters":{},"tools":[],"origin":{"outputMode":"text"}}}
{"role":"user","content":"Hi"}
{"reply":{"text":"by hand"}}
`;
    const { ran } = await replayed(graph, await readRecording(text, "rec.jsonl"));
    expect(ran.error?.message).toBeUndefined();
    expect(ran.value).toBe("by hand");
  });
});

describe("a replay waits for nothing", () => {
  it("retries of then do not happen again", async () => {
    const program = `retry patient { attempts: 3, backoff: 2.0, delay: 30s }
agent a() { model: small, prompt: "Hi", retry: patient }
workflow main() { a() }`;
    const { graph, recording, ran } = await recorded(program, { replies: { a: [{ error: "overloaded" }, { error: "overloaded" }, { text: "at last" }] } });
    expect(ran.value).toBe("at last");
    expect(ran.clock.now()).toBeGreaterThan(30_000);
    const again = await replayed(graph, recording);
    expect(again.ran.value).toBe("at last");
    expect(again.ran.clock.now() - manualClock().now()).toBe(0);
  });

  it("and a reply that was not fit to the end fails again", async () => {
    const program = `retry again { attempts: 2, on: [invalid_output] }
agent a() -> int { model: small, prompt: "Hi", retry: again }
workflow main() { a() }`;
    const { graph, recording, ran } = await recorded(program, { replies: { a: [{ text: "x", times: "always" }] } });
    const again = await replayed(graph, recording);
    expect(again.ran.error).toMatchObject({ class: "invalid_output", message: ran.error?.message });
  });
});

it("a budget that was used up is used up again", async () => {
  const program = `budget tiny { max: $0.000001 }
agent a() { model: small, prompt: "Hi", budget: tiny }
workflow main() { a() catch err { err.class } }`;
  const { graph, recording, ran } = await recorded(
    program
      .replace("small", "priced")
      .replace("budget tiny", 'model priced = llm("gpt-5-mini") { price: { input: $1, output: $2 }, max_tokens: 10 }\nbudget tiny'),
  );
  expect(ran.value).toBe("budget");
  const again = await replayed(graph, recording);
  expect(again.ran.value).toBe("budget");
});

describe("lines that differ", () => {
  it.each([
    [["a"], ["a"], []],
    [["a"], ["b"], ["- a", "+ b"]],
    [[], ["b"], ["+ b"]],
    [
      ["1", "2", "3", "4", "5", "6"],
      ["1", "2", "3", "x", "4", "5", "6"],
      ["  2", "  3", "+ x", "  4", "  5"],
    ],
    [
      ["x", "1", "2", "3", "4", "5", "6", "y"],
      ["X", "1", "2", "3", "4", "5", "6", "Y"],
      ["- x", "+ X", "  1", "  2", "  …", "  5", "  6", "- y", "+ Y"],
    ],
  ])("%j and %j", (before, now, diff) => {
    expect(diffOfLines(before, now)).toEqual(diff);
  });

  it("are cut where they are long, and shown from where they begin to differ", () => {
    const [first, second] = diffOfLines([`${"a".repeat(1000)}old`], [`${"a".repeat(1000)}new`]);
    expect(first).toMatch(/^- …a+old$/);
    expect(second).toMatch(/^\+ …a+new$/);
    expect(first?.length).toBeLessThan(320);
  });

  it("even ten thousand of them", () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `line ${n}`);
    expect(diffOfLines(lines, [...lines.slice(0, 5000), "new", ...lines.slice(5000)])).toEqual([
      "  line 4998",
      "  line 4999",
      "+ new",
      "  line 5000",
      "  line 5001",
    ]);
  });
});
