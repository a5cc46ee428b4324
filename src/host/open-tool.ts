import { pathToFileURL } from "node:url";
import { RunError } from "../diagnostics/errors.ts";
import type { ToolNode } from "../graph/graph.ts";
import type { ToolFunction } from "../interpreter/options.ts";
import { loadTool } from "../tools/load-tool.ts";
import { systemClock } from "./clock.ts";
import type { Project } from "./project.ts";

/** The function of a declared tool, its module loaded from inside the project's root. Throws `RunError` with the declaration's place. */
export async function openTool(tool: ToolNode, project: Project): Promise<ToolFunction> {
  return loadTool(tool, pathToFileURL(moduleOf(tool, project)).href, systemClock.sleep);
}

/** The absolute path of a tool's module. Throws T623 where there is none: a run asks for all of its tools before it starts. */
export function moduleOf(tool: ToolNode, project: Project): string {
  const path = project.locate(tool.module);
  if (path !== undefined) return path;
  throw new RunError("tool_error", `There is no file ${tool.module} in ${project.root}, which the tool "${tool.name}" comes from.`, {
    code: "T623",
    place: tool.place,
    hint: "A path stands relative to the file that names it, and may not leave the project's root.",
  });
}
