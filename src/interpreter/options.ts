import type { Attach } from "../agent/attachment.ts";
import type { RunEvent } from "../agent/events.ts";
import type { Hooks } from "../agent/hooks.ts";
import type { Journal } from "../agent/journal.ts";
import type { PriceTable } from "../agent/price.ts";
import type { Attachment, Provider } from "../agent/provider.ts";
import type { Clock } from "../agent/runtime.ts";
import type { Cost, Usage } from "../agent/usage.ts";
import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import type { SystemPlaces } from "../diagnostics/system-places.ts";
import type { McpNode, ProviderNode, ToolNode } from "../graph/graph.ts";
import type { Visit } from "./program.ts";

/** What `run(graph, options)` takes: everything from outside, nothing looked up. */
export interface RunOptions {
  /** Arguments of the main workflow or agent by parameter name. Checked against the signature. */
  readonly input: JsonObject;
  /** The key (or the bare name) of what to start; default `graph.main`. */
  readonly main?: string;
  readonly profile?: string;
  /** Opens a provider that the program declares, on first use, once per run; the run closes it. Throws `RunError` where it cannot. */
  readonly openProvider: (key: string, node: ProviderNode) => OpenedProvider | Promise<OpenedProvider>;
  /**
   * Loads a tool's function, on first use, once per run. The function is given the declaration's `options` as the graph has
   * them: where they hold secrets (`{ "kind": "env" }`), what is loaded here fills them in before it calls the author's.
   */
  readonly loadTool: (key: string, node: ToolNode) => ToolFunction | Promise<ToolFunction>;
  /** Starts an MCP server that the program declares, or connects to it, on first use, once per run; the run closes it. Absent: an error. */
  readonly openToolServer?: OpenToolServer;
  /** Opens an image or a file by its path. Addresses and `data:` URLs need none. Absent: a path is an error. */
  readonly openAttachment?: Attach;
  readonly clock: Clock;
  /** SHA-256 of a text as hex. */
  readonly hash: (text: string) => string;
  readonly newId: () => string;
  readonly runId?: string;
  /** Default: the runId. The same seed, inputs and replies give the same run. */
  readonly seed?: string;
  readonly prices: PriceTable;
  readonly hooks?: Hooks;
  readonly onEvent?: (event: RunEvent) => void;
  /** Keeps what has ended, so that another process goes on from there. Its runId, seed and input are those of the run that it holds. */
  readonly journal?: Journal;
  readonly signal?: AbortSignal;
  /** A pot over the whole run (`--max-cost`), US dollars. */
  readonly maxCostUsd?: number;
  /** Over the whole run (`--timeout`). */
  readonly timeoutMs?: number;
  readonly secrets?: readonly string[];
  readonly projectDir?: string;
  /** Where conversations with a `session` are kept. Absent: one is an error. */
  readonly sessions?: SessionStore;
  /** What answers in the place of agents and models, in a test. */
  readonly fakes?: Fakes;
  /** What a test is told of what is evaluated. */
  readonly visit?: Visit;
}

/** By key; undefined: it runs for real. */
export interface Fakes {
  /** What the agent's model would reply. Its tools and handoffs are left out, its result is held to its type and conditions. */
  agent(key: string): Provider | undefined;
  /** Whoever is asked behind it: the requests of this model. */
  model(key: string): Provider | undefined;
}

/** Keeps texts by name, each for one run at a time. */
export interface SessionStore {
  /**
   * Takes what is kept under a name for the run `owner`, until it lets go. The name is one that a file may have anywhere.
   * Throws a `RunError` (T627) where another run has it, or it cannot be read.
   */
  open(name: string, owner: string): Promise<StoredSession>;
}
export interface StoredSession {
  /** What messages call it: `.tantra/sessions/user-ada.jsonl`. */
  readonly file: string;
  /** Undefined: nothing is kept yet. */
  readonly text: string | undefined;
  /** In the place of what was kept: all of it or nothing. */
  write(text: string): Promise<void>;
  /** Lets go of it. */
  close(): Promise<void>;
}

/** A provider with what the loop needs to know of its kind. */
export interface OpenedProvider {
  readonly provider: Provider;
  /** The kind's name; prices go by it. */
  readonly kind: string;
  readonly refusedKeywords: readonly string[];
  /** Absent: anywhere. */
  readonly systemTexts?: SystemPlaces;
  readonly simulated: boolean;
}

export type ToolFunction = (args: JsonObject, context: ToolFunctionContext) => unknown;
/** What a tool's function gets as its second argument. */
export interface ToolFunctionContext {
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly idempotencyKey: string;
  /** The call's path: `…/turn[1]/call[0]/search_notes`. */
  readonly path: string;
  /** The declaration's `options`, secrets filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Values kept for the run. */
  readonly store: Store;
  readonly projectDir: string;
}
export interface Store {
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
  /** Reads, changes and writes in one step; calls on one key wait for each other. */
  update(key: string, change: (value: Json | undefined) => Json): Promise<Json>;
}

/** Throws a `RunError`, with the declaration's place, where the server does not come up. */
export type OpenToolServer = (key: string, node: McpNode, context: ToolServerContext) => Promise<ToolServer>;
export interface ToolServerContext {
  /** Aborts when the run is over: nobody waits for the server any more. */
  readonly signal: AbortSignal;
  /** Something that the run goes on in spite of. */
  readonly warn: (message: string, hint?: string) => void;
}
/** A Model Context Protocol server that is up. */
export interface ToolServer {
  /** Every tool that it lists, as it is now; the same list where nothing has changed. */
  tools(): Promise<readonly ServerTool[]>;
  /** What the tool gives. Throws the server's own words as an `Error`, and a `RunError` where the server itself is what failed. */
  call(tool: string, args: JsonObject, options: ServerCallOptions): Promise<ServerResult>;
  /** Ends it, in a bounded time. Called once. */
  close(): Promise<void>;
}
export interface ServerCallOptions {
  readonly signal: AbortSignal;
  readonly onProgress: () => void;
  /** The call's path. */
  readonly path?: string;
}
export interface ServerTool {
  /** The server's own name for it. */
  readonly name: string;
  readonly description?: string;
  /** As the server gives it: not to be trusted. */
  readonly parameters: JsonSchema;
}
export interface ServerResult {
  readonly value: Json;
  /** Images and other data that stand in `value` by their kind and size only. */
  readonly attachments: readonly Attachment[];
}

export interface RunResult {
  readonly value: Json;
  readonly runId: string;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly durationMs: number;
}
