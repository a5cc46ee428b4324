import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * The modules and, as far as it is written in their text with a relative path, all that they import: whose change is a
 * change of them. Nothing is loaded.
 */
export function modulesBehind(modules: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  function add(path: string): void {
    if (found.has(path)) return;
    found.add(path);
    for (const [, specifier = ""] of textOf(path).matchAll(imported)) add(resolve(dirname(path), specifier));
  }
  for (const path of modules) add(path);
  return found;
}

const imported = /\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
