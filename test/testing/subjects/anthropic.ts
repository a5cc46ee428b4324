import type { Usage } from "../../../src/agent/usage.ts";
import type { ErrorClass } from "../../../src/diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../../../src/diagnostics/json.ts";
import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { anthropic } from "../../../src/providers/anthropic/index.ts";
import { anthropicKind } from "../../../src/providers/anthropic/kind.ts";
import type { Backend, ReceivedRequest, Rendered, ScriptedFailure, ScriptedReply, Seen, SeenMessage, Subject } from "../../../src/testing/index.ts";
import { someUsage } from "../../../src/testing/index.ts";
import { errorBody, event } from "../../support/anthropic-server.ts";

/** The Messages API. Facts: its reference (https://platform.claude.com/docs/en/api/messages, …/errors, …/build-with-claude/streaming). */
export const anthropicSubject: Subject = {
  name: "anthropic",
  open: (origin, secret) => anthropic({ api_key: secret, base_url: origin }, { fetch: guardedFetch() }),
  get backend() {
    return messagesBackend;
  },
  abilities: {
    tools: true,
    toolChoices: anthropicKind.toolChoices,
    nativeOutput: true,
    parameters: anthropicKind.parameters,
    images: true,
    documents: true,
    reasoning: true,
    usage: ["cachedInput", "cacheWrite", "reasoning"],
    errors: ["rate_limit", "quota", "overloaded", "timeout", "server_error", "auth", "not_found", "invalid_request", "context_length", "content_filter"],
    streamErrors: ["rate_limit", "overloaded", "timeout", "server_error", "invalid_request"],
    // A reply that a classifier stops is a refusal: there is no reason of its own for a filter.
    finishReasons: ["stop", "tool_calls", "max_tokens", "refusal", "other"],
  },
};

/** By class: the status, the error's type, and what the API says where the type is one of several meanings. */
const failures: { readonly [C in ErrorClass]?: readonly [status: number, type: string, words?: string] } = {
  rate_limit: [429, "rate_limit_error"],
  quota: [402, "billing_error"],
  overloaded: [529, "overloaded_error"],
  timeout: [504, "timeout_error"],
  server_error: [500, "api_error"],
  auth: [401, "authentication_error"],
  not_found: [404, "not_found_error"],
  invalid_request: [400, "invalid_request_error"],
  context_length: [400, "invalid_request_error", "prompt is too long: 200251 tokens > 200000 maximum"],
  content_filter: [400, "invalid_request_error", "Output blocked by content filtering policy"],
};

const stopReasons: Readonly<Record<NonNullable<ScriptedReply["finish"]>, string>> = {
  stop: "end_turn",
  tool_calls: "tool_use",
  max_tokens: "max_tokens",
  refusal: "refusal",
  content_filter: "refusal",
  other: "pause_turn",
};

const messagesBackend: Backend = {
  reply: (reply, request) => ({
    status: 200,
    headers: { "content-type": "text/event-stream; charset=utf-8", "request-id": "req_1" },
    pieces: events(reply, request),
  }),
  failure({ class: errorClass, message, retryAfterMs }: ScriptedFailure): Rendered {
    const [status, body] = failed(errorClass, message);
    const retry = retryAfterMs === undefined ? {} : { "retry-after": String(retryAfterMs / 1000) };
    return { status, headers: { "content-type": "application/json", "request-id": "req_1", ...retry }, pieces: [JSON.stringify(body)] };
  },
  read: ({ body }) => seenOf(body as unknown as WireRequest),
};

function failed(errorClass: ErrorClass, message: string): [status: number, body: object] {
  const [status, type, words] = failures[errorClass] ?? [500, "api_error"];
  return [status, errorBody(type, words === undefined ? message : `${words}. ${message}`)];
}

