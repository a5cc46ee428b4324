import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import type { RunError } from "../diagnostics/errors.ts";
import { codeOf } from "./file-reasons.ts";

/** Who has a lock. */
export interface Owner {
  readonly run: string;
  readonly pid: number;
  readonly host: string;
  /** When the process began, as its system tells: its number may be another one's by now. */
  readonly began?: string;
}

export interface LockFile {
  readonly path: string;
  /** What is said where somebody has it (undefined: it cannot be told who), and where it cannot be used. */
  readonly taken: (owner: Owner | undefined) => RunError;
  readonly unusable: (cause: unknown) => RunError;
}

/** A lock that is held. */
export interface Held {
  /** Lets go of it. */
  release(): void;
}

/** Takes a lock for a run of this process, also from a process that is gone. Throws where somebody has it. */
export function takeLock(lock: LockFile, run: string): Held {
  const began = beganAt(process.pid);
  const mine = JSON.stringify({ run, pid: process.pid, host: hostname(), ...(began === undefined ? {} : { began }) } satisfies Owner);
  for (let tries = 0; tries < 3; tries++) {
    try {
      place(lock.path, mine);
      return { release: () => letGo(lock, mine) };
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw lock.unusable(error);
    }
    const text = readLock(lock);
    if (text === undefined) continue;
    const owner = ownerOf(text);
    if (owner === undefined || isAlive(owner)) throw lock.taken(owner);
    removeStale(lock, text);
  }
  throw lock.taken(undefined);
}

/** All of it at once, because a process may be killed at any moment: a lock that is empty would be nobody's, and for good. */
function place(path: string, mine: string): void {
  const aside = `${path}.${process.pid}.new`;
  try {
    writeFileSync(aside, mine, { mode: 0o600 });
    linkSync(aside, path);
  } catch (error) {
    // Not every file system has links.
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(codeOf(error))) throw error;
    writeFileSync(path, mine, { flag: "wx", mode: 0o600 });
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Who has the lock at the moment; undefined: nobody who is alive. */
export function holderOf(path: string): Owner | undefined {
  try {
    const owner = ownerOf(readFileSync(path, "utf8"));
    return owner !== undefined && isAlive(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** ` (process 4711)`: how a message names a holder. */
export function whoHas(owner: Owner | undefined): string {
  if (owner === undefined) return "";
  return owner.pid === process.pid ? `: the run ${owner.run} of this process has it` : `: the process ${owner.pid} has it`;
}

function readLock({ path, unusable }: LockFile): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw unusable(error);
  }
}

function ownerOf(text: string): Owner | undefined {
  try {
    const { run, pid, host, began } = JSON.parse(text) as Partial<Record<keyof Owner, unknown>>;
    if (typeof run !== "string" || typeof pid !== "number" || typeof host !== "string") return undefined;
    return { run, pid, host, ...(typeof began === "string" ? { began } : {}) };
  } catch {
    return undefined;
  }
}

/** Of another machine it cannot be known. */
function isAlive({ pid, host, began }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
  const now = beganAt(pid);
  if (now === ended) return false;
  // In a container that is started again, and after the machine was, a process soon has the number of one that was killed.
  return began === undefined || now === undefined || began === now;
}

const ended = "ended";

/**
 * When a process began, and since when the machine has been up: both together are no other process's. `ended`: it was killed,
 * and the one that began it has not taken note, which in a container without an init nobody does. Linux tells in /proc (proc(5):
 * fields 3 and 22 of `stat`; the second, in parentheses, may hold anything); elsewhere it is known of this process alone.
 */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fromThird = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fromThird[0] === "Z" || fromThird[0] === "X") return ended;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fromThird[22 - 3]}`;
  } catch {
    return pid === process.pid ? String(performance.timeOrigin) : undefined;
  }
}

/** Taken aside first, so that of two who find it only one has it; a lock that is not the one that was read goes back. */
function removeStale({ path }: LockFile, text: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") === text) rmSync(aside);
    else renameSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function letGo({ path }: LockFile, mine: string): void {
  try {
    if (readFileSync(path, "utf8") === mine) rmSync(path);
  } catch {
    // Somebody has taken it away already.
  }
}
