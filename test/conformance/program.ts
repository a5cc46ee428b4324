import { kinds } from "../../src/host/kinds.ts";
import { check } from "../../src/validation/check.ts";
import type { CheckedProgram, CheckOptions, ReadResult } from "../../src/validation/checked.ts";

/** The files of a text in which a line `// file: ./NAME` begins each file after the first, which is `main.tantra`. */
export function filesOf(text: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  let name = "main.tantra";
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const next = /^\/\/ file: \.\/(\S+)$/.exec(line)?.[1];
    if (next === undefined) {
      lines.push(line);
      continue;
    }
    files.set(name, lines.join("\n"));
    name = next;
    lines = [];
  }
  return files.set(name, lines.join("\n"));
}

/** Checks the program of such files; its root is the folder of `main.tantra`. */
export function checkFiles(files: ReadonlyMap<string, string>, more: Partial<CheckOptions> = {}): CheckedProgram {
  const readFile = (path: string): ReadResult => {
    const text = files.get(path);
    if (text !== undefined) return { ok: true, text };
    const folder = [...files.keys()].some((file) => file.startsWith(`${path}/`));
    return { ok: false, why: folder ? "folder" : "missing" };
  };
  return check("main.tantra", { kinds, readFile, priced: () => true, ...more });
}
