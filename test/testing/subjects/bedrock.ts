import type { Usage } from "../../../src/agent/usage.ts";
import type { ErrorClass } from "../../../src/diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../../../src/diagnostics/json.ts";
import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { bedrock } from "../../../src/providers/bedrock/index.ts";
import { bedrockKind } from "../../../src/providers/bedrock/kind.ts";
import type { Backend, Rendered, ScriptedFailure, ScriptedReply, Seen, SeenMessage, Subject } from "../../../src/testing/index.ts";
import { someUsage } from "../../../src/testing/index.ts";
import { event, eventStream, exception } from "../../support/bedrock-server.ts";

/** ConverseStream. Facts: its reference (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html). */
export const bedrockSubject: Subject = {
  name: "bedrock",
  open: (origin, secret) => bedrock({ region: "eu-central-1", api_key: secret, base_url: origin }, { fetch: guardedFetch() }),
  get backend() {
    return converseBackend;
  },
  abilities: {
    tools: true,
    toolChoices: bedrockKind.toolChoices,
    nativeOutput: true,
    parameters: bedrockKind.parameters,
    images: true,
    documents: true,
    reasoning: true,
    // Thinking is within the output, and not told apart.
    usage: ["cachedInput", "cacheWrite"],
    errors: ["rate_limit", "quota", "overloaded", "timeout", "server_error", "auth", "not_found", "invalid_request", "context_length", "content_filter"],
    // The five exceptions of `ConverseStreamOutput`.
    streamErrors: ["rate_limit", "overloaded", "server_error", "invalid_request", "context_length", "content_filter"],
    // `StopReason` has none for a model that refuses.
    finishReasons: ["stop", "tool_calls", "max_tokens", "content_filter", "other"],
  },
};

/** By class: the status, the exception, and what the service says where that is one of several meanings. */
const failures: { readonly [C in ErrorClass]?: readonly [status: number, name: string, words?: string] } = {
  rate_limit: [429, "ThrottlingException"],
  quota: [400, "ServiceQuotaExceededException"],
  overloaded: [503, "ServiceUnavailableException"],
  timeout: [408, "ModelTimeoutException"],
  server_error: [500, "InternalServerException"],
  auth: [403, "AccessDeniedException"],
  not_found: [404, "ResourceNotFoundException"],
  invalid_request: [400, "ValidationException"],
  context_length: [400, "ValidationException", "Input is too long for requested model."],
  content_filter: [400, "ValidationException", "Output blocked by content filtering policy."],
};

const stopReasons: Readonly<Record<NonNullable<ScriptedReply["finish"]>, string>> = {
  stop: "end_turn",
  tool_calls: "tool_use",
  max_tokens: "max_tokens",
  content_filter: "guardrail_intervened",
  refusal: "content_filtered",
  other: "unheard_of",
};

const converseBackend: Backend = {
  reply: (reply) => ({ status: 200, headers: { "content-type": eventStream, "x-amzn-requestid": "request-1" }, pieces: events(reply) }),
  failure({ class: errorClass, message, retryAfterMs }: ScriptedFailure): Rendered {
    const { status, name, words } = failed(errorClass, message);
    return {
      status,
      headers: {
        "content-type": "application/json",
        "x-amzn-requestid": "request-1",
        "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
        // Milliseconds, as the SDK reads it (`parseRetryAfterHeader` of `@smithy/core`).
        ...(retryAfterMs === undefined ? {} : { "x-amz-retry-after": String(retryAfterMs) }),
      },
      pieces: [JSON.stringify({ message: words })],
    };
  },
  read: ({ url, body }) => seenOf(url, body as unknown as WireRequest),
};

function failed(errorClass: ErrorClass, message: string): { status: number; name: string; words: string } {
  const [status, name, words] = failures[errorClass] ?? [500, "InternalServerException"];
  return { status, name, words: words === undefined ? message : `${words} ${message}` };
}

