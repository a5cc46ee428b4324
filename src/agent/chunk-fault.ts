import type { FinishReason, ModelChunk } from "./provider.ts";

const reasons: { readonly [R in FinishReason]: true } = { stop: true, tool_calls: true, max_tokens: true, content_filter: true, refusal: true, other: true };
const counts = ["input", "cachedInput", "cacheWrite", "output", "reasoning"] as const;

/** What is wrong with the shape of something that a provider gave for a chunk: a part of a sentence, or undefined. */
export function chunkFault(chunk: ModelChunk): string | undefined {
  if (typeof chunk !== "object" || chunk === null) return `${String(chunk)} in the place of a chunk`;
  switch (chunk.type) {
    case "text":
    case "reasoning":
      return typeof chunk.text === "string" ? undefined : `a chunk "${chunk.type}" without a text`;
    case "tool_call":
      return Number.isSafeInteger(chunk.index) && chunk.index >= 0 && typeof chunk.arguments === "string"
        ? undefined
        : 'a chunk "tool_call" without its `index` or its `arguments`';
    case "finish":
      if (!Object.hasOwn(reasons, chunk.reason)) return `a chunk "finish" with the reason ${JSON.stringify(chunk.reason)}`;
      // What is no number would pass through every budget.
      return chunk.usage === undefined || counts.every((name) => isCount(chunk.usage?.[name])) ? undefined : 'a chunk "finish" with a usage that is no numbers';
    case "alive":
      return undefined;
    default:
      return `a chunk of the type ${JSON.stringify((chunk as { readonly type?: unknown }).type)}`;
  }
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
