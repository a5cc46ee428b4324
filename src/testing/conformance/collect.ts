import type { FinishChunk, ModelChunk, ModelRequest, Provider, ProviderError } from "../../agent/provider.ts";

/** What a request came to. */
export interface Collected {
  readonly chunks: readonly ModelChunk[];
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly id: string | undefined; readonly name: string | undefined; readonly arguments: string }[];
  readonly finish: FinishChunk | undefined;
  /** What was thrown. */
  readonly error: ProviderError | undefined;
}

/** Everything that a request gives, up to its end or what it throws. `onChunk` is told of each chunk as it comes. */
export async function collect(provider: Provider, request: ModelRequest, signal?: AbortSignal, onChunk?: (chunk: ModelChunk) => void): Promise<Collected> {
  const chunks: ModelChunk[] = [];
  let error: ProviderError | undefined;
  try {
    for await (const chunk of provider.complete(request, signal ?? new AbortController().signal)) {
      chunks.push(chunk);
      onChunk?.(chunk);
    }
  } catch (thrown) {
    error = thrown as ProviderError;
  }
  const calls = new Map<number, { id: string | undefined; name: string | undefined; arguments: string }>();
  for (const chunk of chunks) {
    if (chunk.type !== "tool_call") continue;
    const call = calls.get(chunk.index) ?? { id: undefined, name: undefined, arguments: "" };
    calls.set(chunk.index, { id: call.id ?? chunk.id, name: call.name ?? chunk.name, arguments: call.arguments + chunk.arguments });
  }
  const textOf = (type: "text" | "reasoning"): string => chunks.map((chunk) => (chunk.type === type ? chunk.text : "")).join("");
  return {
    chunks,
    text: textOf("text"),
    reasoning: textOf("reasoning"),
    calls: [...calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call),
    finish: chunks.find((chunk) => chunk.type === "finish"),
    error,
  };
}

/** A request with what a case needs; everything else as plain as it can be. */
export function request(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: "kit-1",
    messages: [{ role: "user", content: "Hello" }],
    tools: [],
    toolChoice: "auto",
    parameters: { max_tokens: 100 },
    origin: { runId: "run-1", agent: "kit", path: "kit/turn[0]", attempt: 1, outputMode: "text" },
    ...more,
  };
}
