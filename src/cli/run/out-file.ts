import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { unwritable } from "./events-file.ts";

/** The file of `--out`, found writable before the run starts. */
export interface OutFile {
  /** Writes the whole file or, when that fails, leaves what was there: throws T626. */
  write(text: string): void;
}

export interface OutOptions {
  /** What named it, for messages. */
  readonly flag?: string;
  /** What stands there already is not to be lost. */
  readonly keep?: boolean;
}

export function openOutFile(path: string, cwd: string, { flag = "--out", keep = false }: OutOptions = {}): OutFile {
  const target = resolve(cwd, path);
  try {
    const found = statSync(target, { throwIfNoEntry: false });
    if (found?.isFile() && keep) throw Object.assign(new Error(), { code: "EEXIST" });
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    accessSync(found === undefined ? dirname(target) : target, constants.W_OK);
    // A device or a pipe cannot be replaced: it is written to.
    const replaceable = found === undefined || found.isFile();
    return {
      write(text) {
        try {
          if (replaceable) replace(target, text);
          else writeFileSync(target, text);
        } catch (cause) {
          throw unwritable(path, cause, flag);
        }
      },
    };
  } catch (cause) {
    throw unwritable(path, cause, flag);
  }
}

/** Beside the file first, so that a full disk does not cost what stood there before. */
function replace(target: string, text: string): void {
  const beside = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
