import { type ErrorClass, errorClasses } from "../diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import type { SystemPlaces } from "../diagnostics/system-places.ts";
import type { Usage } from "./usage.ts";

/** A way to reach models. A provider is a value that is passed in; it holds no state of a run. */
export interface Provider {
  /** The kind that it is of, where Tantra knows it: prices go by its name, and schemas go out without what it refuses. */
  readonly kind?: ProviderKind;
  /**
   * One model call. Chunks arrive as the model sends them; the last one is the `finish` chunk with the usage.
   * Throws `ProviderError` and nothing else. Never retries. After `signal` aborts it ends at once, with its sockets closed.
   */
  complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk>;
  /** The HTTP request that `complete` would send, without secrets: what `tantra prompt` shows. Opens nothing. */
  describe?(request: ModelRequest): { readonly method: string; readonly url: string; readonly body: Json };
  /** Whether nobody is charged for a model's requests, as on a server of one's own: they cost $0, whatever comes of them. */
  free?(model: string): boolean;
  /** An earlier process of the run has sent this request and was answered: one that counts requests counts it. */
  recalled?(request: ModelRequest): void;
  /** Frees what it holds (connection pools). Called once, after the run. */
  close?(): Promise<void>;
}

export interface ProviderKind {
  readonly name: string;
  /** Keywords of JSON Schemas that the vendor refuses. */
  readonly refusedKeywords: readonly string[];
  /** Parameters of a model that have to be written. */
  readonly demands: readonly string[];
  /** Where its models take system texts. Absent: anywhere. */
  readonly systemTexts?: SystemPlaces;
}

/** One request in the one form that every provider's `wire.ts` maps from. Read-only: providers never change it. */
export interface ModelRequest {
  /** The vendor's id of the model. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpec[];
  readonly toolChoice: ToolChoice;
  /** Native structured output. */
  readonly output?: OutputFormat;
  readonly parameters: ModelParameters;
  /** Sent verbatim, over everything else, as the author wrote it. */
  readonly extra?: JsonObject;
  /** Who asks. Never sent to a vendor; the simulator answers by it. */
  readonly origin: RequestOrigin;
}
export interface RequestOrigin {
  readonly runId: string;
  /** The agent's name. */
  readonly agent: string;
  /** The turn's path: `research/found[2]/researcher/turn[1]`. */
  readonly path: string;
  /** From 1. */
  readonly attempt: number;
  /** What the agent is to give, where that is not text; for the simulator, which has no other way to know a fitting value. */
  readonly resultSchema?: JsonSchema;
  /** The result's root is no record: `resultSchema` holds it under `value`. */
  readonly wrapped?: boolean;
  readonly outputMode: "native" | "tool" | "text";
}

/** `content` is all of a message's text. `parts` stand beside it where it is more than plain text: see `ContentPart`. */
export type Message =
  | { readonly role: "system"; readonly content: string; readonly parts?: readonly TextPart[] }
  | { readonly role: "user"; readonly content: string; readonly parts?: readonly ContentPart[] }
  | { readonly role: "assistant"; readonly content: string; readonly toolCalls?: readonly ToolCall[]; readonly carry?: Carry }
  | { readonly role: "tool"; readonly callId: string; readonly name: string; readonly content: string; readonly parts?: readonly ContentPart[] };

/** The pieces of a message in their order: together their texts are its `content`, with images and files between them. */
export type ContentPart = TextPart | Attachment;
export interface TextPart {
  readonly type: "text";
  readonly text: string;
  /** Everything up to the end of this text is worth caching: sent as a mark where the vendor needs one, else nothing. */
  readonly cache?: true;
}
/**
 * An image or a file. Its bytes come from a function, so that events, journals and JSON name it without carrying it.
 * There is an address (`url`), which the vendor fetches, or there are bytes (`data`), never both.
 */
