import type { ErrorInfo, ModelReply } from "../agent/events.ts";
import type { ModelRequest } from "../agent/provider.ts";
import type { Cost, Usage } from "../agent/usage.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";

/** What a replay plays: what was asked of models, tools and people, and what came back. No times, in the order of the source. */
export interface Recording {
  readonly head: RecordingHead;
  readonly entries: readonly Entry[];
}

/** What it takes to run the same again. */
export interface RecordingHead {
  /** The program's file, from the project's root. */
  readonly file: string;
  readonly main: string;
  readonly input: JsonObject;
  readonly profile?: string;
  readonly simulate?: true;
  /** Where it was begun, from the project's root: paths among the inputs count from there. Absent: in the root. */
  readonly cwd?: string;
}

export type Entry = ModelEntry | ToolEntry | AskEntry | WinnersEntry | SessionEntry | ListingEntry;

/** One request and its reply, or what the turn has failed of. */
export interface ModelEntry {
  readonly of: "model";
  /** The turn's. */
  readonly path: string;
  readonly agent: string;
  /** Absent: it failed before anything was sent, as where a budget is used up. */
  readonly asked?: AskedModel;
  readonly end: RepliedEnd | FailedEnd;
}
export interface AskedModel {
  /** Keys of declarations. */
  readonly model: string;
  readonly provider: string;
  readonly attempt: number;
  readonly request: ModelRequest;
  /** What the request goes by, where that is not its own hash: a hook has changed it. */
  readonly hash?: string;
}
export interface RepliedEnd {
  readonly reply: ModelReply;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly pricedAs?: string;
}
export interface FailedEnd {
  readonly failed: ErrorInfo;
  /** Of what may end a scope (a timeout, a budget): where the program went on from it, by path. */
  readonly caught?: readonly string[];
  /** Of a tool: its own words, as far as the model was told them. */
  readonly words?: string;
}

export interface ToolEntry {
  readonly of: "tool";
  readonly path: string;
  readonly tool: string;
  readonly arguments: Json;
  readonly end: ReturnedEnd | FailedEnd;
}
export interface ReturnedEnd {
  readonly result: Json;
  /** The model was told the first part of so many characters. */
  readonly truncatedFrom?: number;
  /** Images and files that belong to the result. */
  readonly attached?: Json;
  /** What it kept for the run. */
  readonly store?: Json;
}

export interface AskEntry {
  readonly of: "ask";
  readonly path: string;
  readonly question: string;
  readonly hash: string;
  readonly answer: Json;
}

/** The branches that a `race` or a `need` went on with; those of others are not in the recording. */
export interface WinnersEntry {
  readonly of: "winners";
  readonly path: string;
  readonly branches: readonly number[];
}

/** What a session held when it was opened; null: nothing. */
export interface SessionEntry {
  readonly of: "session";
  readonly path: string;
  readonly name: string;
  readonly text: string | null;
}

/** What an MCP server listed, or why it could not be had: from when it was started on or, for a later list, from when the call at `since` had ended. */
export interface ListingEntry {
  readonly of: "listing";
  /** The server's key. */
  readonly server: string;
  readonly since?: string;
  readonly listed: { readonly tools: Json } | FailedEnd;
}

/** Whether it may have come from a scope around the step. */
export function canEndScope({ class: errorClass }: ErrorInfo): boolean {
  return errorClass === "timeout" || errorClass === "budget";
}
