import type { Usage } from "../../../src/agent/usage.ts";
import type { ErrorClass } from "../../../src/diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../../../src/diagnostics/json.ts";
import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { gemini } from "../../../src/providers/gemini/index.ts";
import { geminiKind } from "../../../src/providers/gemini/kind.ts";
import type { Backend, ReceivedRequest, ScriptedReply, Seen, SeenMessage, Subject } from "../../../src/testing/index.ts";
import { someUsage } from "../../../src/testing/index.ts";
import { errorBody, errorInfo, eventsOf, quotaFailure, retryInfo } from "../../support/gemini-server.ts";

/** The Gemini API. Facts: its reference (https://ai.google.dev/api/generate-content, https://ai.google.dev/gemini-api/docs/troubleshooting). */
export const geminiSubject: Subject = {
  name: "gemini",
  open: (origin, secret) => gemini({ api_key: secret, base_url: origin }, { fetch: guardedFetch() }),
  get backend() {
    return generateBackend({ ...failures, auth: [400, "INVALID_ARGUMENT", [errorInfo("API_KEY_INVALID")]] });
  },
  abilities: {
    tools: true,
    toolChoices: geminiKind.toolChoices,
    nativeOutput: true,
    parameters: geminiKind.parameters,
    images: true,
    documents: true,
    reasoning: true,
    // What is written to a cache is not counted.
    usage: ["cachedInput", "reasoning"],
    // A prompt that is blocked is told by a word alone here, and in words by Vertex AI.
    errors: ["rate_limit", "quota", "overloaded", "timeout", "server_error", "auth", "not_found", "invalid_request", "context_length"],
    streamErrors: ["rate_limit", "quota", "overloaded", "timeout", "server_error", "invalid_request"],
    // There is none for a model that refuses.
    finishReasons: ["stop", "tool_calls", "max_tokens", "content_filter", "other"],
  },
};

/** By class: the status, its name, details, and what the API says where these are one of several meanings. */
export type Failures = { readonly [C in ErrorClass]?: readonly [code: number, name: string, details?: readonly object[], words?: string] };
export const failures: Failures = {
  rate_limit: [429, "RESOURCE_EXHAUSTED", [quotaFailure("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")]],
  quota: [429, "RESOURCE_EXHAUSTED", [quotaFailure("GenerateRequestsPerDayPerProjectPerModel-FreeTier")]],
  overloaded: [503, "UNAVAILABLE"],
  timeout: [504, "DEADLINE_EXCEEDED"],
  server_error: [500, "INTERNAL"],
  not_found: [404, "NOT_FOUND"],
  invalid_request: [400, "INVALID_ARGUMENT"],
  context_length: [400, "INVALID_ARGUMENT", [], "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."],
};

const finishReasons: Readonly<Record<NonNullable<ScriptedReply["finish"]>, string>> = {
  stop: "STOP",
  tool_calls: "STOP",
  max_tokens: "MAX_TOKENS",
  content_filter: "SAFETY",
  refusal: "SAFETY",
  other: "OTHER",
};

/** `generateContent` of the Gemini API and of Vertex AI, which differ in how some failures are told. */
export function generateBackend(known: Failures): Backend {
  const failed = (errorClass: ErrorClass, message: string, retryAfterMs?: number): [code: number, body: object] => {
    const [code, name, details = [], words] = known[errorClass] ?? [500, "INTERNAL"];
    const retry = retryAfterMs === undefined ? [] : [retryInfo(`${retryAfterMs / 1000}s`)];
    return [code, errorBody(code, name, words === undefined ? message : `${words} ${message}`, [...details, ...retry])];
  };
  return {
    reply: (reply, request) => ({
      status: 200,
      headers: { "content-type": "text/event-stream" },
      // An error inside a stream is bare JSON behind the events.
      pieces: [
        ...eventsOf(responses(reply, request)),
        ...(reply.broken === undefined ? [] : [JSON.stringify(failed(reply.broken.class, reply.broken.message)[1], undefined, 2)]),
      ],
    }),
    failure({ class: errorClass, message, retryAfterMs }) {
      if (errorClass === "content_filter") {
        const blocked = {
          promptFeedback: { blockReason: "PROHIBITED_CONTENT", blockReasonMessage: message },
          usageMetadata: { promptTokenCount: 20, totalTokenCount: 20 },
        };
        return { status: 200, headers: { "content-type": "text/event-stream" }, pieces: eventsOf([blocked]) };
      }
      const [status, body] = failed(errorClass, message, retryAfterMs);
      return { status, headers: { "content-type": "application/json; charset=UTF-8" }, pieces: [JSON.stringify(body, undefined, 2)] };
    },
    read: ({ url, body }) => seenOf(modelOf(url), body as unknown as WireRequest),
  };
}

