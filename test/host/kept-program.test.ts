import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { sha256 } from "../../src/host/hash.ts";
import type { ResumableRun, RunKeeper } from "../../src/host/kept-program.ts";
import { compile, load, type Program } from "../../src/host/program.ts";
import { runStore } from "../../src/host/run-store.ts";
import { type JournalFile, memoryFile } from "../../src/journal/file.ts";
import { beginJournal, resumeJournal } from "../../src/journal/journal.ts";
import { readRun } from "../../src/journal/kept-run.ts";
import { folder } from "./folder.ts";

const source = `provider llm = simulator
model small = llm("gpt-5")
tool fetch(topic: string) -> string from "./fetch.js"
agent writer(topic: string) { model: small, prompt: "Write about \${topic}." }
workflow main(topic: string) {
  let draft = writer(topic)
  let found = fetch(topic)
  draft + " " + found
}
`;
const works = { fetch: ({ topic }: { readonly topic: string }) => `Found ${topic}.` };
const fails = {
  fetch: () => {
    throw new Error("nothing there");
  },
};

const asked = (events: readonly RunEvent[]): string[] => events.flatMap((event) => (event.type === "model.requested" && !event.replayed ? [event.path] : []));

/** A store of one's own: texts by id. */
function ownStore(): RunKeeper & { take(id: string): ResumableRun } {
  const files = new Map<string, ReturnType<typeof memoryFile>>();
  const close = async (): Promise<void> => undefined;
  return {
    begin(head) {
      const file = memoryFile();
      files.set(head.run, file);
      return { journal: beginJournal(head, { file, hash: sha256, name: head.run }), close };
    },
    take(id) {
      const text = files.get(id)?.text() ?? "";
      const kept = readRun(text, id, sha256);
      return {
        kept,
        resume(resumption) {
          const file = memoryFile(text.slice(0, kept.end));
          files.set(id, file);
          return { journal: resumeJournal(kept, resumption, { file, hash: sha256, name: id }), close };
        },
      };
    },
  };
}

async function failedRun(program: Program, journal: RunKeeper): Promise<string> {
  const run = program.run("main", { topic: "tides" }, { journal, tools: fails });
  await expect(run).rejects.toMatchObject({ class: "tool_error", totals: { runId: run.runId } });
  return run.runId;
}

