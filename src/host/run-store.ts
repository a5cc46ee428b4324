import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EventOf } from "../agent/events.ts";
import type { Journal } from "../agent/journal.ts";
import { RunError } from "../diagnostics/errors.ts";
import { addToJournal, beginJournal, type JournalOptions, resumeJournal } from "../journal/journal.ts";
import { type KeptRun, type Resumption, type RunHead, readRun } from "../journal/kept-run.ts";
import type { TakenSteps } from "../journal/taken-steps.ts";
import { fileLines } from "./file-lines.ts";
import { codeOf, reasonOf } from "./file-reasons.ts";
import { sha256 } from "./hash.ts";
import { type FileSystem, type OpenedJournalFile, openJournalFile } from "./journal-file.ts";
import { type Held, holderOf, type LockFile, type Owner, takeLock, whoHas } from "./lock-file.ts";
import { projectRoot } from "./project.ts";

/** Where runs are kept, from the project's root. */
export const runsFolder = ".tantra/runs";

/** The runs of a project, each one file. */
export interface RunStore {
  /** The ids, the oldest first. */
  ids(): readonly string[];
  /** The id that was meant: `last`, an id, or the beginning of one. Throws T653. */
  find(named: string): string;
  /** What messages call the file of a run. */
  fileOf(id: string): string;
  pathOf(id: string): string;
  /** Throws T651, T653. */
  read(id: string): KeptRun;
  /** Who is at it. */
  holder(id: string): Owner | undefined;
  /** Begins the file of a new run, which may take over steps of an earlier one. Throws T650 where it cannot, T652. */
  begin(head: RunHead, taken?: TakenSteps): Promise<OpenRun>;
  /** Takes a run, to go on with it. Throws T650, T651, T652, T653. */
  take(id: string): TakenRun;
  /** Throws T652 where it runs, T653. */
  remove(id: string): void;
}

/** A run whose file is open. */
export interface OpenRun {
  readonly journal: Journal;
  /** Writes what is left, and lets go. Throws T650. */
  close(): Promise<void>;
}
/** A run that is this process's, and of which nothing has been written yet. */
export interface TakenRun {
  readonly kept: KeptRun;
  /** Throws T650 where it cannot be written. */
  resume(resumption: Resumption): Promise<OpenRun>;
  /** Adds an answer of a person, and lets go. Throws T650. */
  add(event: EventOf<"ask.answered">): Promise<void>;
  /** Lets go of it, if it was not gone on with; that lets go itself. */
  release(): void;
}

