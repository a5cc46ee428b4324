import type { FinishReason, ModelRequest, ToolChoice } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { count, isObject } from "../common/json.ts";
import { otherTier } from "../common/tier.ts";
import { toConversation } from "./messages.ts";

/**
 * The request's body. Source of every field: `MessageCreateParamsStreaming` of the `@anthropic-ai/sdk` package 1.14
 * (https://platform.claude.com/docs/en/api/messages/create). `extra` comes last and wins.
 */
export function toBody(request: ModelRequest): JsonObject {
  const { parameters, output, extra } = request;
  // `cache_control` beside the messages is a mark, too: the API puts it on the last block.
  const body: Record<string, Json> = { model: request.model, ...toConversation(request.messages, extra?.["cache_control"] === undefined ? 0 : 1) };
  if (request.tools.length > 0) {
    body["tools"] = request.tools.map(({ name, description, parameters: schema }) => ({
      name,
      ...(description === undefined ? {} : { description }),
      input_schema: schema,
    }));
    // "auto" is what the API does by itself.
    if (request.toolChoice !== "auto") body["tool_choice"] = toToolChoice(request.toolChoice);
  }
  const { reasoning } = parameters;
  // Some models think only when they are told to, and some cannot be told not to.
  if (reasoning !== undefined) body["thinking"] = { type: reasoning === "none" ? "disabled" : "adaptive" };
  const format = output === undefined ? undefined : { type: "json_schema", schema: output.schema };
  const effort = reasoning === "none" ? undefined : reasoning;
  if (format !== undefined || effort !== undefined) {
    body["output_config"] = { ...(effort === undefined ? {} : { effort }), ...(format === undefined ? {} : { format }) };
  }
  if (parameters.max_tokens !== undefined) body["max_tokens"] = parameters.max_tokens;
  if (parameters.stop !== undefined) body["stop_sequences"] = parameters.stop;
  body["stream"] = true;
  return extra === undefined ? body : { ...body, ...extra };
}

function toToolChoice(choice: ToolChoice): Json {
  if (typeof choice !== "string") return { type: "tool", name: choice.tool };
  return { type: choice === "required" ? "any" : choice };
}

/** `StopReason` of the package, but the one that is a failure: `model_context_window_exceeded`. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "max_tokens",
  tool_use: "tool_calls",
  refusal: "refusal",
  // A tool of the server's own took too long; there are some only where `extra` brings them.
  pause_turn: "other",
};

/** Why the reply ended, in our words. */
export function toFinishReason(reason: string): FinishReason {
  return Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? "other") : "other";
}

/** The figures of a reply as the API counts them. */
export interface Counted {
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWriteHour?: number;
  readonly output?: number;
  readonly thinking?: number;
}

/**
 * `Usage` of `message_start` or `MessageDeltaUsage` of `message_delta`, on top of what was counted before. Figures are
 * cumulative, and some servers send 0 or null for what they said already: the larger one holds.
 */
export function addCounts(before: Counted, usage: unknown): Counted {
  if (!isObject(usage)) return before;
  const details = isObject(usage["output_tokens_details"]) ? usage["output_tokens_details"] : {};
  const written = isObject(usage["cache_creation"]) ? usage["cache_creation"] : {};
  const figures = [
    ["input", usage["input_tokens"]],
    ["cacheRead", usage["cache_read_input_tokens"]],
    ["cacheWrite", usage["cache_creation_input_tokens"]],
    ["cacheWriteHour", written["ephemeral_1h_input_tokens"]],
    ["output", usage["output_tokens"]],
    ["thinking", details["thinking_tokens"]],
  ] as const;
  const counted: { -readonly [K in keyof Counted]: Counted[K] } = { ...before };
  for (const [name, value] of figures) {
    const figure = count(value);
    if (figure !== undefined) counted[name] = Math.max(counted[name] ?? 0, figure);
  }
  return counted;
}

/**
 * As our one convention: `input_tokens` are only those that the cache neither gave nor took, so the three are summed;
 * `output_tokens` hold the thinking ones already. Undefined where nothing was counted.
 */
export function toUsage({ input, cacheRead = 0, cacheWrite = 0, cacheWriteHour = 0, output, thinking = 0 }: Counted): Usage | undefined {
  if (input === undefined && output === undefined) return undefined;
  const hour = cacheWriteHour === 0 ? {} : { cacheWriteHour };
  return { input: (input ?? 0) + cacheRead + cacheWrite, cachedInput: cacheRead, cacheWrite, ...hour, output: output ?? 0, reasoning: thinking };
}

/**
 * What of a reply's usage goes with another price than the list's: the tier, the speed (`fast`), and where it was computed
 * (`us`, a tenth more: https://platform.claude.com/docs/en/manage-claude/data-residency).
 */
export function toTier(usage: unknown): string | undefined {
  if (!isObject(usage)) return undefined;
  const geo = usage["inference_geo"];
  return otherTier(usage["service_tier"], usage["speed"], geo === "global" || geo === "not_available" ? "" : geo);
}