export interface Attachment {
  readonly type: "image" | "file";
  /** As in `image/png`, `application/pdf`; of an address "" where it is not known. */
  readonly mediaType: string;
  /** The file's name, without its folder. */
  readonly name?: string;
  readonly url?: string;
  /** Of the bytes: their SHA-256 as hex, and their number. */
  readonly sha256?: string;
  readonly size?: number;
  /** The bytes in base64, without line breaks. */
  readonly data?: () => string;
}

/** What a provider wants back with a reply of its own. Requests to anyone but `by` (`PROVIDER/MODEL ID`) come without it. */
export interface Carry {
  readonly by: string;
  readonly data: Json;
}

/** A call that a model asked for. `arguments` is the text as it came; it may be no JSON at all. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}
export interface ToolSpec {
  readonly name: string;
  readonly description?: string;
  readonly parameters: JsonSchema;
}
export type ToolChoice = "auto" | "required" | "none" | { readonly tool: string };
export interface OutputFormat {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly strict: boolean;
}
/** Only what the author wrote. */
export interface ModelParameters {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_tokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly reasoning?: string;
}

export type ModelChunk =
  | { readonly type: "text"; readonly text: string }
  /** What the model lets be seen of its thinking. It is shown, and is no part of the reply. */
  | { readonly type: "reasoning"; readonly text: string }
  /** The server says that it is still at work (a ping while a model thinks unseen). It ends a silence, and is nothing else. */
  | { readonly type: "alive" }
  /** A piece of the `index`-th call of the reply; `id` and `name` come with its first piece. */
  | { readonly type: "tool_call"; readonly index: number; readonly id?: string; readonly name?: string; readonly arguments: string }
  | FinishChunk;
/** What a reply is made of: all but signs of life. */
export type ReplyChunk = Exclude<ModelChunk, { readonly type: "alive" }>;
export interface FinishChunk {
  readonly type: "finish";
  readonly reason: FinishReason;
  /** As reported. Absent: the vendor said nothing, and the loop estimates and marks it. */
  readonly usage?: Usage;
  /** US dollars, where the provider itself reports what it charged. */
  readonly costUsd?: number;
  readonly responseId?: string;
  /** The model that answered, as the vendor names it. */
  readonly responseModel?: string;
  /** The vendor's class of service, where another price than the usual one goes with it: `flex`, `priority`, `batch`. */
  readonly tier?: string;
  /**
   * What this vendor wants back with this reply in the requests that follow (signed thinking, encrypted reasoning), in a form
   * of its provider's own. It comes back as `carry.data` of the assistant's message, to the same provider and model only.
   */
  readonly carry?: Json;
}
export type FinishReason = "stop" | "tool_calls" | "max_tokens" | "content_filter" | "refusal" | "other";

export interface ProviderErrorOptions {
  /** HTTP status. */
  readonly status?: number;
  /** The server's word on when to come back. */
  readonly retryAfterMs?: number;
  /** `x-should-retry`: overrules the class both ways. */
  readonly shouldRetry?: boolean;
  /** Usage seen before the failure (a broken stream). */
  readonly usage?: Usage;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The only thing a provider throws. The message is the vendor's own words as far as there are any, and holds no secret. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly class: ErrorClass;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly shouldRetry: boolean | undefined;
  readonly usage: Usage | undefined;
  readonly hint: string | undefined;

  constructor(errorClass: ErrorClass, message: string, options: ProviderErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.class = errorClass;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.shouldRetry = options.shouldRetry;
    this.usage = options.usage;
    this.hint = options.hint;
  }
}

/** Whether something thrown is a `ProviderError`: also one of another copy of this class (a vendored one, an installed package's). */
export function isProviderError(thrown: unknown): thrown is ProviderError {
  if (thrown instanceof ProviderError) return true;
  return thrown instanceof Error && thrown.name === "ProviderError" && "class" in thrown && (errorClasses as readonly unknown[]).includes(thrown.class);
}
