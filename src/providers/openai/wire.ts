import { type ContentPart, type FinishReason, type Message, type ModelRequest, ProviderError, type ToolChoice } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { count, isObject } from "../common/json.ts";
import { addressOf, dataUrl, fileName } from "./attachments.ts";
import type { ProtocolOptions } from "./options.ts";

/**
 * The request's body. Source of every field: `ChatCompletionCreateParamsStreaming` of the `openai` package 7.57
 * (https://platform.openai.com/docs/api-reference/chat/create). `extra` comes last and wins.
 * Throws a `ProviderError` for what the API has no place for.
 */
export function toBody(request: ModelRequest, options: Pick<ProtocolOptions, "max_tokens_field"> = {}): JsonObject {
  const { parameters, output } = request;
  const body: Record<string, Json> = { model: request.model, messages: request.messages.map(toMessage) };
  if (request.tools.length > 0) {
    body["tools"] = request.tools.map(({ name, description, parameters: schema }) => ({
      type: "function",
      function: { name, ...(description === undefined ? {} : { description }), parameters: schema },
    }));
    // "auto" is what the API does by itself.
    if (request.toolChoice !== "auto") body["tool_choice"] = toToolChoice(request.toolChoice);
  }
  if (output !== undefined) {
    // A name has at most 64 characters; it is told to the model, and nothing refers to it.
    body["response_format"] = { type: "json_schema", json_schema: { name: output.name.slice(0, 64), schema: output.schema, strict: output.strict } };
  }
  if (parameters.max_tokens !== undefined) body[options.max_tokens_field ?? "max_completion_tokens"] = parameters.max_tokens;
  if (parameters.temperature !== undefined) body["temperature"] = parameters.temperature;
  if (parameters.top_p !== undefined) body["top_p"] = parameters.top_p;
  if (parameters.stop !== undefined) body["stop"] = parameters.stop;
  if (parameters.seed !== undefined) body["seed"] = parameters.seed;
  if (parameters.reasoning !== undefined) body["reasoning_effort"] = parameters.reasoning;
  body["stream"] = true;
  body["stream_options"] = { include_usage: true };
  return request.extra === undefined ? body : { ...body, ...request.extra };
}

function toMessage(message: Message): JsonObject {
  if (message.role === "tool") {
    if (message.parts?.some(({ type }) => type !== "text")) throw lacking(`A result of the tool "${message.name}" holds an image or a file`);
    return { role: "tool", tool_call_id: message.callId, content: message.content };
  }
  if (message.role === "user" && message.parts?.some(({ type }) => type !== "text")) return { role: "user", content: message.parts.map(toPart) };
  if (message.role !== "assistant" || message.toolCalls === undefined || message.toolCalls.length === 0) {
    return { role: message.role, content: message.content };
  }
  return {
    role: "assistant",
    // As the API itself gives it back for a turn that only called tools.
    content: message.content === "" ? null : message.content,
    tool_calls: message.toolCalls.map((call) => ({ id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } })),
  };
}

/** Marks of what to cache are not sent: the vendor caches by rules of its own (`caching` of the kind). */
function toPart(part: ContentPart): JsonObject {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "image") return { type: "image_url", image_url: { url: addressOf(part) } };
  if (part.url !== undefined) throw lacking(`The file ${part.url} is named by its address`);
  return { type: "file", file: { filename: fileName(part), file_data: dataUrl(part) } };
}

function lacking(what: string): ProviderError {
  return new ProviderError("invalid_request", `${what}, which chat completions have no place for.`, { hint: "Write `api: responses` on the provider." });
}

function toToolChoice(choice: ToolChoice): Json {
  return typeof choice === "string" ? choice : { type: "function", function: { name: choice.tool } };
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "max_tokens",
  tool_calls: "tool_calls",
  // The reply of models from before tools had ids.
  function_call: "tool_calls",
  content_filter: "content_filter",
};

/** Why the reply ended, in our words. */
export function toFinishReason(reason: string): FinishReason {
  return Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? "other") : "other";
}

/**
 * `CompletionUsage` as our one convention: `prompt_tokens` holds the cached and the written ones already, `completion_tokens`
 * the reasoning ones. Undefined where the object counts nothing.
 */
export function toUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const input = count(usage["prompt_tokens"]);
  const output = count(usage["completion_tokens"]);
  if (input === undefined && output === undefined) return undefined;
  const prompt = isObject(usage["prompt_tokens_details"]) ? usage["prompt_tokens_details"] : {};
  const completion = isObject(usage["completion_tokens_details"]) ? usage["completion_tokens_details"] : {};
  return {
    input: input ?? 0,
    cachedInput: count(prompt["cached_tokens"]) ?? 0,
    cacheWrite: count(prompt["cache_write_tokens"]) ?? 0,
    output: output ?? 0,
    reasoning: count(completion["reasoning_tokens"]) ?? 0,
  };
}

/** What OpenRouter reports it charged, in US dollars, beside the tokens (https://openrouter.ai/docs/use-cases/usage-accounting). */
export function toCost(usage: unknown): number | undefined {
  const cost = isObject(usage) ? usage["cost"] : undefined;
  return typeof cost === "number" && Number.isFinite(cost) && cost >= 0 ? cost : undefined;
}
