import { type ModelRequest, ProviderError } from "../../agent/provider.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import { fitsGlob } from "./path-glob.ts";

/** One entry of a replies file (`replies.schema.ts` is its shape). */
export interface ScriptEntry {
  readonly when?: { readonly contains?: string; readonly system?: string; readonly after_tool?: string; readonly path?: string };
  readonly text?: string;
  readonly value?: Json;
  readonly tool_calls?: readonly { readonly name: string; readonly arguments?: Json }[];
  readonly error?: ErrorClass;
  readonly retry_after?: string;
  readonly latency?: string;
  readonly usage?: {
    readonly input?: number;
    readonly cached_input?: number;
    readonly cache_write?: number;
    readonly output?: number;
    readonly reasoning?: number;
  };
  readonly times?: number | "always";
}

/** Which entry answers a request. Remembers which are used up, so there is one for each run. */
export interface Script {
  /** Throws a ProviderError that says what was asked and what to add where no entry fits. */
  next(request: ModelRequest): ScriptEntry;
  /** Uses up the entry that fits, if there is one. */
  take(request: ModelRequest): ScriptEntry | undefined;
}

/** `replies` is a parsed replies file, already held to its schema; `file` is how the program names it. */
export function createScript(replies: Json, file: string): Script {
  if (typeof replies !== "object" || replies === null || Array.isArray(replies)) {
    throw new RunError("invalid_request", `The replies ${file} are no object with a list of entries for each agent.`, { code: "T623" });
  }
  const agents = new Map<string, { readonly entry: ScriptEntry; left: number }[]>();
  for (const [agent, entries] of Object.entries(replies)) {
    if (!Array.isArray(entries)) continue;
    agents.set(
      agent,
      (entries as readonly ScriptEntry[]).map((entry) => ({ entry, left: entry.times === "always" ? Number.POSITIVE_INFINITY : (entry.times ?? 1) })),
    );
  }
  function take(request: ModelRequest): ScriptEntry | undefined {
    const found = agents.get(request.origin.agent)?.find(({ entry, left }) => left > 0 && fits(entry, request));
    if (found !== undefined) found.left--;
    return found?.entry;
  }
  return {
    take,
    next(request) {
      const entry = take(request);
      if (entry === undefined) throw noReply(request, file, agents.has(request.origin.agent));
      return entry;
    },
  };
}

function fits({ when }: ScriptEntry, request: ModelRequest): boolean {
  if (when === undefined) return true;
  const { contains, system, after_tool: afterTool, path } = when;
  if (contains !== undefined && !lastUserText(request).includes(contains)) return false;
  if (system !== undefined && !systemText(request).includes(system)) return false;
  if (afterTool !== undefined) {
    const last = request.messages.at(-1);
    if (last?.role !== "tool" || last.name !== afterTool) return false;
  }
  return path === undefined || fitsGlob(path, request.origin.path) || fitsGlob(path, agentPath(request));
}

export function lastUserText({ messages }: ModelRequest): string {
  return messages.findLast(({ role }) => role === "user")?.content ?? "";
}

function systemText({ messages }: ModelRequest): string {
  return messages.flatMap(({ role, content }) => (role === "system" ? [content] : [])).join("\n");
}

/** The path of the agent's run: the turn's without its last step. */
function agentPath({ origin }: ModelRequest): string {
  return origin.path.slice(0, Math.max(0, origin.path.lastIndexOf("/")));
}

function noReply(request: ModelRequest, file: string, known: boolean): ProviderError {
  const { agent, path, resultSchema } = request.origin;
  const last = request.messages.at(-1);
  const after = last?.role === "tool" ? ` after the tool ${last.name}` : "";
  const asked = shortened(lastUserText(request), 80);
  const none = known ? `no entry for "${agent}" is left that fits` : `there are no entries for "${agent}"`;
  const example = resultSchema === undefined ? '{ "text": "…" }' : '{ "value": … }';
  const add = known ? `an entry like ${example} to "${agent}"` : `"${agent}": [${example}]`;
  return new ProviderError("invalid_request", `In ${file} ${none}. Asked at ${path}${after}: ${JSON.stringify(asked)}`, {
    shouldRetry: false,
    hint: `Add ${add} in ${file}, or give one that may answer again "times": "always".`,
  });
}

function shortened(text: string, most: number): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
