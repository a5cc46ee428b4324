import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { type FileSystem, openJournalFile } from "../../src/host/journal-file.ts";
import type { SessionStore } from "../../src/interpreter/options.ts";
import { resumeJournal } from "../../src/journal/journal.ts";
import { blamed } from "../../src/journal/kept-run.ts";
import { begun, name, readOrRefused, valueOf } from "./kept.ts";
import { hold, type Part, same } from "./part.ts";
import { random } from "./random.ts";
import { hash, memorySessions, runInMemory, storyGraph } from "./story/in-memory.ts";

/** A disk that is full, or fails, at each write and each sync. */
export const disk: Part = {
  name: "disk",
  title: "a disk that is full or fails at any write or sync stops the run with T650, and what is kept is whole and can be gone on from",
  async run({ seed, share }) {
    const graph = await storyGraph();
    const folder = mkdtempSync(join(tmpdir(), "tantra-soak-"));
    const { real, chance } = random(seed);
    try {
      const good = failingAt(undefined);
      const { outcome } = await kept(graph, join(folder, "good"), good, memorySessions());
      let tried = 0;
      for (const kind of ["write", "sync"] as const) {
        for (let at = 1; at <= good.count[kind]; at++) {
          for (const code of ["ENOSPC", "EIO"] as const) {
            if (!chance(share)) continue;
            await failedOnce(graph, join(folder, `${kind}-${at}-${code}`), { of: kind, at, code, short: real(), stuck: chance(0.2) }, outcome);
            tried++;
          }
        }
      }
      return `${good.count.write} writes and ${good.count.sync} syncs, of which ${tried} failed with ENOSPC or EIO, after a part of the text or none`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Fault {
  readonly of: "write" | "sync";
  /** From 1. */
  readonly at: number;
  readonly code: "ENOSPC" | "EIO";
  /** So much of the text is written before. */
  readonly short: number;
  /** What was half written cannot be taken back either. */
  readonly stuck: boolean;
}
interface Disk extends FileSystem {
  readonly count: { write: number; sync: number };
}

/** Writes into real files, in two pieces each; from the fault on everything fails. */
function failingAt(fault: Fault | undefined): Disk {
  const count = { write: 0, sync: 0 };
  let failed = false;
  function fails(of: Fault["of"]): boolean {
    count[of]++;
    failed ||= fault?.of === of && fault.at === count[of];
    return failed;
  }
  const error = (): Error => Object.assign(new Error(`${fault?.code}: no`), { code: fault?.code });
  return {
    count,
    open: openSync,
    close: closeSync,
    write(file, bytes, from, position) {
      const all = bytes.length - from;
      if (from > 0) {
        if (failed) throw error();
        return writeSync(file, bytes, from, all, position);
      }
      if (!fails("write")) return writeSync(file, bytes, 0, Math.ceil(all / 2), position);
      const part = Math.floor(all * (fault?.short ?? 0));
      if (part === 0) throw error();
      return writeSync(file, bytes, 0, part, position);
    },
    truncate(file, length) {
      if (failed && fault?.stuck) throw error();
      ftruncateSync(file, length);
    },
    async sync() {
      if (fails("sync")) throw error();
    },
  };
}

async function kept(graph: Graph, path: string, fs: FileSystem, sessions: SessionStore): Promise<{ readonly outcome: unknown; readonly closing: unknown }> {
  const file = openJournalFile(path, "new", fs);
  const journal = begun(file);
  const { result } = await runInMemory(graph, "story", { journal, sessions });
  const closing = await journal.flush().catch((error: unknown) => error);
  file.close();
  return { outcome: valueOf(result), closing };
}

async function failedOnce(graph: Graph, path: string, fault: Fault, value: unknown): Promise<void> {
  const about = (): string => JSON.stringify(fault);
  const sessions = memorySessions();
  const { outcome, closing } = await kept(graph, path, failingAt(fault), sessions);
  hold(closing instanceof RunError && closing.code === "T650", () => `The journal did not say so at its end: ${closing}. ${about()}`);
  // The last of it is written when the run is over.
  const told = JSON.stringify(outcome) === JSON.stringify(value) ? closing : outcome;
  const { code, message } = told as { readonly code?: string; readonly message?: string };
  const why = fault.code === "ENOSPC" ? "the disk is full" : "the disk failed";
  same("The error", [code, message], ["T650", `${name} cannot be written: ${why}.`], about);
  const text = readFileSync(path, "utf8");
  const read = readOrRefused(text);
  if (read instanceof RunError) {
    hold(read.code === "T651" && !text.includes("\n"), () => `What is kept cannot be read: ${read.message} ${about()}`);
    rmSync(path);
    return;
  }
  hold(read.torn === 0 || fault.stuck, () => `Something is half written. ${about()}`);
  const file = openJournalFile(path, Buffer.byteLength(text.slice(0, read.end)));
  const journal = resumeJournal(read, { at: 0, sources: [], dropped: blamed(read) }, { file, hash, name });
  const again = await runInMemory(graph, "story", { journal, sessions });
  await journal.flush();
  file.close();
  same("The value", valueOf(again.result), value, about);
  const after = readOrRefused(readFileSync(path, "utf8"));
  hold(!(after instanceof RunError) && after.torn === 0, () => `After going on the file cannot be read. ${about()}`);
  rmSync(path);
}
