import { type Attachment, type FinishReason, type Message, type ModelRequest, ProviderError, type ToolCall } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { count, isObject } from "../common/json.ts";

/**
 * The request's body. Source of every field: `V2ChatStreamRequest` and `ChatMessageV2` of the `cohere-ai` package 8.1
 * (https://docs.cohere.com/v2/reference/chat), in the names that go over the wire. `extra` comes last and wins.
 */
export function toBody(request: ModelRequest): JsonObject {
  const { parameters, output, toolChoice } = request;
  const body: Record<string, Json> = { model: request.model, messages: request.messages.map(toMessage) };
  if (request.tools.length > 0) {
    body["tools"] = request.tools.map(({ name, description, parameters: schema }) => ({
      type: "function",
      function: { name, ...(description === undefined ? {} : { description }), parameters: schema },
    }));
    // "auto" is what the API does by itself. No tool can be named: `check` says so.
    if (toolChoice !== "auto") body["tool_choice"] = toolChoice === "none" ? "NONE" : "REQUIRED";
  }
  if (output !== undefined) body["response_format"] = { type: "json_object", json_schema: output.schema };
  if (parameters.max_tokens !== undefined) body["max_tokens"] = parameters.max_tokens;
  if (parameters.temperature !== undefined) body["temperature"] = parameters.temperature;
  if (parameters.top_p !== undefined) body["p"] = parameters.top_p;
  if (parameters.stop !== undefined) body["stop_sequences"] = parameters.stop;
  if (parameters.seed !== undefined) body["seed"] = parameters.seed;
  if (parameters.reasoning !== undefined) body["thinking"] = { type: parameters.reasoning === "none" ? "disabled" : "enabled" };
  body["stream"] = true;
  return { ...body, ...request.extra };
}

function toMessage(message: Message): JsonObject {
  if (message.role === "assistant") return toAssistant(message);
  if (message.role === "system") return { role: "system", content: message.content };
  const attached = (message.parts ?? []).filter((part) => part.type !== "text");
  if (message.role === "tool") {
    if (attached[0] !== undefined) throw notTaken(attached[0], "a tool's result");
    return { role: "tool", tool_call_id: message.callId, content: message.content };
  }
  if (attached.length === 0) return { role: "user", content: message.content };
  return {
    role: "user",
    content: (message.parts ?? []).map((part) =>
      part.type === "text" ? { type: "text", text: part.text } : { type: "image_url", image_url: { url: addressOf(part) } },
    ),
  };
}

/**
 * Beside calls no text may stand ("text content is not allowed when tool_calls are provided"): what the model said before
 * it called is its `tool_plan`, and its thinking comes back as it came.
 */
function toAssistant({ content, carry, toolCalls = [] }: Extract<Message, { role: "assistant" }>): JsonObject {
  const carried = isObject(carry?.data) ? carry.data : {};
  const thinking = typeof carried["thinking"] === "string" ? [{ type: "thinking", thinking: carried["thinking"] }] : [];
  if (toolCalls.length === 0) {
    return { role: "assistant", content: thinking.length === 0 ? content : [...thinking, { type: "text", text: content }] };
  }
  const plan = `${typeof carried["tool_plan"] === "string" ? carried["tool_plan"] : ""}${content}`;
  return {
    role: "assistant",
    ...(thinking.length === 0 ? {} : { content: thinking }),
    ...(plan === "" ? {} : { tool_plan: plan }),
    tool_calls: toolCalls.map(toCall),
  };
}

function toCall({ id, name, arguments: text }: ToolCall): JsonObject {
  return { id, type: "function", function: { name, arguments: text.trim() === "" ? "{}" : text } };
}

function addressOf(part: Attachment): string {
  if (part.type === "image" && part.url !== undefined) return part.url;
  if (part.type === "image" && part.data !== undefined) return `data:${part.mediaType};base64,${part.data()}`;
  throw notTaken(part, "a message");
}

function notTaken(part: Attachment, where: string): ProviderError {
  return new ProviderError(
    "invalid_request",
    `Cohere cannot be given ${part.name ?? part.url ?? part.mediaType} in ${where}: it takes images in a user's message.`,
  );
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "max_tokens",
  TOOL_CALL: "tool_calls",
  // Of version 1, which some models still give.
  ERROR_TOXIC: "content_filter",
};

/** Why the reply ended, in our words. `ERROR`, `TIMEOUT` and `ERROR_LIMIT` are failures: see `errors.ts`. */
export function toFinishReason(reason: string): FinishReason {
  return Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? "other") : "other";
}

/**
 * `Usage` as our one convention, by what is billed: `tokens` also counts what Cohere puts before every prompt, and nobody
 * pays for (37 billed of 913 in its own example). Cached tokens are a part of the input, thinking is a part of the output
 * and not told apart. Without `billed_units`, `tokens` are taken. Undefined where nothing was counted.
 */
export function toUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const billed = isObject(usage["billed_units"]) ? usage["billed_units"] : {};
  const tokens = isObject(usage["tokens"]) ? usage["tokens"] : {};
  const input = count(billed["input_tokens"]) ?? count(tokens["input_tokens"]);
  const output = count(billed["output_tokens"]) ?? count(tokens["output_tokens"]);
  if (input === undefined && output === undefined) return undefined;
  return {
    input: input ?? 0,
    cachedInput: Math.min(count(usage["cached_tokens"]) ?? 0, input ?? 0),
    cacheWrite: 0,
    output: output ?? 0,
    reasoning: 0,
  };
}
