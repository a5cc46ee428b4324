import type { Usage } from "../../../src/agent/usage.ts";
import type { ErrorClass } from "../../../src/diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../../../src/diagnostics/json.ts";
import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { openai } from "../../../src/providers/openai/index.ts";
import { openaiKind } from "../../../src/providers/openai/kind.ts";
import type { Backend, Rendered, ScriptedFailure, ScriptedReply, Seen, SeenMessage, Subject } from "../../../src/testing/index.ts";
import { someUsage } from "../../../src/testing/index.ts";

/** By class: the status, and the error's `code` and `type`. */
const failures = {
  rate_limit: [429, "rate_limit_exceeded", "requests"],
  quota: [429, "insufficient_quota", "insufficient_quota"],
  // As users report it: https://github.com/anomalyco/opencode/issues/25884
  overloaded: [503, "server_is_overloaded", "service_unavailable_error"],
  timeout: [408, null, "timeout"],
  server_error: [500, null, "server_error"],
  auth: [401, "invalid_api_key", "invalid_request_error"],
  not_found: [404, "model_not_found", "invalid_request_error"],
  invalid_request: [400, null, "invalid_request_error"],
  context_length: [400, "context_length_exceeded", "invalid_request_error"],
  content_filter: [400, "content_policy_violation", "invalid_request_error"],
} as const satisfies { readonly [C in ErrorClass]?: readonly [status: number, code: string | null, type: string] };

export const openaiErrors = Object.keys(failures) as (keyof typeof failures)[];

/** Chat completions. Facts: the reference of the API (https://platform.openai.com/docs/api-reference/chat). */
export const openaiSubject: Subject = {
  name: "openai",
  open: (origin, secret) => openai({ api_key: secret, base_url: `${origin}/v1` }, { fetch: guardedFetch() }),
  get backend() {
    return chatBackend;
  },
  abilities: {
    tools: true,
    toolChoices: openaiKind.toolChoices,
    nativeOutput: true,
    parameters: openaiKind.parameters,
    images: true,
    documents: true,
    // Chat completions count a model's thinking, and never show it.
    reasoning: false,
    usage: ["cachedInput", "cacheWrite", "reasoning"],
    errors: openaiErrors,
    // The same object.
    streamErrors: openaiErrors,
    finishReasons: ["stop", "tool_calls", "max_tokens", "content_filter", "refusal", "other"],
  },
};

const finishes = {
  stop: "stop",
  tool_calls: "tool_calls",
  max_tokens: "length",
  content_filter: "content_filter",
  refusal: "stop",
  // One of those to come: all that there are have a word of ours.
  other: "unheard_of",
} as const;

const chatBackend: Backend = {
  reply: (reply, { body }) => eventStream(chatEvents(reply, String((body as JsonObject)["model"]), openaiError)),
  failure: openaiFailure,
  read: ({ body }) => chatSeen(body),
};

export function openaiFailure(failure: ScriptedFailure): Rendered {
  const [status] = failureOf(failure.class);
  const headers = failure.retryAfterMs === undefined ? {} : { "retry-after-ms": String(failure.retryAfterMs) };
  return { status, headers: { "content-type": "application/json", ...headers }, pieces: [JSON.stringify({ error: openaiError(failure) })] };
}

/** The vendor's error object, as a body and a stream have it. */
export function openaiError({ class: errorClass, message }: ScriptedFailure): JsonObject {
  const [, code, type] = failureOf(errorClass);
  return { message, type, param: null, code };
}

function failureOf(errorClass: ErrorClass): readonly [status: number, code: string | null, type: string] {
  return failures[errorClass as keyof typeof failures];
}

export function eventStream(pieces: readonly string[]): Rendered {
  return { status: 200, headers: { "content-type": "text/event-stream; charset=utf-8" }, pieces };
}

