import { expect, test } from "vitest";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { beginJournal, resumeJournal } from "../../src/journal/journal.ts";
import { blamed, readRun } from "../../src/journal/kept-run.ts";
import { hash } from "../conformance/run-program.ts";
import { agent, ask, flow, give, lit } from "../interpreter/build.ts";
import { finish } from "../interpreter/world.ts";

const name = "run.jsonl";
/** A dollar for each token of a reply, ten of them at most. */
const graph = flow([give(ask("writer", { q: lit("go") }))], {
  agents: [agent("writer")],
  models: {
    "t#fast": {
      kind: "model",
      name: "fast",
      place: "t:1:1",
      provider: "t#llm",
      id: "sim-1",
      parameters: { max_tokens: 10 },
      retry: "none",
      price: { input: 0, output: 1_000_000 },
    },
  },
});
const replies = { writer: [{ text: "x", usage: { input: 1, output: 3 } }] };

async function cutOffInFlight(): Promise<string> {
  const file = memoryFile();
  const head = { run: "run", at: 0, file: "t", sources: [], main: "", input: {}, seed: "seed" };
  await finish(graph, { runId: "run", replies, maxCostUsd: 10, journal: beginJournal(head, { file, hash, name }) });
  const lines = file.text().split("\n");
  return `${lines.slice(0, lines.findIndex((line) => line.includes('"model.requested"')) + 1).join("\n")}\n`;
}

function goOn(text: string, maxCostUsd: number) {
  const kept = readRun(text, name, hash);
  const file = memoryFile(text);
  const journal = resumeJournal(kept, { at: 0, sources: [], dropped: blamed(kept) }, { file, hash, name });
  return finish(graph, { runId: "run", replies, maxCostUsd, journal }).then((ended) => ({ ...ended, text: file.text() }));
}

test("a request of which nothing was heard counts with the most that it can have cost, so that the whole run never costs more than it may", async () => {
  const text = await cutOffInFlight();
  const refused = await goOn(text, 19);
  expect(refused.error).toBeInstanceOf(RunFailure);
  expect(refused.error).toMatchObject({ class: "budget", message: 'The budget "run" of $19.00 has $9.00 left and the next request may cost up to $10.00.' });
  expect(await goOn(text, 20)).toMatchObject({ value: "x" });
  // Also when another process goes on with what that one has left.
  expect((await goOn(refused.text, 19)).error).toMatchObject({ class: "budget", message: expect.stringContaining("has $9.00 left") });
});
