import type { ContentPart, FinishReason, ModelRequest, ToolChoice } from "../../../agent/provider.ts";
import type { Usage } from "../../../agent/usage.ts";
import type { Json, JsonObject } from "../../../diagnostics/json.ts";
import { count, isObject } from "../../common/json.ts";
import { addressOf, dataUrl, fileName } from "../attachments.ts";
import { itemsOf } from "./items.ts";

/**
 * The request's body. Source of every field: `ResponseCreateParamsStreaming` of the `openai` package 7.57
 * (https://platform.openai.com/docs/api-reference/responses/create). `extra` comes last and wins.
 */
export function toResponsesBody(request: ModelRequest): JsonObject {
  const { parameters, output, messages } = request;
  // One system text in front has a field of its own; several of them in there would be one text, with words of ours between.
  const [system, second] = messages;
  const alone = system?.role === "system" && second?.role !== "system" ? system : undefined;
  const body: Record<string, Json> = {
    model: request.model,
    ...(alone === undefined ? {} : { instructions: alone.content }),
    input: (alone === undefined ? messages : messages.slice(1)).flatMap((message) => itemsOf(message, toPart)),
  };
  if (request.tools.length > 0) {
    body["tools"] = request.tools.map(({ name, description, parameters: schema }) => ({
      type: "function",
      name,
      ...(description === undefined ? {} : { description }),
      parameters: schema,
      // Unlike chat completions, this API is strict where nothing is said, and then every field of a tool is required.
      strict: false,
    }));
    // "auto" is what the API does by itself.
    if (request.toolChoice !== "auto") body["tool_choice"] = toToolChoice(request.toolChoice);
  }
  if (output !== undefined) {
    // A name has at most 64 characters; it is told to the model, and nothing refers to it.
    body["text"] = { format: { type: "json_schema", name: output.name.slice(0, 64), schema: output.schema, strict: output.strict } };
  }
  if (parameters.max_tokens !== undefined) body["max_output_tokens"] = parameters.max_tokens;
  if (parameters.temperature !== undefined) body["temperature"] = parameters.temperature;
  if (parameters.top_p !== undefined) body["top_p"] = parameters.top_p;
  if (parameters.reasoning !== undefined) {
    body["reasoning"] = { effort: parameters.reasoning };
    // The API gives encrypted reasoning by itself (`ResponseReasoningItem` of the package), but not every server of it does.
    // A model that does not reason answers it with a 400, "Encrypted content is not supported with this model"
    // (https://github.com/NousResearch/hermes-agent/pull/24234): so only where the author says that this one does.
    body["include"] = ["reasoning.encrypted_content"];
  }
  // Left alone, the vendor keeps each reply for a month, and what a run depends on lies where nobody sees it. All of the
  // conversation goes with each request; reasoning goes along encrypted (`items.ts`).
  body["store"] = false;
  body["stream"] = true;
  return request.extra === undefined ? body : { ...body, ...request.extra };
}

function toPart(part: ContentPart): JsonObject {
  if (part.type === "text") return { type: "input_text", text: part.text };
  if (part.type === "image") return { type: "input_image", image_url: addressOf(part), detail: "auto" };
  return part.url === undefined ? { type: "input_file", filename: fileName(part), file_data: dataUrl(part) } : { type: "input_file", file_url: part.url };
}

function toToolChoice(choice: ToolChoice): Json {
  return typeof choice === "string" ? choice : { type: "function", name: choice.tool };
}

const incompleteReasons: Readonly<Record<string, FinishReason>> = { max_output_tokens: "max_tokens", content_filter: "content_filter" };

/** Why a reply is incomplete (`incomplete_details`), in our words. */
export function toIncompleteReason(details: unknown): FinishReason {
  const reason = isObject(details) ? details["reason"] : undefined;
  return typeof reason === "string" && Object.hasOwn(incompleteReasons, reason) ? (incompleteReasons[reason] ?? "other") : "other";
}

/**
 * `ResponseUsage` as our one convention: `input_tokens` holds the cached and the written ones already, `output_tokens` the
 * reasoning ones. Undefined where the object counts nothing.
 */
export function toResponsesUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const input = count(usage["input_tokens"]);
  const output = count(usage["output_tokens"]);
  if (input === undefined && output === undefined) return undefined;
  const read = isObject(usage["input_tokens_details"]) ? usage["input_tokens_details"] : {};
  const written = isObject(usage["output_tokens_details"]) ? usage["output_tokens_details"] : {};
  return {
    input: input ?? 0,
    cachedInput: count(read["cached_tokens"]) ?? 0,
    cacheWrite: count(read["cache_write_tokens"]) ?? 0,
    output: output ?? 0,
    reasoning: count(written["reasoning_tokens"]) ?? 0,
  };
}
