import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { RunError } from "../diagnostics/errors.ts";
import type { SessionStore, StoredSession } from "../interpreter/options.ts";

const folder = ".tantra/sessions";

/** Sessions as files `.tantra/sessions/NAME.jsonl` below the root, each with a lock beside it while a run has it. */
export function sessionStore(root: string): SessionStore {
  return {
    async open(name, owner): Promise<StoredSession> {
      const file = `${folder}/${name}.jsonl`;
      const path = join(root, file);
      const lock: Lock = {
        shown: `${folder}/${name}.lock`,
        path: join(root, folder, `${name}.lock`),
        owner: { run: owner, pid: process.pid, host: hostname() },
      };
      attempt(file, () => mkdirSync(join(root, folder), { recursive: true, mode: 0o700 }));
      take(name, lock);
      try {
        return {
          file,
          text: attempt(file, () => textOf(path)),
          write: async (text) => attempt(file, () => replace(path, text)),
          close: async () => letGo(lock),
        };
      } catch (error) {
        letGo(lock);
        throw error;
      }
    },
  };
}

function textOf(path: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** What stood there stands until all of the new text does. */
function replace(path: string, text: string): void {
  const next = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(next, text, { mode: 0o600, flush: true });
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

interface Owner {
  readonly run: string;
  readonly pid: number;
  readonly host: string;
}
interface Lock {
  readonly path: string;
  readonly shown: string;
  readonly owner: Owner;
}

/** Takes the lock, also from a process that is gone. Throws T627 where somebody has it. */
function take(name: string, lock: Lock): void {
  const mine = JSON.stringify(lock.owner);
  for (let tries = 0; tries < 3; tries++) {
    try {
      writeFileSync(lock.path, mine, { flag: "wx", mode: 0o600 });
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw unusable(lock.shown, error);
    }
    const text = readLock(lock);
    if (text === undefined) continue;
    const owner = ownerOf(text);
    if (owner === undefined || isAlive(owner)) throw inUse(name, lock, owner);
    removeStale(lock, text);
  }
  throw inUse(name, lock, undefined);
}

function readLock({ path, shown }: Lock): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw unusable(shown, error);
  }
}

function ownerOf(text: string): Owner | undefined {
  try {
    const { run, pid, host } = JSON.parse(text) as Partial<Record<keyof Owner, unknown>>;
    return typeof run === "string" && typeof pid === "number" && typeof host === "string" ? { run, pid, host } : undefined;
  } catch {
    return undefined;
  }
}

/** Of another machine it cannot be known. */
function isAlive({ pid, host }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/** Taken aside first, so that of two who find it only one has it; a lock that is not the one that was read goes back. */
function removeStale({ path }: Lock, text: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") === text) rmSync(aside);
    else renameSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function letGo(lock: Lock): void {
  try {
    if (readFileSync(lock.path, "utf8") === JSON.stringify(lock.owner)) rmSync(lock.path);
  } catch {
    // Somebody has taken it away already.
  }
}

function inUse(name: string, { shown }: Lock, owner: Owner | undefined): RunError {
  const who = owner === undefined ? "" : owner.pid === process.pid ? `: the run ${owner.run} of this process has it` : `: the process ${owner.pid} has it`;
  return new RunError("invalid_request", `The session "${name}" is in use${who}.`, {
    code: "T627",
    hint: `Wait until it is over, or take another name. Where nothing runs any more, delete ${shown}.`,
  });
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, cause: unknown): RunError {
  const why = cause instanceof TypeError ? "it is not UTF-8 text" : (reasons[codeOf(cause)] ?? (cause instanceof Error ? cause.message : String(cause)));
  return new RunError("invalid_request", `${file} cannot be used: ${why}.`, {
    code: "T627",
    cause,
    hint: "Sessions are kept below the project's root: look at the file and its folder.",
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "its permissions do not let you",
  EPERM: "its permissions do not let you",
  EISDIR: "it is a folder",
  ENOTDIR: "what should be its folder is a file",
  EEXIST: "what should be its folder is a file",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
};
