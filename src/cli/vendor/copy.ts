import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { RunError } from "../../diagnostics/errors.ts";
import { reasonOf } from "../../host/file-reasons.ts";
import { sha256 } from "../../host/hash.ts";
import { type UnitName, units } from "./units.ts";
import type { Upstream } from "./upstream.ts";

/** What was copied, and from which version: the file `VERSION` of a copy. */
export interface Origin {
  readonly tantra: string;
  readonly unit: UnitName;
  /** SHA-256 of every file as upstream had it, its lines ending in `\n`. */
  readonly files: Readonly<Record<string, string>>;
}

/** A folder that Tantra was copied into. */
export interface Copy {
  readonly origin: Origin;
  /** The text of every file, as it is now, by its path in the folder. */
  readonly files: ReadonlyMap<string, string>;
}

const originFile = "VERSION";

/** Undefined: it is no copy. Throws `RunError` T623 where it is one that cannot be read. `dir` is absolute, `shown` what was typed. */
export function readCopy(dir: string, shown: string): Copy | undefined {
  try {
    const path = join(dir, originFile);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
    const origin = originOf(readFileSync(path, "utf8"));
    if (origin === undefined) return undefined;
    return { origin, files: new Map(filesBelow(dir).map((file) => [file, readFileSync(join(dir, file), "utf8").replaceAll("\r\n", "\n")])) };
  } catch (cause) {
    throw new RunError("invalid_request", `${shown} cannot be read: ${reasonOf(cause, "read")}.`, { code: "T623", cause });
  }
}

function originOf(text: string): Origin | undefined {
  try {
    const { tantra, unit, files } = JSON.parse(text) as Partial<Origin>;
    if (typeof tantra !== "string" || unit === undefined || !Object.hasOwn(units, unit) || typeof files !== "object") return undefined;
    return Object.keys(files).every(staysInside) ? { tantra, unit, files } : undefined;
  } catch {
    return undefined;
  }
}

/** Files are removed by these paths. */
function staysInside(path: string): boolean {
  return posix.normalize(path) === path && !posix.isAbsolute(path) && !path.startsWith("..") && !path.includes("\\") && !path.includes(":");
}

function filesBelow(dir: string, under = ""): string[] {
  return readdirSync(join(dir, under), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = under === "" ? entry.name : `${under}/${entry.name}`;
      if (entry.name === "node_modules" || entry.name.startsWith(".") || path === originFile) return [];
      if (entry.isDirectory()) return filesBelow(dir, path);
      // A link to a file counts as what it leads to.
      return statSync(join(dir, path), { throwIfNoEntry: false })?.isFile() ? [path] : [];
    });
}

/** The hash that `VERSION` has of a file. */
export function hashOf(text: string): string {
  return sha256(text.replaceAll("\r\n", "\n"));
}

/** A copy where there was none: all of it or, throwing T626, nothing. */
export function writeCopy(dir: string, shown: string, upstream: Upstream): void {
  const wasThere = statSync(dir, { throwIfNoEntry: false }) !== undefined;
  try {
    for (const [path, text] of upstream.files) write(join(dir, path), text);
    writeOrigin(dir, upstream);
  } catch (cause) {
    if (!wasThere) rmSync(dir, { recursive: true, force: true });
    else for (const path of readdirSync(dir)) rmSync(join(dir, path), { recursive: true, force: true });
    throw unwritable(shown, cause);
  }
}

/** Writes these files of a copy and removes those, and notes what they were copied from. Throws T626. */
export function changeCopy(
  dir: string,
  shown: string,
  upstream: Upstream,
  change: { readonly write: readonly string[]; readonly remove: readonly string[] },
): void {
  try {
    for (const path of change.write) write(join(dir, path), upstream.files.get(path) ?? "");
    for (const path of change.remove) {
      rmSync(join(dir, path));
      removeEmpty(dir, posix.dirname(path));
    }
    // Last: what is broken off before it is gone on with the next time.
    writeOrigin(dir, upstream);
  } catch (cause) {
    throw unwritable(shown, cause);
  }
}

function write(path: string, text: string): void {
  makeFolder(dirname(path));
  writeFileSync(path, text);
}

/** One by one: where a parent is there and takes no folder, as in /proc, Node's `recursive` never ends. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function writeOrigin(dir: string, { version, unit, files }: Upstream): void {
  const origin: Origin = { tantra: version, unit, files: Object.fromEntries([...files].map(([path, text]) => [path, hashOf(text)])) };
  writeFileSync(join(dir, originFile), `${JSON.stringify(origin, null, 2)}\n`);
}

function removeEmpty(dir: string, folder: string): void {
  if (folder === "." || readdirSync(join(dir, folder)).length > 0) return;
  rmdirSync(join(dir, folder));
  removeEmpty(dir, posix.dirname(folder));
}

function unwritable(shown: string, cause: unknown): RunError {
  return new RunError("invalid_request", `${shown} cannot be written: ${reasonOf(cause)}.`, {
    code: "T626",
    cause,
    hint: "Give the path of a folder that you may write to: tantra vendor lib/tantra",
  });
}