function events(reply: ScriptedReply, { body }: ReceivedRequest): string[] {
  const { text = [], reasoning = [], toolCalls = [], broken } = reply;
  const usage = reply.usage === undefined ? someUsage : reply.usage;
  const finish = reply.finish ?? (toolCalls.length > 0 ? "tool_calls" : "stop");
  let index = 0;
  const block = (beginning: JsonObject, deltas: readonly JsonObject[]): string[] => {
    const at = index++;
    return [
      event({ type: "content_block_start", index: at, content_block: beginning }),
      ...deltas.map((delta) => event({ type: "content_block_delta", index: at, delta })),
      event({ type: "content_block_stop", index: at }),
    ];
  };
  const message = { id: "msg_1", type: "message", role: "assistant", model: String((body as JsonObject | undefined)?.["model"]), content: [] };
  const head = [
    event({
      type: "message_start",
      message: {
        ...message,
        stop_reason: null,
        stop_sequence: null,
        ...(usage === null ? {} : { usage: { ...wireInput(usage), output_tokens: Math.min(1, usage.output) } }),
      },
    }),
    event({ type: "ping" }),
    ...(reasoning.length === 0
      ? []
      : block({ type: "thinking", thinking: "", signature: "" }, [
          ...reasoning.map((thinking) => ({ type: "thinking_delta", thinking })),
          { type: "signature_delta", signature: "c2lnbmVk" },
        ])),
    ...(text.length === 0
      ? []
      : block(
          { type: "text", text: "" },
          text.map((piece) => ({ type: "text_delta", text: piece })),
        )),
  ];
  if (broken !== undefined) return [...head, `event: error\ndata: ${JSON.stringify(failed(broken.class, broken.message)[1])}\n\n`];
  return [
    ...head,
    ...toolCalls.flatMap(({ id, name, arguments: args }) => {
      // A call without arguments has one delta, which is empty.
      const json = Object.keys(args).length === 0 ? "" : JSON.stringify(args);
      const half = Math.floor(json.length / 2);
      const parts = ["", ...[json.slice(0, half), json.slice(half)].filter((part) => part !== "")];
      return block(
        { type: "tool_use", id, name, input: {} },
        parts.map((part) => ({ type: "input_json_delta", partial_json: part })),
      );
    }),
    event({
      type: "message_delta",
      delta: { stop_reason: stopReasons[finish], stop_sequence: null },
      ...(usage === null ? {} : { usage: { ...wireInput(usage), output_tokens: usage.output, output_tokens_details: { thinking_tokens: usage.reasoning } } }),
    }),
    event({ type: "message_stop" }),
  ];
}

function wireInput({ input, cachedInput, cacheWrite }: Usage): JsonObject {
  return { input_tokens: input - cachedInput - cacheWrite, cache_read_input_tokens: cachedInput, cache_creation_input_tokens: cacheWrite };
}

interface WireBlock {
  readonly type: string;
  readonly text?: string;
  readonly source?: { readonly data: string };
  readonly name?: string;
  readonly input?: Json;
  readonly content?: WireContent;
}
type WireContent = string | readonly WireBlock[];
interface WireRequest {
  readonly model: string;
  readonly system?: WireContent;
  readonly messages: readonly { readonly role: "user" | "assistant"; readonly content: WireContent }[];
  readonly tools?: readonly { readonly name: string; readonly description?: string; readonly input_schema: JsonSchema }[];
  readonly tool_choice?: { readonly type: "auto" | "any" | "none" | "tool"; readonly name?: string };
  readonly max_tokens?: number;
  readonly stop_sequences?: readonly string[];
  readonly output_config?: { readonly effort?: string; readonly format?: { readonly schema: JsonSchema } };
}

const blocksOf = (content: WireContent = []): readonly WireBlock[] => (typeof content === "string" ? [{ type: "text", text: content }] : content);
const textOf = (content: WireContent | undefined): string =>
  blocksOf(content)
    .map(({ text = "" }) => text)
    .join("");

function seenOf({ model, system, messages, tools = [], tool_choice: choice, max_tokens, stop_sequences: stop, output_config: output }: WireRequest): Seen {
  return {
    model,
    system: textOf(system),
    messages: messages.flatMap(seenMessages),
    tools: tools.map(({ input_schema: parameters, ...tool }) => ({ ...tool, parameters })),
    toolChoice: choice?.name !== undefined ? { tool: choice.name } : choice?.type === "any" ? "required" : choice?.type === "none" ? "none" : "auto",
    ...(output?.format === undefined ? {} : { output: output.format.schema }),
    parameters: {
      ...(max_tokens === undefined ? {} : { max_tokens }),
      ...(stop === undefined ? {} : { stop }),
      ...(output?.effort === undefined ? {} : { reasoning: output.effort }),
    },
  };
}

/** A message of the user's may hold results of tools, and what the user says after them. */
function seenMessages({ role, content }: WireRequest["messages"][number]): SeenMessage[] {
  const blocks = blocksOf(content);
  const of = (type: string): readonly WireBlock[] => blocks.filter((block) => block.type === type);
  const dataOf = ({ source }: WireBlock): string => source?.data ?? "";
  const text = textOf(blocks);
  if (role === "assistant") {
    const calls = of("tool_use").map(({ name = "", input = null }) => ({ name, arguments: input }));
    return [{ role, text, ...(calls.length === 0 ? {} : { calls }) }];
  }
  const [results, images, files] = [of("tool_result").map((block) => textOf(block.content)), of("image").map(dataOf), of("document").map(dataOf)];
  const user: SeenMessage = { role, text, ...(images.length === 0 ? {} : { images }), ...(files.length === 0 ? {} : { files }) };
  if (results.length === 0) return [user];
  return [{ role: "tool", results }, ...(blocks.length > results.length ? [user] : [])];
}
