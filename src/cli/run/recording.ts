import { sha256 } from "../../host/hash.ts";
import { recordingOf } from "../../host/replay.ts";
import { memoryFile } from "../../journal/file.ts";
import { beginJournal } from "../../journal/journal.ts";
import { type KeptRun, readRun } from "../../journal/kept-run.ts";
import { writeRecording } from "../../journal/recording-text.ts";
import { type Keeping, type KeepOptions, newHead, optionsOf } from "./keep.ts";

/** A run that is kept, as the text of a recording. */
export function recordingText(kept: KeptRun): string {
  return writeRecording(recordingOf(kept));
}

/** A run of which nothing is left but its recording. */
export function keepInMemory(keep: KeepOptions): Keeping {
  const head = newHead(keep);
  const file = memoryFile();
  const journal = beginJournal(head, { file, hash: sha256, name: "The recording" });
  return {
    runId: head.run,
    options: optionsOf(head, journal, keep),
    recording: async () => recordingText(readRun(file.text(), "recording", sha256)),
    async close() {
      await journal.flush();
      return undefined;
    },
  };
}
