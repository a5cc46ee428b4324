import type { FinishReason, Message, ModelRequest, ToolChoice, ToolSpec } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { count, isObject } from "../common/json.ts";
import { otherTier } from "../common/tier.ts";
import { toMessages, toSystem } from "./messages.ts";

/**
 * The request's body. Source of every field: `ConverseStreamRequest` of `@aws-sdk/client-bedrock-runtime` 3.1164
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html); the model's id stands in the
 * path. `extra` comes last and wins: what only one vendor's models know goes in as `additionalModelRequestFields`.
 */
export function toBody(request: ModelRequest): JsonObject {
  const { messages, parameters, output } = request;
  const body: Record<string, Json> = { messages: toMessages(messages) };
  const system = toSystem(messages);
  if (system.length > 0) body["system"] = system;
  const inference: Record<string, Json> = {};
  if (parameters.max_tokens !== undefined) inference["maxTokens"] = parameters.max_tokens;
  if (parameters.temperature !== undefined) inference["temperature"] = parameters.temperature;
  if (parameters.top_p !== undefined) inference["topP"] = parameters.top_p;
  if (parameters.stop !== undefined) inference["stopSequences"] = parameters.stop;
  if (Object.keys(inference).length > 0) body["inferenceConfig"] = inference;
  const tools = toToolConfig(request);
  if (tools !== undefined) body["toolConfig"] = tools;
  const config: Record<string, Json> = {};
  if (output !== undefined) {
    // The schema goes out as text. A name is told to the model, and nothing refers to it.
    const jsonSchema = { schema: JSON.stringify(output.schema), name: output.name.slice(0, 64) };
    config["textFormat"] = { type: "json_schema", structure: { jsonSchema } };
  }
  if (parameters.reasoning !== undefined) config["effort"] = parameters.reasoning;
  if (Object.keys(config).length > 0) body["outputConfig"] = config;
  return request.extra === undefined ? body : { ...body, ...request.extra };
}

/**
 * The tools on offer. Converse has no choice "none": the tools are left out instead. But a conversation that holds calls
 * is refused without any tools, so there they stay on offer with `none`; and where an agent without tools goes on with
 * another's conversation (a handoff), the ones called in it are declared by their names.
 */
function toToolConfig({ tools, toolChoice, messages }: ModelRequest): JsonObject | undefined {
  const called = calledTools(messages);
  const offered: readonly ToolSpec[] = tools.length > 0 && (toolChoice !== "none" || called.length > 0) ? tools : called;
  if (offered.length === 0) return undefined;
  const choice = tools.length > 0 ? toToolChoice(toolChoice) : undefined;
  return {
    tools: offered.map(({ name, description, parameters }) => ({
      toolSpec: { name, ...(description === undefined ? {} : { description }), inputSchema: { json: parameters } },
    })),
    ...(choice === undefined ? {} : { toolChoice: choice }),
  };
}

function calledTools(messages: readonly Message[]): ToolSpec[] {
  const names = new Set<string>();
  for (const message of messages) {
    if (message.role === "assistant") for (const call of message.toolCalls ?? []) names.add(call.name);
    if (message.role === "tool") names.add(message.name);
  }
  return [...names].map((name) => ({ name, parameters: { type: "object" } }));
}

/** "auto" is what the API does by itself. */
function toToolChoice(choice: ToolChoice): JsonObject | undefined {
  if (choice === "required") return { any: {} };
  return typeof choice === "string" ? undefined : { tool: { name: choice.tool } };
}

/** `StopReason` of the SDK, but those that are failures: `ReplyReader.failure`. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  tool_use: "tool_calls",
  max_tokens: "max_tokens",
  guardrail_intervened: "content_filter",
  content_filtered: "content_filter",
  refusal: "refusal",
};

/** Why the reply ended, in our words. */
export function toFinishReason(reason: string): FinishReason {
  return Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? "other") : "other";
}

/**
 * `TokenUsage` as our one convention: `inputTokens` counts only what was neither read from a cache nor written to one
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html), so the three are summed; reasoning is a part
 * of `outputTokens` that is not told apart. Undefined where the object counts nothing.
 */
export function toUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const input = count(usage["inputTokens"]);
  const output = count(usage["outputTokens"]);
  if (input === undefined && output === undefined) return undefined;
  const cachedInput = count(usage["cacheReadInputTokens"]) ?? 0;
  const cacheWrite = count(usage["cacheWriteInputTokens"]) ?? 0;
  const details: readonly unknown[] = Array.isArray(usage["cacheDetails"]) ? usage["cacheDetails"] : [];
  const cacheWriteHour = details.reduce<number>((sum, each) => sum + (isObject(each) && each["ttl"] === "1h" ? (count(each["inputTokens"]) ?? 0) : 0), 0);
  const hour = cacheWriteHour === 0 ? {} : { cacheWriteHour };
  return { input: (input ?? 0) + cachedInput + cacheWrite, cachedInput, cacheWrite, ...hour, output: output ?? 0, reasoning: 0 };
}

/** The class of service that a reply's metadata names, where it is not the usual one: a tier, or `optimized` latency. */
export function toTier({ serviceTier, performanceConfig }: { readonly serviceTier?: unknown; readonly performanceConfig?: unknown }): string | undefined {
  return otherTier(isObject(serviceTier) ? serviceTier["type"] : "", isObject(performanceConfig) ? performanceConfig["latency"] : "");
}
