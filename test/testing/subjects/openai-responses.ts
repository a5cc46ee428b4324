import type { Json, JsonObject, JsonSchema } from "../../../src/diagnostics/json.ts";
import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { openai } from "../../../src/providers/openai/index.ts";
import { openaiKind } from "../../../src/providers/openai/kind.ts";
import type { Backend, ScriptedReply, Seen, SeenMessage, Subject, Usage } from "../../../src/testing/index.ts";
import { someUsage } from "../../../src/testing/index.ts";
import { type ResponseOptions, responseEvents, type Said } from "../../support/responses-server.ts";
import { bytesIn, eventStream, openaiError, openaiErrors, openaiFailure, userSaid } from "./openai.ts";

/** The Responses API. Facts: its reference (https://platform.openai.com/docs/api-reference/responses). */
export const openaiResponsesSubject: Subject = {
  name: "openai (responses)",
  open: (origin, secret) => openai({ api_key: secret, base_url: `${origin}/v1`, api: "responses" }, { fetch: guardedFetch() }),
  get backend() {
    return responsesBackend;
  },
  abilities: {
    tools: true,
    toolChoices: openaiKind.toolChoices,
    nativeOutput: true,
    // It has neither `stop` nor `seed`.
    parameters: openaiKind.variants.api.responses.parameters,
    images: true,
    documents: true,
    reasoning: true,
    usage: ["cachedInput", "cacheWrite", "reasoning"],
    errors: openaiErrors,
    streamErrors: openaiErrors,
    finishReasons: ["stop", "tool_calls", "max_tokens", "content_filter", "refusal", "other"],
  },
};

const responsesBackend: Backend = {
  reply: (reply, { body }) => eventStream(eventsOf(reply, String((body as JsonObject)["model"]))),
  failure: openaiFailure,
  read: ({ body }) => seenOf(body),
};

/** Why a reply is incomplete. */
const incomplete = {
  max_tokens: "max_output_tokens",
  content_filter: "content_filter",
  // One of those to come: all that there are have a word of ours.
  other: "unheard_of",
} as const;

function eventsOf(reply: ScriptedReply, model: string): string[] {
  const { text = [], reasoning = [], toolCalls = [], finish = "stop", usage = someUsage, broken } = reply;
  const whole = text.join("");
  const message: Said = finish === "refusal" ? { refusal: whole, pieces: text } : { text: whole, pieces: text };
  const said: Said[] = [
    ...(reasoning.length === 0 ? [] : [{ reasoning: reasoning.join("") }]),
    // A reply without a word still has its message; one that only calls tools has none.
    ...(text.length === 0 && toolCalls.length > 0 ? [] : [message]),
    ...toolCalls.map(({ id, name, arguments: args }) => ({ call: name, arguments: JSON.stringify(args), id })),
  ];
  const options: ResponseOptions = { model, usage: usage === null ? null : wireUsage(usage) };
  if (broken !== undefined) {
    // What went wrong is an event of its own, then the response has failed: https://github.com/Wei-Shaw/sub2api/issues/6631
    const events = responseEvents(said, { ...options, status: "failed", error: { code: "server_error", message: broken.message } });
    const error = { type: "error", error: openaiError(broken), sequence_number: events.length };
    return [...events.slice(0, -1), `event: error\ndata: ${JSON.stringify(error)}\n\n`, ...events.slice(-1)];
  }
  const reason = finish in incomplete ? incomplete[finish as keyof typeof incomplete] : undefined;
  return responseEvents(said, reason === undefined ? options : { ...options, status: "incomplete", incomplete: reason });
}

function wireUsage({ input, cachedInput, cacheWrite, output, reasoning }: Usage): JsonObject {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cachedInput, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

interface WirePart {
  readonly type: "input_text" | "input_image" | "input_file";
  readonly text?: string;
  readonly image_url?: string;
  readonly file_data?: string;
}
type WireItem =
  | { readonly type?: undefined; readonly role: "system" | "user" | "assistant"; readonly content: string | readonly WirePart[] }
  | { readonly type: "function_call"; readonly call_id: string; readonly name: string; readonly arguments: string }
  | { readonly type: "function_call_output"; readonly call_id: string; readonly output: string };
interface WireRequest {
  readonly model: string;
  readonly instructions?: string;
  readonly input: readonly WireItem[];
  readonly tools?: readonly Seen["tools"][number][];
  readonly tool_choice?: "auto" | "required" | "none" | { readonly name: string };
  readonly text?: { readonly format: { readonly schema: JsonSchema } };
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_output_tokens?: number;
  readonly reasoning?: { readonly effort: string };
}

function isSystem(item: WireItem): item is Extract<WireItem, { readonly type?: undefined }> {
  return item.type === undefined && item.role === "system";
}

function seenOf(body: unknown): Seen {
  const { model, instructions = "", input, tools = [], tool_choice: choice = "auto", text, ...rest } = body as WireRequest;
  const { temperature, top_p, max_output_tokens: max_tokens, reasoning } = rest;
  const parameters = Object.entries({ temperature, top_p, max_tokens, reasoning: reasoning?.effort }).filter(([, value]) => value !== undefined);
  return {
    model,
    system: [instructions, ...input.flatMap((item) => (isSystem(item) ? [String(item.content)] : []))].join(""),
    messages: messagesOf(input.filter((item) => !isSystem(item))),
    tools: tools.map(({ name, description, parameters: schema }) => ({ name, ...(description === undefined ? {} : { description }), parameters: schema })),
    toolChoice: typeof choice === "string" ? choice : { tool: choice.name },
    ...(text === undefined ? {} : { output: text.format.schema }),
    parameters: Object.fromEntries(parameters) as Readonly<Record<string, Json>>,
  };
}

/** Items that follow one another belong to one turn: a text and the calls behind it, the results of several calls. */
function messagesOf(items: readonly WireItem[]): SeenMessage[] {
  const messages: SeenMessage[] = [];
  for (const item of items) {
    const last = messages.at(-1);
    if (item.type === "function_call") {
      const call = { name: item.name, arguments: JSON.parse(item.arguments) as Json };
      if (last?.role !== "assistant") messages.push({ role: "assistant", text: "", calls: [call] });
      else messages[messages.length - 1] = { ...last, calls: [...(last.calls ?? []), call] };
    } else if (item.type === "function_call_output") {
      if (last?.role !== "tool") messages.push({ role: "tool", results: [item.output] });
      else messages[messages.length - 1] = { role: "tool", results: [...last.results, item.output] };
    } else {
      const parts: readonly WirePart[] = typeof item.content === "string" ? [{ type: "input_text", text: item.content }] : item.content;
      const text = parts.map((part) => part.text ?? "").join("");
      if (item.role === "assistant") messages.push({ role: "assistant", text });
      else {
        const images = parts.flatMap((part) => bytesIn(part.image_url));
        messages.push(
          userSaid(
            text,
            images,
            parts.flatMap((part) => bytesIn(part.file_data)),
          ),
        );
      }
    }
  }
  return messages;
}
