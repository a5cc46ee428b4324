import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { RunError } from "../diagnostics/errors.ts";
import { visible } from "../diagnostics/visible.ts";

/** Whether a command is a program: a path from the root, or a name on the search path. */
export function findCommand(command: string, root: string, path: string | undefined): boolean {
  if (/[\\/]/.test(command)) return isProgram(isAbsolute(command) ? command : resolve(root, command));
  const endings = process.platform === "win32" ? ["", ".exe", ".com"] : [""];
  return (path ?? "").split(delimiter).some((folder) => folder !== "" && endings.some((ending) => isProgram(join(folder, command + ending))));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export function noProgram(command: string, place: string): RunError {
  return new RunError("not_found", `There is no program "${visible(command, true)}" to start the MCP server with.`, {
    code: "T640",
    place,
    hint: /[\\/]/.test(command) ? "A path counts from the project's root." : `Install it, or write its path. To try: ${command} --version`,
  });
}
