import type { IncomingHttpHeaders } from "node:http";
import type { FinishReason, Provider, ToolChoice } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../../diagnostics/json.ts";

/**
 * A provider that is to be tried: how it is opened, what it can do, and the protocol of the server at its other end. The kit
 * runs a local server, says what it is to answer in words of no vendor's (`ScriptedReply`), and `backend` puts that into the
 * vendor's bytes; what the provider sends is read back the same way (`Seen`).
 */
export interface Subject {
  readonly name: string;
  /** Opens the provider against the kit's server (`http://127.0.0.1:PORT`), with a key that must show nowhere. */
  open(origin: string, secret: string): Provider | Promise<Provider>;
  readonly backend: Backend;
  readonly abilities: Abilities;
}

/** What a provider's kind says of it, as far as the cases differ by it. */
export interface Abilities {
  readonly tools: boolean;
  readonly toolChoices: readonly ("auto" | "required" | "none" | "tool")[];
  /** JSON-schema output by the vendor itself. */
  readonly nativeOutput: boolean;
  readonly parameters: readonly ("temperature" | "top_p" | "max_tokens" | "stop" | "seed" | "reasoning")[];
  /** A word that `reasoning` takes, where it is among the parameters. */
  readonly reasoningWord?: string;
  readonly images: boolean;
  readonly documents: boolean;
  /** Thinking can be seen. */
  readonly reasoning: boolean;
  /** Which parts of the usage the vendor reports beside input and output. */
  readonly usage: readonly ("cachedInput" | "cacheWrite" | "reasoning")[];
  /** Which failures its protocol can express: those of language.md, section 7, that come from a provider. */
  readonly errors: readonly ErrorClass[];
  /** Classes that may arrive inside a stream that has begun. */
  readonly streamErrors: readonly ErrorClass[];
  readonly finishReasons: readonly FinishReason[];
}

/** The vendor's side of the protocol. */
export interface Backend {
  /** A whole reply as the pieces that are written to the socket one by one, with the head of the response. */
  reply(reply: ScriptedReply, request: ReceivedRequest): Rendered;
  /** A failure as the vendor's server answers it. */
  failure(failure: ScriptedFailure, request: ReceivedRequest): Rendered;
  /** What a request asks for, in words of no vendor's. */
  read(request: ReceivedRequest): Seen;
}

export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly pieces: readonly (string | Uint8Array)[];
}

export interface ScriptedReply {
  /** Streamed in these pieces. */
  readonly text?: readonly string[];
  readonly reasoning?: readonly string[];
  readonly toolCalls?: readonly ScriptedCall[];
  /** Default: `tool_calls` with calls, else `stop`. */
  readonly finish?: FinishReason;
  /** Default: `someUsage`; null: the vendor says nothing. */
  readonly usage?: Usage | null;
  /** A failure inside the stream, behind the text. */
  readonly broken?: { readonly class: ErrorClass; readonly message: string };
}
export interface ScriptedCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: JsonObject;
}
export interface ScriptedFailure {
  readonly class: ErrorClass;
  readonly message: string;
  /** What the server says about coming back. */
  readonly retryAfterMs?: number;
}

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
  /** The body as JSON; undefined where it is none. */
  readonly body: Json | undefined;
}

export interface Seen {
  readonly model: string;
  /** All of the system's text. */
  readonly system: string;
  /** In order, without the system's; texts, calls, results, images and files as they stand. */
  readonly messages: readonly SeenMessage[];
  readonly tools: readonly { readonly name: string; readonly description?: string; readonly parameters: JsonSchema }[];
  /** `auto` where the request says nothing. */
  readonly toolChoice: ToolChoice;
  readonly output?: JsonSchema;
  readonly parameters: Readonly<Record<string, Json>>;
}
export type SeenMessage =
  | { readonly role: "user"; readonly text: string; readonly images?: readonly string[]; readonly files?: readonly string[] }
  | { readonly role: "assistant"; readonly text: string; readonly calls?: readonly { readonly name: string; readonly arguments: Json }[] }
  /** In the order of the results; `name` where the protocol carries it. */
  | { readonly role: "tool"; readonly results: readonly string[] };

export const someUsage: Usage = { input: 20, cachedInput: 0, cacheWrite: 0, output: 10, reasoning: 0 };

/** What the server does where the vendor would answer. */
export type Act =
  | { readonly reply: ScriptedReply }
  | { readonly failure: ScriptedFailure }
  /** A reply of which only the first `share` (0 to 1) of the bytes arrive; then the connection ends, is reset, or falls silent. */
  | { readonly reply: ScriptedReply; readonly cut: number; readonly then: "end" | "reset" | "stall" }
  /** The same reply cut into writes at these places of its bytes. */
  | { readonly reply: ScriptedReply; readonly writes: readonly number[] }
  | { readonly raw: Rendered }
  | { readonly connection: "reset" | "silence" }
  | { readonly redirect: string };
