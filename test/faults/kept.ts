import type { Journal } from "../../src/agent/journal.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { RunResult } from "../../src/interpreter/options.ts";
import { type JournalFile, memoryFile } from "../../src/journal/file.ts";
import { beginJournal, resumeJournal } from "../../src/journal/journal.ts";
import { blamed, type KeptRun, type RunHead, readRun } from "../../src/journal/kept-run.ts";
import { hash } from "./story/in-memory.ts";

/** What these files are called in messages. */
export const name = "run.jsonl";
export const head: RunHead = { run: "run", at: 0, file: "story.tantra", sources: [], main: "", input: {}, seed: "seed" };

export function begun(file: JournalFile): Journal {
  return beginJournal(head, { file, hash, name });
}

/** The journal that goes on from a text, and the file that it writes to. */
export function goneOnFrom(text: string): { readonly kept: KeptRun; readonly journal: Journal; readonly file: ReturnType<typeof memoryFile> } {
  const kept = readRun(text, name, hash);
  const file = memoryFile(text.slice(0, kept.end));
  return { kept, file, journal: resumeJournal(kept, { at: 0, sources: [], dropped: blamed(kept) }, { file, hash, name }) };
}

/** What a file is read as, or the error that it is refused with. */
export function readOrRefused(text: string): KeptRun | RunError {
  try {
    return readRun(text, name, hash);
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
}

export function valueOf(result: RunResult | RunFailure): unknown {
  return result instanceof RunFailure ? { failed: result.class, message: result.message, code: result.code } : result.value;
}
