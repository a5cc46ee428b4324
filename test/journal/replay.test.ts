import { describe, expect, it } from "vitest";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { keepListings } from "../../src/host/keep-listings.ts";
import type { ServerTool } from "../../src/interpreter/options.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { beginJournal } from "../../src/journal/journal.ts";
import { readRun } from "../../src/journal/kept-run.ts";
import { entriesOf } from "../../src/journal/record.ts";
import type { Recording } from "../../src/journal/recording.ts";
import { readRecording, writeRecording } from "../../src/journal/recording-text.ts";
import { replayOf } from "../../src/journal/replay.ts";
import { compiled, hash, type Outcome, programs, runOf, servers } from "../conformance/run-program.ts";
import { manualClock } from "../support/clock.ts";

const head = { file: "main.tantra", main: "main", input: {} };

/** Several branches of one block fail, and the first in time is blamed: a recording holds no times, so there it may be another. */
const blamedByTime: ReadonlySet<string> = new Set(["need.tantra"]);

function outcome({ result }: Outcome): unknown {
  if (!(result instanceof RunFailure)) return result.value;
  const { code, class: errorClass, message, path, place } = result;
  return { code, class: errorClass, message, path, place };
}

/** Of every program of the conformance suite: what is recorded is read as it was written, and played to the same end. */
describe("what ran is played to the same end, and nothing is done for it", () => {
  it.each(programs)("%s", async (program) => {
    const graph = compiled(program);
    const file = memoryFile();
    const journal = beginJournal({ run: "run", at: 0, sources: graph.sources, seed: "seed", ...head }, { file, hash, name: "x" });
    const openServer = servers(graph);
    const plain = await runOf(graph, { journal, ...keepListings(async (_key, node) => openServer(node), journal, []) });
    await journal.flush();
    const entries = entriesOf(readRun(file.text(), "x", hash), hash);
    const text = writeRecording({ head, entries });
    const recording: Recording = await readRecording(text, "rec.jsonl");
    expect(writeRecording(recording)).toBe(text);

    const replay = replayOf(recording, { hash, clock: manualClock(), name: "rec.jsonl", missing: "live", hint: "", secrets: [] });
    const done: string[] = [];
    const admit: typeof replay.journal.admit = (step) => {
      const admitted = replay.journal.admit(step);
      const note = (why: string | undefined): string | undefined => {
        done.push(step.path);
        return why;
      };
      // What waits until another branch stops it is not done.
      return admitted instanceof Promise ? admitted.then(note) : note(admitted);
    };
    const watched = Object.assign(Object.create(replay.journal), { admit });
    const listed = (key: string) =>
      replay.listings(key).flatMap(({ listed: each }) => ("tools" in each ? [each.tools as unknown as readonly ServerTool[]] : []));
    const again = await runOf(graph, {
      journal: watched,
      ...keepListings(
        async (key) => ({
          tools: async () => listed(key)[0] ?? [],
          call: async () => {
            throw new Error("reached");
          },
          close: async () => undefined,
        }),
        watched,
        [],
      ),
    });
    // What waited for a person was never answered, so it is asked again.
    const waited = plain.result instanceof RunFailure ? plain.result.questions.map(({ path }) => path) : [];
    expect(done.filter((path) => !waited.includes(path))).toEqual([]);
    if (blamedByTime.has(program)) return;
    expect(outcome(again)).toEqual(outcome(plain));
    // Played again, it gives the same recording.
    expect(writeRecording({ head, entries: entriesOf(replay.happened, hash) })).toBe(text);
  });
});
