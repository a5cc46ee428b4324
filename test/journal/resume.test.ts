import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import type { Journal } from "../../src/agent/journal.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { beginJournal, resumeJournal } from "../../src/journal/journal.ts";
import { blamed, type KeptRun, type RunHead, readRun } from "../../src/journal/kept-run.ts";
import { compiled, hash, programs, runOf } from "../conformance/run-program.ts";

/** A run that is cut off anywhere and gone on with comes to what it would have come to, and does nothing twice that had ended. */

const name = "run.jsonl";

function headOf(program: string): RunHead {
  return { run: "run", at: 0, file: program, sources: [], main: "", input: {}, seed: "seed" };
}

function resumed(text: string): { readonly kept: KeptRun; readonly journal: Journal; readonly file: ReturnType<typeof memoryFile> } {
  const kept = readRun(text, name, hash);
  const file = memoryFile(text.slice(0, kept.end));
  const journal = resumeJournal(kept, { at: 0, sources: [], dropped: blamed(kept) }, { file, hash, name });
  return { kept, journal, file };
}

function outcome(result: Awaited<ReturnType<typeof runOf>>["result"]): unknown {
  return result instanceof RunFailure ? { class: result.class, message: result.message } : result.value;
}

/** What was done, and not read. */
function done(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === "model.requested" && !event.replayed) return [`${event.path} asked`];
    return event.type === "tool.called" && !event.replayed ? [`${event.path} called`] : [];
  });
}

function ended(kept: KeptRun): Set<string> {
  return new Set(
    kept.events.flatMap(({ event }) => {
      if (event.type === "model.replied") return [`${event.path} asked`];
      return event.type === "tool.returned" || (event.type === "tool.failed" && event.asked !== undefined) ? [`${event.path} called`] : [];
    }),
  );
}

/** Servers go on while the run does not: how often each tool has answered. */
function servedBy(kept: KeptRun): Record<string, number> {
  const served: Record<string, number> = {};
  for (const { event } of kept.events) {
    if ((event.type !== "tool.returned" && event.type !== "tool.failed") || !event.tool.startsWith("files_")) continue;
    const over = event.type === "tool.returned" || event.asked !== undefined || kept.notes.some(({ note }) => JSON.stringify(note).includes(event.path));
    // What a workflow has not gone on from is called again, and fails again.
    if (!over) continue;
    const tool = event.tool.slice("files_".length);
    served[tool] = (served[tool] ?? 0) + 1;
  }
  return served;
}

async function keptRun(program: string) {
  const file = memoryFile();
  const { result } = await runOf(compiled(program), { journal: beginJournal(headOf(program), { file, hash, name }) });
  return { text: file.text(), result };
}

/** Which of several failures was the first depends on when each happened, and what is read happens at once. */
const byTime = ["need.tantra", "race.tantra"];

describe("a run that is cut off behind any line", () => {
  for (const program of programs) {
    it(`comes to the same, and repeats nothing that had ended: ${program}`, async () => {
      const { text, result } = await keptRun(program);
      const graph = compiled(program);
      const lines = text.split("\n");
      for (let cut = 1; cut < lines.length; cut++) {
        const { kept, journal, file } = resumed(`${lines.slice(0, cut).join("\n")}\n`);
        const again = await runOf(graph, { journal }, servedBy(kept));
        // What was in flight counts with the most that it can have cost: a budget may end a run sooner, and never later.
        const sooner = journal.unheard.length > 0 && again.result instanceof RunFailure && again.result.class === "budget";
        if (!byTime.includes(program) && !sooner) expect(outcome(again.result), `cut behind line ${cut}`).toEqual(outcome(result));
        const before = ended(kept);
        expect(done(again.events).filter((each) => before.has(each))).toEqual([]);
        // And what it left can be read again.
        const after = readRun(file.text(), name, hash);
        expect(after.seq).toBeGreaterThan(kept.seq);
      }
    });
  }
});
