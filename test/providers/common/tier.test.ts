import { expect, test } from "vitest";
import type { FinishChunk, ModelChunk } from "../../../src/agent/provider.ts";
import { ReplyReader as AnthropicReader } from "../../../src/providers/anthropic/reply.ts";
import { ReplyReader as BedrockReader } from "../../../src/providers/bedrock/reply.ts";
import { ReplyReader as GeminiReader } from "../../../src/providers/gemini/reply.ts";
import { ReplyReader as ChatReader } from "../../../src/providers/openai/reply.ts";
import { ResponseReader } from "../../../src/providers/openai/responses/reply.ts";

const out: ModelChunk[] = [];

function chat(...tiers: readonly unknown[]): FinishChunk | undefined {
  const reader = new ChatReader();
  for (const service_tier of tiers) reader.read({ service_tier, choices: [{ delta: { content: "x" }, finish_reason: "stop" }] }, out);
  return reader.finish();
}

function responses(asked: unknown, served: unknown): FinishChunk | undefined {
  const reader = new ResponseReader({ secrets: [], host: "x", signal: new AbortController().signal } as never);
  reader.read({ type: "response.created", response: { status: "in_progress", service_tier: asked } }, out);
  reader.read({ type: "response.completed", response: { status: "completed", service_tier: served, output: [] } }, out);
  return reader.finish();
}

function anthropic(usage: object): FinishChunk | undefined {
  const reader = new AnthropicReader();
  reader.read({ type: "message_start", message: { usage: { input_tokens: 1, ...usage } } }, out);
  reader.read({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } }, out);
  return reader.finish();
}

function gemini(usage: object): FinishChunk | undefined {
  const reader = new GeminiReader();
  reader.read({ candidates: [{ finishReason: "STOP", content: { parts: [{ text: "x" }] } }], usageMetadata: { promptTokenCount: 1, ...usage } }, out);
  return reader.finish();
}

function bedrock(metadata: object): FinishChunk | undefined {
  const reader = new BedrockReader();
  reader.read("messageStop", { stopReason: "end_turn" }, out);
  reader.read("metadata", { usage: { inputTokens: 1, outputTokens: 1 }, ...metadata }, out);
  return reader.finish(null);
}

test.each<[string, FinishChunk | undefined, string | undefined]>([
  ["openai, not said", chat(undefined), undefined],
  ["openai, the usual one", chat("default"), undefined],
  ["openai, nobody's choice", chat(null, "auto"), undefined],
  ["openai, flex", chat("flex"), "flex"],
  ["openai, flex in the first event alone", chat("flex", undefined), "flex"],
  ["openai, asked for as one and served as the other", chat("priority", "default"), undefined],
  ["responses, the usual one", responses("auto", "default"), undefined],
  ["responses, priority", responses("auto", "priority"), "priority"],
  ["responses, priority that was not to be had", responses("priority", "default"), undefined],
  ["anthropic, the usual one", anthropic({ service_tier: "standard", speed: "standard", inference_geo: "global" }), undefined],
  ["anthropic, a model that knows no place", anthropic({ service_tier: null, speed: null, inference_geo: "not_available" }), undefined],
  ["anthropic, a batch", anthropic({ service_tier: "batch" }), "batch"],
  ["anthropic, fast", anthropic({ service_tier: "standard", speed: "fast" }), "fast"],
  ["anthropic, in the United States", anthropic({ service_tier: "standard", inference_geo: "us" }), "us"],
  ["gemini, not said", gemini({}), undefined],
  ["gemini, the usual one", gemini({ serviceTier: "standard" }), undefined],
  ["gemini, flex", gemini({ serviceTier: "FLEX" }), "flex"],
  ["vertex, the usual one", gemini({ trafficType: "ON_DEMAND" }), undefined],
  ["vertex, priority", gemini({ trafficType: "ON_DEMAND_PRIORITY" }), "priority"],
  ["vertex, provisioned", gemini({ trafficType: "PROVISIONED_THROUGHPUT" }), "provisioned_throughput"],
  ["bedrock, not said", bedrock({}), undefined],
  ["bedrock, the usual one", bedrock({ serviceTier: { type: "default" }, performanceConfig: { latency: "standard" } }), undefined],
  ["bedrock, flex", bedrock({ serviceTier: { type: "flex" } }), "flex"],
  ["bedrock, optimized latency", bedrock({ performanceConfig: { latency: "optimized" } }), "optimized"],
])("%s", (_what, finish, tier) => {
  expect(finish?.type).toBe("finish");
  expect(finish?.tier).toBe(tier);
});
