import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../diagnostics/errors.ts";
import type { SessionStore, StoredSession } from "../interpreter/options.ts";
import { codeOf, reasonOf } from "./file-reasons.ts";
import { type LockFile, takeLock, whoHas } from "./lock-file.ts";

const folder = ".tantra/sessions";

/** Sessions as files `.tantra/sessions/NAME.jsonl` below the root, each with a lock beside it while a run has it. */
export function sessionStore(root: string): SessionStore {
  return {
    async open(name, owner): Promise<StoredSession> {
      const file = `${folder}/${name}.jsonl`;
      const path = join(root, file);
      attempt(file, () => mkdirSync(join(root, folder), { recursive: true, mode: 0o700 }));
      const lock = takeLock(lockOf(name, root), owner);
      try {
        return {
          file,
          text: attempt(file, () => textOf(path)),
          write: async (text) => attempt(file, () => replace(path, text)),
          close: async () => lock.release(),
        };
      } catch (error) {
        lock.release();
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

function lockOf(name: string, root: string): LockFile {
  const shown = `${folder}/${name}.lock`;
  return {
    path: join(root, folder, `${name}.lock`),
    unusable: (cause) => unusable(shown, cause),
    taken: (owner) =>
      new RunError("invalid_request", `The session "${name}" is in use${whoHas(owner)}.`, {
        code: "T627",
        hint: `Wait until it is over, or take another name. Where nothing runs any more, delete ${shown}.`,
      }),
  };
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, cause: unknown): RunError {
  const why = cause instanceof TypeError ? "it is not UTF-8 text" : reasonOf(cause);
  return new RunError("invalid_request", `${file} cannot be used: ${why}.`, {
    code: "T627",
    cause,
    hint: "Sessions are kept below the project's root: look at the file and its folder.",
  });
}
