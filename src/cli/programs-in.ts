import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** A file to check. */
export interface ProgramFile {
  readonly path: string;
  /** Named itself, or found in a folder that was. */
  readonly named: boolean;
}

/** The files that are named, and of folders every `.tantra` file below them, in order; but not in `node_modules` and hidden folders. */
export function programsIn(paths: readonly string[], cwd: string): ProgramFile[] {
  return paths.flatMap((path): ProgramFile[] =>
    isFolder(resolve(cwd, path)) ? below(path, cwd).map((found) => ({ path: found, named: false })) : [{ path, named: true }],
  );
}

/** Absolute paths of the folders that are named, and of those below them in which programs are looked for. */
export function foldersIn(paths: readonly string[], cwd: string): string[] {
  return paths.map((path) => resolve(cwd, path)).flatMap((path) => (isFolder(path) ? [path, ...foldersIn(inside(path), cwd)] : []));
}

function inside(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() && isLookedInto(entry.name) ? [join(folder, entry.name)] : []));
}

function isLookedInto(name: string): boolean {
  return name !== "node_modules" && !name.startsWith(".");
}

function below(folder: string, cwd: string): string[] {
  return readdirSync(resolve(cwd, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return isLookedInto(entry.name) ? below(path, cwd) : [];
      return entry.name.endsWith(".tantra") ? [path] : [];
    });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