/** `root`: default: the project that the process's working directory lies in. */
export function runStore(root: string = projectRoot(undefined), fs?: FileSystem): RunStore {
  const folder = join(root, runsFolder);
  const pathOf = (id: string): string => join(folder, `${id}.jsonl`);
  const fileOf = (id: string): string => `${runsFolder}/${id}.jsonl`;
  const lockPath = (id: string): string => join(folder, `${id}.lock`);

  function ids(): readonly string[] {
    try {
      return readdirSync(folder)
        .filter((name) => name.endsWith(".jsonl"))
        .map((name) => name.slice(0, -".jsonl".length))
        .sort();
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw unkept(runsFolder, error);
    }
  }
  function lockOf(id: string): LockFile {
    return {
      path: lockPath(id),
      unusable: (cause) => unkept(`${runsFolder}/${id}.lock`, cause),
      taken: (owner) =>
        new RunError("invalid_request", `The run ${id} is at work already${whoHas(owner)}.`, {
          code: "T652",
          hint: `Wait until it is over, or stop it. Where nothing runs any more, delete ${runsFolder}/${id}.lock.`,
        }),
    };
  }
  function read(id: string): { readonly kept: KeptRun; readonly bytes: number } {
    const lines = fileLines(pathOf(id), fileOf(id));
    const kept = readRun(lines, fileOf(id), sha256);
    return { kept, bytes: lines.bytesOf(kept.n) };
  }
  /** With its first line on the disk: what cannot be kept is not begun. */
  async function opened<J extends Pick<Journal, "flush">>(
    id: string,
    lock: Held,
    length: number | "new",
    begin: (file: OpenedJournalFile) => J,
  ): Promise<{ readonly journal: J; close(): Promise<void> }> {
    let file: OpenedJournalFile | undefined;
    try {
      file = openJournalFile(pathOf(id), length, fs);
      const opened = file;
      const journal = begin(opened);
      await journal.flush();
      return {
        journal,
        async close() {
          try {
            await journal.flush();
          } finally {
            opened.close();
            lock.release();
          }
        },
      };
    } catch (error) {
      file?.close();
      // Of a run that has not begun nothing is left.
      if (file !== undefined && length === "new") rmSync(pathOf(id), { force: true });
      lock.release();
      throw unkept(fileOf(id), error instanceof RunError ? error.cause : error);
    }
  }

  return {
    ids,
    find: (named) => find(named, ids()),
    fileOf,
    pathOf,
    read: (id) => read(id).kept,
    holder: (id) => holderOf(lockPath(id)),
    async begin(head, taken) {
      makeFolder(folder);
      const lock = takeLock(lockOf(head.run), head.run);
      return opened(head.run, lock, "new", (file) => beginJournal(head, { file, hash: sha256, name: fileOf(head.run) }, taken));
    },
    take(id) {
      if (!existsSync(pathOf(id))) throw noSuchRun(id, ids());
      const lock = takeLock(lockOf(id), id);
      try {
        const { kept, bytes } = read(id);
        let resumed = false;
        const open = <J extends Pick<Journal, "flush">>(begin: (options: JournalOptions) => J) => {
          resumed = true;
          return opened(id, lock, bytes, (file) => begin({ file, hash: sha256, name: fileOf(id) }));
        };
        return {
          kept,
          resume: (resumption) => open((options) => resumeJournal(kept, resumption, options)),
          async add(event) {
            const { journal, close } = await open((options) => addToJournal(kept, options));
            journal.take(event);
            await close();
          },
          release: () => (resumed ? undefined : lock.release()),
        };
      } catch (error) {
        lock.release();
        throw error;
      }
    },
    remove(id) {
      const lock = takeLock(lockOf(id), id);
      rmSync(pathOf(id), { force: true });
      lock.release();
    },
  };
}

/** What is kept holds prompts and replies: it is not committed by accident. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const ignore = join(folder, ".gitignore");
    if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  } catch (error) {
    throw unkept(runsFolder, error);
  }
}

function find(named: string, ids: readonly string[]): string {
  if (named === "last" && ids.length > 0) return newest(ids);
  const fitting = ids.filter((id) => id.startsWith(named));
  if (ids.includes(named)) return named;
  const [only, other] = fitting;
  if (only === undefined) throw noSuchRun(named, ids);
  if (other === undefined) return only;
  throw new RunError("invalid_request", `Several runs begin with ${named}: ${fitting.slice(0, 5).join(", ")}.`, { code: "T653", hint: "Write more of it." });
}

/** An id begins with the millisecond; what else lies there is no newest run. */
function newest(ids: readonly string[]): string {
  return ids.findLast((id) => /^\d{8}-\d{6}-/.test(id)) ?? ids.at(-1) ?? "";
}

function noSuchRun(named: string, ids: readonly string[]): RunError {
  if (ids.length === 0)
    return new RunError("invalid_request", `No run is kept in ${runsFolder}.`, {
      code: "T653",
      hint: "Runs are kept below the root of the program's project: go there, or give --root.",
    });
  return new RunError("invalid_request", `There is no run ${named}.`, { code: "T653", hint: "`tantra runs` lists them." });
}

function unkept(file: string, cause: unknown): RunError {
  const why = cause instanceof Error && codeOf(cause) === "" ? cause.message : reasonOf(cause);
  return new RunError("invalid_request", `${file} cannot be written: ${why}.`, {
    code: "T650",
    cause,
    hint: "Runs are kept there, so that they can be gone on with. `--no-journal` runs without.",
  });
}
