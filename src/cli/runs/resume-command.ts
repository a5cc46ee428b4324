import { relative } from "node:path";
import { projectRoot } from "../../host/project.ts";
import { quoted } from "../shell-word.ts";

/** What to type, where the reader is, to do something with a run that is kept below `root`. */
export function resumeCommand(word: "resume" | "rerun", id: string, root: string): string {
  if (projectRoot(undefined) === root) return `tantra ${word} ${id}`;
  return `tantra ${word} ${id} --root ${quoted(relative(process.cwd(), root) || ".")}`;
}
