import { type FinishReason, type Message, type ModelRequest, ProviderError, type ToolCall } from "../../agent/provider.ts";
import { promptBytes, tokensOfBytes } from "../../agent/tokens.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { count, isObject } from "../common/json.ts";
import type { OllamaOptions } from "./options.ts";

/**
 * The request's body. Source of the fields: `ChatRequest` and `Message` of the `ollama` package 0.6.4, for `truncate`,
 * `shift` and the ids of calls api/types.go of github.com/ollama/ollama. `extra` comes last and wins; of its `options`, each.
 */
export function toBody(request: ModelRequest, settings: Pick<OllamaOptions, "num_ctx" | "keep_alive" | "truncate"> = {}): JsonObject {
  const { parameters, output, extra } = request;
  const body: Record<string, Json> = { model: request.model, messages: request.messages.map(toMessage) };
  // The protocol has no choice of tools: not to call any means not to know any.
  if (request.tools.length > 0 && request.toolChoice !== "none") {
    body["tools"] = request.tools.map(({ name, description, parameters: schema }) => ({
      type: "function",
      function: { name, ...(description === undefined ? {} : { description }), parameters: schema },
    }));
  }
  if (output !== undefined) body["format"] = output.schema;
  if (parameters.reasoning !== undefined) body["think"] = toThink(parameters.reasoning);
  if (settings.keep_alive !== undefined) body["keep_alive"] = settings.keep_alive;
  const options: Record<string, Json> = {
    ...(settings.num_ctx === undefined ? {} : { num_ctx: settings.num_ctx }),
    ...(parameters.max_tokens === undefined ? {} : { num_predict: parameters.max_tokens }),
    ...(parameters.temperature === undefined ? {} : { temperature: parameters.temperature }),
    ...(parameters.top_p === undefined ? {} : { top_p: parameters.top_p }),
    ...(parameters.stop === undefined ? {} : { stop: parameters.stop }),
    ...(parameters.seed === undefined ? {} : { seed: parameters.seed }),
    ...(isObject(extra?.["options"]) ? (extra["options"] as JsonObject) : {}),
  };
  if (settings.truncate !== true) {
    // Otherwise the server drops what does not fit (old messages, then the prompt's front) and answers as if nothing were.
    body["truncate"] = false;
    body["shift"] = false;
  }
  body["stream"] = true;
  return { ...body, ...extra, ...(Object.keys(options).length === 0 ? {} : { options }) };
}

function toThink(word: string): Json {
  if (word === "none") return false;
  return word === "on" ? true : word;
}

function toMessage(message: Message): JsonObject {
  if (message.role === "assistant") {
    const { content, carry, toolCalls = [] } = message;
    const thinking = isObject(carry?.data) ? carry.data["thinking"] : undefined;
    return {
      role: "assistant",
      content,
      ...(typeof thinking === "string" ? { thinking } : {}),
      ...(toolCalls.length === 0
        ? {}
        : { tool_calls: toolCalls.map((call) => ({ id: call.id, function: { name: call.name, arguments: toArguments(call) } })) }),
    };
  }
  const images = message.role === "system" ? [] : imagesOf(message);
  return {
    role: message.role,
    content: message.content,
    ...(images.length === 0 ? {} : { images }),
    ...(message.role === "tool" ? { tool_name: message.name, tool_call_id: message.callId } : {}),
  };
}

/** Arguments are an object here. Those of another vendor's model may be none: the answer to the call says what was wrong. */
function toArguments({ arguments: text }: ToolCall): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

/** Images go as base64 beside the text. Nothing is fetched by the server, and nothing else is understood. */
function imagesOf(message: Extract<Message, { role: "user" | "tool" }>): string[] {
  return (message.parts ?? []).flatMap((part) => {
    if (part.type === "text") return [];
    if (part.type === "image" && part.data !== undefined) return [part.data()];
    const what = part.name ?? part.url ?? part.mediaType;
    throw new ProviderError("invalid_request", `Ollama cannot be given ${what}: it takes images from files, no addresses and no other files.`);
  });
}

const finishReasons: Readonly<Record<string, FinishReason>> = { stop: "stop", length: "max_tokens" };

/** `done_reason` in our words. Old servers give none; `load` and `unload` answer a request that only (un)loads the model. */
export function toFinishReason(reason: unknown): FinishReason {
  if (typeof reason !== "string" || reason === "") return "stop";
  return Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? "other") : "other";
}

/**
 * The last line's counts as our one convention: `prompt_eval_count` holds `prompt_eval_cached_count`, `eval_count` the
 * thinking, which is not told apart. Old servers leave `prompt_eval_count` out when all of the prompt was in their cache
 * (https://github.com/ollama/ollama/issues/2068): it is estimated then. Undefined where nothing was counted.
 */
export function toUsage(line: Readonly<Record<string, unknown>>, request: ModelRequest): Usage | undefined {
  const input = count(line["prompt_eval_count"]);
  const output = count(line["eval_count"]);
  if (input === undefined && output === undefined) return undefined;
  return {
    input: input ?? tokensOfBytes(promptBytes(request)),
    cachedInput: Math.min(count(line["prompt_eval_cached_count"]) ?? 0, input ?? 0),
    cacheWrite: 0,
    output: output ?? 0,
    reasoning: 0,
    ...(input === undefined ? { estimated: true } : {}),
  };
}