function events({ text = [], reasoning = [], toolCalls = [], finish, usage = someUsage, broken }: ScriptedReply): Uint8Array[] {
  let index = 0;
  // Only a call has a beginning: texts begin with their first delta.
  const block = (start: object | undefined, deltas: readonly object[]): Uint8Array[] => {
    const contentBlockIndex = index++;
    return [
      ...(start === undefined ? [] : [event("contentBlockStart", { contentBlockIndex, start })]),
      ...deltas.map((delta) => event("contentBlockDelta", { contentBlockIndex, delta })),
      event("contentBlockStop", { contentBlockIndex }),
    ];
  };
  const thinking = [...reasoning.map((piece) => ({ text: piece })), { signature: "c2lnbmVk" }];
  const head = [
    event("messageStart", { role: "assistant" }),
    ...(reasoning.length === 0
      ? []
      : block(
          undefined,
          thinking.map((reasoningContent) => ({ reasoningContent })),
        )),
    ...(text.length === 0
      ? []
      : block(
          undefined,
          text.map((piece) => ({ text: piece })),
        )),
  ];
  if (broken !== undefined) {
    const { name, words } = failed(broken.class, broken.message);
    return [...head, exception(`${name.charAt(0).toLowerCase()}${name.slice(1)}`, { message: words })];
  }
  return [
    ...head,
    ...toolCalls.flatMap(({ id, name, arguments: args }) => {
      // A call without arguments has one delta, which is empty.
      const json = Object.keys(args).length === 0 ? "" : JSON.stringify(args);
      const half = Math.floor(json.length / 2);
      return block(
        { toolUse: { toolUseId: id, name } },
        ["", json.slice(0, half), json.slice(half)].map((input) => ({ toolUse: { input } })),
      );
    }),
    event("messageStop", { stopReason: stopReasons[finish ?? (toolCalls.length > 0 ? "tool_calls" : "stop")] }),
    event("metadata", { metrics: { latencyMs: 120 }, ...(usage === null ? {} : { usage: wireUsage(usage) }) }),
  ];
}

function wireUsage({ input, cachedInput, cacheWrite, output }: Usage): JsonObject {
  return {
    inputTokens: input - cachedInput - cacheWrite,
    cacheReadInputTokens: cachedInput,
    cacheWriteInputTokens: cacheWrite,
    outputTokens: output,
    totalTokens: input + output,
  };
}

interface WireBlock {
  readonly text?: string;
  readonly image?: { readonly source: { readonly bytes: string } };
  readonly document?: { readonly source: { readonly bytes: string } };
  readonly toolUse?: { readonly name: string; readonly input: Json };
  readonly toolResult?: { readonly content: readonly WireBlock[] };
}
interface WireRequest {
  readonly messages: readonly { readonly role: "user" | "assistant"; readonly content: readonly WireBlock[] }[];
  readonly system?: readonly WireBlock[];
  readonly inferenceConfig?: { readonly [key: string]: Json };
  readonly toolConfig?: {
    readonly tools: readonly {
      readonly toolSpec: { readonly name: string; readonly description?: string; readonly inputSchema: { readonly json: JsonSchema } };
    }[];
    readonly toolChoice?: { readonly any?: object; readonly tool?: { readonly name: string } };
  };
  readonly outputConfig?: { readonly effort?: string; readonly textFormat?: { readonly structure: { readonly jsonSchema: { readonly schema: string } } } };
}

const names: Readonly<Record<string, string>> = { temperature: "temperature", topP: "top_p", maxTokens: "max_tokens", stopSequences: "stop" };
const textOf = (blocks: readonly WireBlock[]): string => blocks.map(({ text = "" }) => text).join("");

function seenOf(url: string, { messages, system = [], inferenceConfig = {}, toolConfig, outputConfig }: WireRequest): Seen {
  const { toolChoice: choice, tools = [] } = toolConfig ?? {};
  const parameters = Object.entries(names).flatMap(([wire, ours]) => (inferenceConfig[wire] === undefined ? [] : [[ours, inferenceConfig[wire]] as const]));
  return {
    model: decodeURIComponent(/^\/model\/([^/]+)\//.exec(url)?.[1] ?? ""),
    system: textOf(system),
    messages: messages.flatMap(seenMessages),
    tools: tools.map(({ toolSpec: { inputSchema, ...tool } }) => ({ ...tool, parameters: inputSchema.json })),
    toolChoice: choice?.tool !== undefined ? { tool: choice.tool.name } : choice?.any !== undefined ? "required" : "auto",
    ...(outputConfig?.textFormat === undefined ? {} : { output: JSON.parse(outputConfig.textFormat.structure.jsonSchema.schema) as JsonSchema }),
    parameters: { ...Object.fromEntries(parameters), ...(outputConfig?.effort === undefined ? {} : { reasoning: outputConfig.effort }) },
  };
}

/** A message of the user's may hold results of tools, and what the user says after them. */
function seenMessages({ role, content }: WireRequest["messages"][number]): SeenMessage[] {
  const text = textOf(content);
  if (role === "assistant") {
    const calls = content.flatMap(({ toolUse: call }) => (call === undefined ? [] : [{ name: call.name, arguments: call.input }]));
    return [{ role, text, ...(calls.length === 0 ? {} : { calls }) }];
  }
  const results = content.flatMap(({ toolResult }) => (toolResult === undefined ? [] : [textOf(toolResult.content)]));
  const images = content.flatMap(({ image }) => (image === undefined ? [] : [image.source.bytes]));
  const files = content.flatMap(({ document }) => (document === undefined ? [] : [document.source.bytes]));
  const user: SeenMessage = { role, text, ...(images.length === 0 ? {} : { images }), ...(files.length === 0 ? {} : { files }) };
  if (results.length === 0) return [user];
  return [{ role: "tool", results }, ...(content.length > results.length ? [user] : [])];
}
