import type { ErrorClass } from "../../../src/diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../../../src/diagnostics/json.ts";
import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { cohere } from "../../../src/providers/cohere/index.ts";
import { cohereKind } from "../../../src/providers/cohere/kind.ts";
import type { Backend, ScriptedReply, Seen, SeenMessage, Subject, Usage } from "../../../src/testing/index.ts";
import { someUsage } from "../../../src/testing/index.ts";
import { type ReplyOptions, replyEvents } from "../../support/cohere-server.ts";
import { bytesIn, eventStream, userSaid } from "./openai.ts";

/** Version 2 of the chat. Facts: https://docs.cohere.com/v2/reference/chat-stream, https://docs.cohere.com/v2/reference/errors */
export const cohereSubject: Subject = {
  name: "cohere",
  open: (origin, secret) => cohere({ api_key: secret, base_url: origin }, { fetch: guardedFetch() }),
  get backend() {
    return cohereBackend;
  },
  abilities: {
    tools: true,
    // No tool can be named.
    toolChoices: cohereKind.toolChoices,
    nativeOutput: true,
    parameters: cohereKind.parameters,
    reasoningWord: "on",
    images: true,
    documents: false,
    reasoning: true,
    // Neither writes to its cache nor thinking are counted apart.
    usage: ["cachedInput"],
    // Too much to do is a 503 like any other, and a time that ran out a 504 or the end of a stream.
    errors: ["rate_limit", "quota", "server_error", "auth", "not_found", "invalid_request", "context_length", "content_filter"],
    // By the word that a reply ends with: it has two for failures.
    streamErrors: ["server_error", "timeout"],
    // A filter is an error (498), and a refusal no more than text.
    finishReasons: ["stop", "tool_calls", "max_tokens", "other"],
  },
};

const cohereBackend: Backend = {
  reply: (reply) => eventStream(eventsOf(reply)),
  failure({ class: errorClass, message, retryAfterMs }) {
    const [status, words = ""] = failures[errorClass] ?? [500];
    // Not of the server's own, but of what stands before it.
    const wait = retryAfterMs === undefined ? {} : { "retry-after": String(retryAfterMs / 1000) };
    return { status, headers: { "content-type": "application/json", ...wait }, pieces: [JSON.stringify({ id: "b1f5", message: `${words}${message}` })] };
  },
  read: ({ body }) => seenOf(body),
};

/** The status by class, and the words that tell it from others with the same. */
const failures: { readonly [C in ErrorClass]?: readonly [status: number, words?: string] } = {
  rate_limit: [429],
  quota: [402],
  server_error: [500],
  auth: [401],
  not_found: [404],
  invalid_request: [400],
  context_length: [400, "too many tokens: "],
  content_filter: [498],
};

const finishes = {
  max_tokens: "MAX_TOKENS",
  // One of those to come: all that there are have a word of ours.
  other: "UNHEARD_OF",
} as const;

/** Text and calls may stand together in a reply, though its models put what they say before a call into the plan. */
function eventsOf({ text = [], reasoning = [], toolCalls = [], finish = "stop", usage = someUsage, broken }: ScriptedReply): string[] {
  const options: ReplyOptions = {
    pieces: text,
    thinking: reasoning.join(""),
    toolCalls: toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: JSON.stringify(args) })),
    usage: usage === null ? null : wireUsage(usage),
    ...(finish in finishes ? { finish: finishes[finish as keyof typeof finishes] } : {}),
  };
  return replyEvents("", broken === undefined ? options : { ...options, finish: broken.class === "timeout" ? "TIMEOUT" : "ERROR", error: broken.message });
}

/** What Cohere puts before every prompt is counted in `tokens` alone. */
function wireUsage({ input, cachedInput, output }: Usage): JsonObject {
  return {
    billed_units: { input_tokens: input, output_tokens: output },
    tokens: { input_tokens: input + 500, output_tokens: output },
    cached_tokens: cachedInput,
  };
}

interface WirePart {
  readonly type: "text" | "image_url" | "thinking";
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}
interface WireMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content?: string | readonly WirePart[];
  readonly tool_plan?: string;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}
interface WireRequest {
  readonly model: string;
  readonly messages: readonly WireMessage[];
  readonly tools?: readonly { readonly function: Seen["tools"][number] }[];
  readonly tool_choice?: "REQUIRED" | "NONE";
  readonly response_format?: { readonly json_schema: JsonSchema };
  readonly thinking?: { readonly type: "enabled" | "disabled" };
  readonly [parameter: string]: unknown;
}

const names: Readonly<Record<string, string>> = { temperature: "temperature", p: "top_p", max_tokens: "max_tokens", stop_sequences: "stop", seed: "seed" };
const choices = { REQUIRED: "required", NONE: "none" } as const;

function seenOf(body: unknown): Seen {
  const request = body as WireRequest;
  const { model, messages, tools = [], tool_choice: choice, response_format: format, thinking } = request;
  const parameters = Object.entries(names).flatMap(([wire, ours]) => (request[wire] === undefined ? [] : [[ours, request[wire] as Json] as const]));
  return {
    model,
    system: messages.flatMap((message) => (message.role === "system" ? [textOf(message)] : [])).join("\n"),
    messages: messagesOf(messages.filter(({ role }) => role !== "system")),
    tools: tools.map((tool) => tool.function),
    toolChoice: choice === undefined ? "auto" : choices[choice],
    ...(format === undefined ? {} : { output: format.json_schema }),
    parameters: { ...Object.fromEntries(parameters), ...(thinking === undefined ? {} : { reasoning: thinking.type === "enabled" ? "on" : "none" }) },
  };
}

/** A text beside calls is their plan: content is not allowed there. */
function textOf({ content = "", tool_plan: plan = "" }: WireMessage): string {
  return plan + (typeof content === "string" ? content : content.map(({ text = "" }) => text).join(""));
}

function messagesOf(all: readonly WireMessage[]): SeenMessage[] {
  const messages: SeenMessage[] = [];
  for (const message of all) {
    const last = messages.at(-1);
    const text = textOf(message);
    if (message.role === "assistant") {
      const calls = message.tool_calls?.map((call) => ({ name: call.function.name, arguments: JSON.parse(call.function.arguments) as Json }));
      messages.push({ role: "assistant", text, ...(calls === undefined ? {} : { calls }) });
    } else if (message.role !== "tool") {
      const parts = typeof message.content === "string" ? [] : (message.content ?? []);
      messages.push(
        userSaid(
          text,
          parts.flatMap((part) => bytesIn(part.image_url?.url)),
          [],
        ),
      );
    } else if (last?.role !== "tool") messages.push({ role: "tool", results: [text] });
    else messages[messages.length - 1] = { role: "tool", results: [...last.results, text] };
  }
  return messages;
}
