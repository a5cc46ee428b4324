import type { RenderOptions } from "../diagnostics/render.ts";
import type { LoadedProgram } from "../host/load-program.ts";
import type { Layout } from "./terminal.ts";

/** How messages about a program are rendered: with its lines, in the width and colours of where they go. */
export function rendering(layout: Layout, program?: Pick<LoadedProgram, "source">): RenderOptions {
  return { source: program?.source ?? (() => undefined), ...layout };
}
