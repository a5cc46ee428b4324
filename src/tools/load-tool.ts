import { RunError } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { ToolNode } from "../graph/graph.ts";
import type { ToolFunction } from "../interpreter/options.ts";
import { type Exports, exportedFunction, importModule } from "./import-module.ts";

/** A module that takes longer than this to load waits for something that does not come. */
export const slowestLoadMs = 30_000;

/**
 * The function behind a declared tool. `address` is the module's `file:` address. Throws `tool_error`, with the place of
 * the declaration, when the module cannot be loaded or has no such function.
 */
export async function loadTool(tool: ToolNode, address: string, sleep: (ms: number, signal: AbortSignal) => Promise<void>): Promise<ToolFunction> {
  const exports = await within(slowestLoadMs, sleep, importModule(address)).catch((error: unknown) => {
    throw notLoaded(tool, error);
  });
  const found = exportedFunction<ToolFunction>(exports, tool.name);
  if (found === undefined) throw noSuchExport(tool, exports);
  return found;
}

async function within<T>(ms: number, sleep: (ms: number, signal: AbortSignal) => Promise<void>, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(ms, timer.signal).then(
    () => Promise.reject(new Error(`it takes longer than ${ms / 1000} s to load`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

function noSuchExport(tool: ToolNode, exports: Exports): RunError {
  const names = Object.keys(exports);
  const nearest = suggest(tool.name, names);
  const has = names.length === 0 ? "It exports nothing." : `It exports ${names.join(", ")}.`;
  const kind = tool.name in exports ? `, it is no function` : "";
  return new RunError("tool_error", `${tool.module} does not export a function "${tool.name}"${kind}. ${has}`, {
    place: tool.place,
    hint:
      nearest === undefined ? `Write in it: export function ${tool.name}(args) { … }` : `Did you mean "${nearest}"? The tool and its function have one name.`,
  });
}

function notLoaded(tool: ToolNode, error: unknown): RunError {
  const message = error instanceof Error ? error.message : String(error);
  const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  const name = missing ? /Cannot find package '([^']+)'/.exec(message)?.[1] : undefined;
  if (name !== undefined) {
    return new RunError("tool_error", `${tool.module} imports the package ${name}, which is not installed.`, {
      place: tool.place,
      cause: error,
      hint: `npm install ${name}`,
    });
  }
  const why = error instanceof SyntaxError ? `is no valid TypeScript: ${message}` : `cannot be loaded: ${message}`;
  return new RunError("tool_error", `${tool.module} ${firstLine(why)}`, { place: tool.place, cause: error });
}

/** Messages of the module system go on with where they were raised. */
function firstLine(text: string): string {
  return text.split(/\n| imported from /)[0] ?? text;
}