describe("program.run with a journal", () => {
  test("keeps the run in the project, and program.resume goes on with it", async () => {
    const root = folder({ "package.json": "{}", "main.tantra": source });
    const store = runStore(root);
    const program = await load(join(root, "main.tantra"));
    const id = await failedRun(program, store);
    expect(store.ids()).toEqual([id]);
    const run = program.resume<string>(store.take(store.find("last")), { tools: works, keepEvents: true });
    expect(run.runId).toBe(id);
    const { value, runId, events = [] } = await run;
    expect([value.endsWith(" Found tides."), runId, asked(events)]).toEqual([true, id, []]);
    expect(events[0]).toMatchObject({ type: "run.started", resumed: true });
    // It is over, and nobody has it.
    const done = store.take(id);
    await expect(program.resume(done)).rejects.toMatchObject({ code: "T653", message: expect.stringContaining("has finished") });
    store.take(id).release();
  });

  test("leaves no file where the input does not fit", async () => {
    const root = folder({ "package.json": "{}", "main.tantra": source });
    const program = await load(join(root, "main.tantra"));
    await expect(program.run("main", { topic: 1 } as never, { journal: runStore(root), tools: works })).rejects.toMatchObject({ code: "T621" });
    expect(runStore(root).ids()).toEqual([]);
  });

  test("takes a store of anybody's", async () => {
    const store = ownStore();
    const program = await compile(source, { root: folder({}) });
    const id = await failedRun(program, store);
    expect((await program.resume<string>(store.take(id), { tools: works })).value).toMatch(/ Found tides\.$/);
    expect(store.take(id).kept.events.at(-1)?.event.type).toBe("run.finished");
  });

  test("goes on with the profile, the limit and the simulator that it was begun with", async () => {
    const store = ownStore();
    const program = await compile(`${source.replace("= simulator", "= openai { api_key: env.NO_SUCH_KEY }")}profile other { }\n`, { root: folder({}) });
    const options = { journal: store, tools: fails, simulate: true, budget: 3, profile: "other" };
    const run = program.run("main", { topic: "tides" }, options);
    await expect(run).rejects.toMatchObject({ class: "tool_error" });
    expect(store.take(run.runId).kept.head).toMatchObject({ simulate: true, maxCostUsd: 3, profile: "other", input: { topic: "tides" } });
    await program.resume(store.take(run.runId), { tools: works, budget: 4 });
    expect(store.take(run.runId).kept.resumptions).toMatchObject([{ maxCostUsd: 4, dropped: [] }]);
  });

  test("keeps no secret, and does not go on without it", async () => {
    const root = folder({ "package.json": "{}" });
    const store = runStore(root);
    const program = await compile(source.replace(' from "./fetch.js"', ' from "./fetch.js" { options: { key: env.KEY } }'), { root });
    const env = { KEY: "very-secret-key" };
    const run = program.run("main", { topic: "the very-secret-key" }, { journal: store, tools: fails, env, simulate: true });
    await expect(run).rejects.toMatchObject({ class: "tool_error" });
    expect(readFileSync(store.pathOf(run.runId), "utf8")).not.toContain("very-secret-key");
    await expect(program.resume(store.take(run.runId), { tools: works, env })).rejects.toMatchObject({
      code: "T653",
      message: `The run ${run.runId} was given a secret in "topic", which is not kept: there is no going on without it.`,
    });
    store.take(run.runId).release();
  });

  test("is refused, and lets go, where the program has no such start any more or has errors", async () => {
    const root = folder({ "package.json": "{}" });
    const store = runStore(root);
    const id = await failedRun(await compile(source, { root }), store);
    const other = await compile(source.replace("workflow main", "workflow other"), { root });
    await expect(other.resume(store.take(id))).rejects.toMatchObject({ code: "T653", message: expect.stringContaining('began with "main"') });
    const wrong = await compile(source.replace("model: small", "model: smal"), { root });
    await expect(wrong.resume(store.take(id))).rejects.toMatchObject({ code: "T201" });
    store.take(id).release();
  });

  test("fails where its journal cannot be closed, unless it has failed of something else", async () => {
    const closing: RunKeeper = {
      async begin(head) {
        return { ...(await ownStore().begin(head)), close: async () => Promise.reject(new Error("the disk is full")) };
      },
    };
    const program = await compile(source, { root: folder({}) });
    await expect(program.run("main", { topic: "x" }, { journal: closing, tools: works })).rejects.toThrow("the disk is full");
    await expect(program.run("main", { topic: "x" }, { journal: closing, tools: fails })).rejects.toMatchObject({ class: "tool_error" });
  });

  test("has its end in its file when it is over, however slow that is and whoever closes it", async () => {
    const texts: string[] = [];
    const slow: RunKeeper = {
      begin(head) {
        const file: JournalFile = { append: (text) => void texts.push(text), sync: () => new Promise((resolve) => setImmediate(resolve)) };
        return { journal: beginJournal(head, { file, hash: sha256, name: head.run }), close: async () => undefined };
      },
    };
    const program = await compile(source, { root: folder({}) });
    await program.run("main", { topic: "x" }, { journal: slow, tools: works });
    expect(texts.join("")).toContain('"type":"run.finished"');
    texts.length = 0;
    await expect(program.run("main", { topic: "x" }, { journal: slow, tools: fails })).rejects.toMatchObject({ class: "tool_error" });
    expect(texts.join("")).toContain('"type":"run.failed"');
  });
});
