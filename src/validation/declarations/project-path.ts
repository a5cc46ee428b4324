import type { Severity } from "../../diagnostics/diagnostic.ts";
import type { Expr } from "../../syntax/ast.ts";
import type { ReadResult } from "../checked.ts";
import type { FileContext } from "../context.ts";
import { plainText } from "./values.ts";

/** What `written` in `file` names, relative to the root; undefined where it leaves the root. */
export function projectPath(file: string, written: string): string | undefined {
  const parts = file.split("/").slice(0, -1);
  for (const part of written.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** Whether it is written as a path (`./x`, `../x`) and not as a package's name. */
export function isPath(written: string): boolean {
  return written.startsWith("./") || written.startsWith("../");
}

export interface FoundFile {
  readonly path: string;
  readonly text: string;
}

/** The file that a path of the program names, or undefined after saying why there is none. `what` is "tool", "replies"; `missing` is how bad it is that there is none. */
export function findFile(at: Expr, what: string, context: FileContext, missing: Severity = "error"): FoundFile | undefined {
  const written = plainText(at);
  if (written === undefined) return undefined;
  if (!isPath(written)) {
    const hint = `Write \`"./${written.replace(/^\/+/, "") || "NAME"}"\`: paths start at this file.`;
    context.report({ code: "T520", message: `${JSON.stringify(written)} is no path to a file of ${what}.`, span: at, hint });
    return undefined;
  }
  const path = projectPath(context.file.path, written);
  const read: ReadResult = path === undefined ? { ok: false, why: "outside" } : context.options.readFile(path);
  if (read.ok && path !== undefined) return { path, text: read.text };
  if (!read.ok) context.report({ ...explained(written, read, what), span: at, ...(read.why === "missing" ? { severity: missing } : {}) });
  return undefined;
}

function explained(written: string, read: ReadResult & { readonly ok: false }, what: string): { code: "T517" | "T518"; message: string; hint: string } {
  const name = JSON.stringify(written);
  if (read.why === "outside") {
    return {
      code: "T518",
      message: `${name} lies outside of the project.`,
      hint: "Move it into the project, or start with `--root DIR` at a folder that holds both.",
    };
  }
  const hint = `Write the path of the file of ${what}, from the folder of this file.`;
  if (read.why === "missing") return { code: "T517", message: `There is no file ${name}.`, hint };
  if (read.why === "folder") return { code: "T517", message: `${name} is a folder.`, hint };
  if (read.why === "encoding") return { code: "T517", message: `${name} is no UTF-8 text.`, hint: "Save it as UTF-8." };
  return { code: "T517", message: `${name} cannot be read${read.detail === undefined ? "" : `: ${read.detail}`}.`, hint: "Check its permissions." };
}
