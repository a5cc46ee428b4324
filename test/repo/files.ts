import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Paths of the project's own files under a folder, relative to the root, in order: tracked ones, and new ones that are not ignored. */
export function projectFiles(under: string, ending = ""): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", under], { cwd: root, encoding: "utf8" });
  return [...new Set(listed.split("\0"))].filter((path) => path.endsWith(ending) && path !== "" && existsSync(root + path)).sort();
}

export function read(path: string): string {
  return readFileSync(root + path, "utf8");
}