/** Each piece is a part in a response of its own; calls are whole, and the first is signed; the last response has the reason. */
function responses({ text = [], reasoning = [], toolCalls = [], finish, usage = someUsage, broken }: ScriptedReply, { url }: ReceivedRequest): object[] {
  const parts: object[] = [
    ...reasoning.map((piece) => ({ text: piece, thought: true })),
    ...text.map((piece) => ({ text: piece })),
    ...toolCalls.map(({ id, name, arguments: args }, index) => ({
      functionCall: { name, args, id },
      ...(index === 0 ? { thoughtSignature: "c2lnbmVk" } : {}),
    })),
  ];
  if (broken === undefined) parts.push({ text: "" });
  return parts.map((part, index) => ({
    candidates: [
      {
        content: { parts: [part], role: "model" },
        ...(broken === undefined && index === parts.length - 1 ? { finishReason: finishReasons[finish ?? "stop"] } : {}),
        index: 0,
      },
    ],
    ...(usage === null ? {} : { usageMetadata: wireUsage(usage) }),
    modelVersion: modelOf(url),
    responseId: "resp-1",
  }));
}

function wireUsage({ input, cachedInput, output, reasoning }: Usage): JsonObject {
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    totalTokenCount: input + output,
    ...(cachedInput === 0 ? {} : { cachedContentTokenCount: cachedInput }),
    ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
  };
}

interface WirePart {
  readonly text?: string;
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
  readonly functionCall?: { readonly name: string; readonly args: Json };
  readonly functionResponse?: { readonly name: string; readonly response: JsonObject };
}
interface WireRequest {
  readonly contents: readonly { readonly role: "user" | "model"; readonly parts: readonly WirePart[] }[];
  readonly systemInstruction?: { readonly parts: readonly WirePart[] };
  readonly tools?: readonly {
    readonly functionDeclarations: readonly { readonly name: string; readonly description?: string; readonly parametersJsonSchema: JsonSchema }[];
  }[];
  readonly toolConfig?: { readonly functionCallingConfig: { readonly mode: "AUTO" | "ANY" | "NONE"; readonly allowedFunctionNames?: readonly string[] } };
  readonly generationConfig?: { readonly [key: string]: Json };
}

function modelOf(url: string): string {
  return decodeURIComponent(/\/models\/([^/:]+):streamGenerateContent/.exec(url)?.[1] ?? "");
}

const names: Readonly<Record<string, string>> = {
  temperature: "temperature",
  topP: "top_p",
  maxOutputTokens: "max_tokens",
  stopSequences: "stop",
  seed: "seed",
};
const textOf = (parts: readonly WirePart[]): string => parts.map(({ text = "" }) => text).join("");

function seenOf(model: string, { contents, systemInstruction, tools = [], toolConfig, generationConfig = {} }: WireRequest): Seen {
  const { mode = "AUTO", allowedFunctionNames: [only] = [] } = toolConfig?.functionCallingConfig ?? {};
  const thinking = generationConfig["thinkingConfig"] as { readonly thinkingLevel: string } | undefined;
  const parameters = Object.entries(names).flatMap(([wire, ours]) => (generationConfig[wire] === undefined ? [] : [[ours, generationConfig[wire]] as const]));
  return {
    model,
    system: textOf(systemInstruction?.parts ?? []),
    messages: contents.map(seenMessage),
    tools: tools.flatMap(({ functionDeclarations }) =>
      functionDeclarations.map(({ parametersJsonSchema: schema, ...tool }) => ({ ...tool, parameters: schema })),
    ),
    toolChoice: only !== undefined ? { tool: only } : ({ AUTO: "auto", ANY: "required", NONE: "none" } as const)[mode],
    ...(generationConfig["responseJsonSchema"] === undefined ? {} : { output: generationConfig["responseJsonSchema"] as JsonSchema }),
    parameters: { ...Object.fromEntries(parameters), ...(thinking === undefined ? {} : { reasoning: thinking.thinkingLevel.toLowerCase() }) },
  };
}

function seenMessage({ role, parts }: WireRequest["contents"][number]): SeenMessage {
  const text = textOf(parts);
  if (role === "model") {
    const calls = parts.flatMap(({ functionCall: call }) => (call === undefined ? [] : [{ name: call.name, arguments: call.args }]));
    return { role: "assistant", text, ...(calls.length === 0 ? {} : { calls }) };
  }
  // A result that is no object stands under `output`.
  const results = parts.flatMap(({ functionResponse: given }) => {
    if (given === undefined) return [];
    const { output } = given.response;
    return [typeof output === "string" ? output : JSON.stringify(output ?? given.response)];
  });
  if (results.length > 0) return { role: "tool", results };
  const data = parts.flatMap(({ inlineData }) => (inlineData === undefined ? [] : [inlineData]));
  const images = data.filter(({ mimeType }) => mimeType.startsWith("image/")).map((each) => each.data);
  const files = data.filter(({ mimeType }) => !mimeType.startsWith("image/")).map((each) => each.data);
  return { role: "user", text, ...(images.length === 0 ? {} : { images }), ...(files.length === 0 ? {} : { files }) };
}
