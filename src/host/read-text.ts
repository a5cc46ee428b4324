import { readFileSync, statSync } from "node:fs";
import { RunError } from "../diagnostics/errors.ts";
import type { ReadResult } from "./project.ts";

/** Larger than this is no program and no prompt; it would take minutes and gigabytes before anything could be said about it. */
const largestMegabytes = 8;

/** The text of a file by its absolute path, or why there is none. */
export function readText(path: string): ReadResult {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return { ok: false, why: "folder" };
    if (found.size > largestMegabytes * 1024 * 1024) {
      const size = (found.size / 1024 / 1024).toFixed(1);
      const detail = `it holds ${size} MB, and a file of a program may hold ${largestMegabytes} MB`;
      return { ok: false, why: "unreadable", detail, hint: "Take it apart: programs import from other files, and tools read data." };
    }
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, why: "encoding" };
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") return { ok: false, why: "missing" };
    return { ok: false, why: "unreadable", detail: reasons[code] ?? (error instanceof Error ? error.message : String(error)) };
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "its permissions do not let you read it",
  EPERM: "its permissions do not let you read it",
  EMFILE: "too many files are open",
  ELOOP: "its symbolic links lead in a circle",
};

/** Why a file that was named on the command line cannot be used, as an error (T623). */
export function unreadable(file: string, result: ReadResult & { readonly ok: false }): RunError {
  const [message, hint] = {
    missing: [`There is no file ${file}.`, "Give the path of a .tantra file, from the folder that you are in."],
    folder: [`${file} is a folder.`, "Give a file in it; `tantra check` takes folders."],
    outside: [`${file} leads out of the project's root.`, "Give --root a folder that holds it."],
    encoding: [`${file} is not UTF-8 text.`, `Save it as UTF-8; if it is Latin-1: iconv -f latin1 -t utf-8 ${file}`],
    unreadable: [`${file} cannot be read: ${result.detail ?? "the system refuses"}.`, result.hint],
  }[result.why];
  return new RunError("invalid_request", message ?? "", { code: "T623", ...(hint === undefined ? {} : { hint }) });
}
