import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { RunError } from "../diagnostics/errors.ts";
import { readText, unreadable } from "./read-text.ts";

/** A folder with the file that is run in it. Everything that a program may read lies below it. */
export interface Project {
  /** Absolute, symbolic links resolved. */
  readonly root: string;
  /** The entry file relative to the root, with `/`. */
  readonly entry: string;
  /** The text of a file by its path relative to the root, or why there is none. Follows no link out of the root. */
  readonly readFile: (path: string) => ReadResult;
  /** The absolute path of a file inside the root, links resolved; undefined where there is none or it lies outside. */
  readonly locate: (path: string) => string | undefined;
}
export type ReadResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: "missing" | "folder" | "outside" | "encoding" | "unreadable"; readonly detail?: string; readonly hint?: string };

/**
 * The project of an entry file. The root is `--root`, else the nearest folder above the file that holds `package.json`
 * or `.git`, else the file's own. Throws T623 where there is no such file or folder, or the file lies outside.
 */
export function openProject(file: string, options: { readonly cwd?: string; readonly root?: string }): Project {
  const { cwd = process.cwd() } = options;
  const entry = realPath(resolve(cwd, file));
  if (entry === undefined) throw unreadable(file, { ok: false, why: "missing" });
  const root = options.root === undefined ? nearestRoot(dirname(entry)) : givenRoot(options.root, cwd);
  if (!isInside(root, entry)) {
    throw new RunError("invalid_request", `${file} lies outside of the root ${options.root ?? root}.`, {
      code: "T623",
      hint: `A program's file and all that it reads lie in one folder: give --root one that holds ${basename(file)}.`,
    });
  }
  return { root, entry: slashes(relative(root, entry)), ...within(root) };
}

/**
 * The project of a program that is no file: `text` stands in the root under the name `entry`, in the place of a file of that
 * name. The root is `options.root`, else the nearest above the working directory. Throws T623 where there is no such folder.
 */
export function textProject(entry: string, text: string, options: { readonly cwd?: string; readonly root?: string }): Project {
  const { cwd = process.cwd() } = options;
  const root = options.root === undefined ? nearestRoot(realPath(cwd) ?? cwd) : givenRoot(options.root, cwd);
  const { locate, readFile } = within(root);
  return { root, entry, locate, readFile: (path) => (path === entry ? { ok: true, text } : readFile(path)) };
}

function within(root: string): Pick<Project, "locate" | "readFile"> {
  return {
    locate(path) {
      const real = realPath(join(root, path));
      return real !== undefined && isInside(root, real) ? real : undefined;
    },
    readFile(path) {
      const real = realPath(join(root, path));
      if (real === undefined) return { ok: false, why: "missing" };
      return isInside(root, real) ? readText(real) : { ok: false, why: "outside" };
    },
  };
}

/** The root that a command without a file works in: `--root`, else the nearest above the working directory. Throws T623 where there is no such folder. */
export function projectRoot(root: string | undefined, cwd = process.cwd()): string {
  return root === undefined ? nearestRoot(realPath(cwd) ?? cwd) : givenRoot(root, cwd);
}

function nearestRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json")) || existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return folder;
  }
}

function givenRoot(root: string, cwd: string): string {
  const real = realPath(resolve(cwd, root));
  if (real !== undefined && statSync(real).isDirectory()) return real;
  throw new RunError("invalid_request", real === undefined ? `There is no folder ${root}.` : `${root} is no folder.`, {
    code: "T623",
    hint: "Give --root the folder that the program and all that it reads lie in.",
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (!isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`));
}

function slashes(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}