/** The events of a chat completion, `[DONE]` among them. `errorOf` gives the vendor's error object. */
export function chatEvents(reply: ScriptedReply, model: string, errorOf: (broken: NonNullable<ScriptedReply["broken"]>) => JsonObject): string[] {
  const event = (choices: Json, rest: JsonObject = {}): string =>
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model, choices, ...rest })}\n\n`;
  const delta = (content: JsonObject): string => event([{ index: 0, delta: content, finish_reason: null }]);
  const calls = reply.toolCalls ?? [];
  const finish = reply.finish ?? (calls.length > 0 ? "tool_calls" : "stop");
  const usage = reply.usage === undefined ? someUsage : reply.usage;
  const head = [
    delta({ role: "assistant", content: "" }),
    ...(reply.text ?? []).map((text) => delta(finish === "refusal" ? { refusal: text } : { content: text })),
  ];
  if (reply.broken !== undefined) return [...head, `data: ${JSON.stringify({ error: errorOf(reply.broken) })}\n\n`];
  return [
    ...head,
    ...calls.flatMap(({ id, name, arguments: args }, index) => {
      const text = JSON.stringify(args);
      const half = Math.floor(text.length / 2);
      return [
        delta({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] }),
        ...[text.slice(0, half), text.slice(half)].map((part) => delta({ tool_calls: [{ index, function: { arguments: part } }] })),
      ];
    }),
    event([{ index: 0, delta: {}, finish_reason: finishes[finish] }]),
    ...(usage === null ? [] : [event([], { usage: wireUsage(usage) })]),
    "data: [DONE]\n\n",
  ];
}

function wireUsage({ input, cachedInput, cacheWrite, output, reasoning }: Usage): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cachedInput, cache_write_tokens: cacheWrite },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

interface WirePart {
  readonly type: "text" | "image_url" | "file";
  readonly text?: string;
  readonly image_url?: { readonly url: string };
  readonly file?: { readonly file_data: string };
}
interface WireMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string | null | readonly WirePart[];
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}
interface WireRequest {
  readonly model: string;
  readonly messages: readonly WireMessage[];
  readonly tools?: readonly { readonly function: Seen["tools"][number] }[];
  readonly tool_choice?: "auto" | "required" | "none" | { readonly function: { readonly name: string } };
  readonly response_format?: { readonly json_schema: { readonly schema: JsonSchema } };
  readonly [parameter: string]: unknown;
}

const names: Readonly<Record<string, string>> = {
  temperature: "temperature",
  top_p: "top_p",
  max_completion_tokens: "max_tokens",
  stop: "stop",
  seed: "seed",
  reasoning_effort: "reasoning",
};

/** What is behind the head of a data URL. */
export function bytesIn(url: string | undefined): string[] {
  return url === undefined ? [] : [url.replace(/^data:[^,]*;base64,/, "")];
}

/** A user's message with its images and files, where it has some. */
export function userSaid(text: string, images: readonly string[], files: readonly string[]): SeenMessage {
  return { role: "user", text, ...(images.length === 0 ? {} : { images }), ...(files.length === 0 ? {} : { files }) };
}

/** A request for a chat completion. */
export function chatSeen(body: unknown): Seen {
  const request = body as WireRequest;
  const choice = request.tool_choice ?? "auto";
  const textOf = ({ content }: WireMessage): string => (typeof content === "string" ? content : (content ?? []).map(({ text = "" }) => text).join(""));
  const parameters = Object.entries(names).flatMap(([wire, ours]) => (request[wire] === undefined ? [] : [[ours, request[wire] as Json] as const]));
  return {
    model: request.model,
    system: request.messages.flatMap((message) => (message.role === "system" ? [textOf(message)] : [])).join("\n"),
    messages: request.messages.flatMap((message, index): SeenMessage[] => {
      if (message.role === "system") return [];
      if (message.role === "user") {
        const parts = typeof message.content === "string" ? [] : (message.content ?? []);
        const images = parts.flatMap((part) => bytesIn(part.image_url?.url));
        const files = parts.flatMap((part) => bytesIn(part.file?.file_data));
        return [userSaid(textOf(message), images, files)];
      }
      if (message.role === "assistant") {
        const calls = message.tool_calls?.map((call) => ({ name: call.function.name, arguments: JSON.parse(call.function.arguments) as Json }));
        return [{ role: "assistant", text: textOf(message), ...(calls === undefined ? {} : { calls }) }];
      }
      if (request.messages[index - 1]?.role === "tool") return [];
      const end = request.messages.findIndex(({ role }, at) => at > index && role !== "tool");
      return [{ role: "tool", results: request.messages.slice(index, end === -1 ? undefined : end).map(textOf) }];
    }),
    tools: (request.tools ?? []).map((tool) => tool.function),
    toolChoice: typeof choice === "string" ? choice : { tool: choice.function.name },
    ...(request.response_format === undefined ? {} : { output: request.response_format.json_schema.schema }),
    parameters: Object.fromEntries(parameters),
  };
}
