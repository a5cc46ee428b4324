import { asProviderError } from "../agent/failure.ts";
import type { PriceTable } from "../agent/price.ts";
import type { FinishChunk, ModelRequest } from "../agent/provider.ts";
import { requestCost } from "../agent/request-cost.ts";
import { estimateUsage } from "../agent/tokens.ts";
import type { Cost, Usage } from "../agent/usage.ts";
import type { ErrorClass } from "../diagnostics/classes.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Graph, SingleModelNode } from "../graph/graph.ts";
import { type OpenProviderOptions, openProvider } from "./open-provider.ts";

/** What came of asking a model once. */
export type Reached =
  | { readonly ok: true; readonly durationMs: number; readonly usage: Usage; readonly cost: Cost; readonly answeredBy?: string }
  | { readonly ok: false; readonly class: ErrorClass; readonly message: string; readonly hint?: string };

/** The whole of the question. */
export const question = "Hi";
/** The least that every vendor takes (https://platform.openai.com/docs/api-reference/responses/create, `max_output_tokens`). */
const mostTokens = 16;
const timeoutMs = 30_000;

/** One small request to a model, whatever it answers. Never throws: what went wrong is the answer. */
export async function reachModel(key: string, node: SingleModelNode, graph: Graph, from: OpenProviderOptions, prices: PriceTable): Promise<Reached> {
  const provider = graph.providers[node.provider];
  const startedAt = performance.now();
  try {
    if (provider === undefined) throw new RunError("internal", `The graph has no provider "${node.provider}".`, { code: "T624" });
    const opened = await openProvider(provider, from);
    try {
      const request: ModelRequest = {
        model: node.id,
        messages: [{ role: "user", content: question }],
        tools: [],
        toolChoice: "auto",
        parameters: { ...(node.parameters.reasoning === undefined ? {} : { reasoning: node.parameters.reasoning }), max_tokens: mostTokens },
        ...(node.extra === undefined ? {} : { extra: node.extra }),
        origin: { runId: "", agent: "models", path: "models", attempt: 1, outputMode: "text" },
      };
      let finish: FinishChunk | undefined;
      let text = "";
      for await (const chunk of opened.provider.complete(request, AbortSignal.timeout(timeoutMs))) {
        if (chunk.type === "finish") finish = chunk;
        else if (chunk.type === "text" || chunk.type === "reasoning") text += chunk.text;
      }
      const usage = finish?.usage ?? estimateUsage(request, text);
      const model = {
        key,
        provider: node.provider,
        kind: opened.kind,
        id: node.id,
        parameters: node.parameters,
        refusedKeywords: [],
        simulated: opened.simulated,
      };
      const priced = node.price === undefined ? {} : { price: node.price };
      const said = { ...(opened.provider.free?.(node.id) ? { costUsd: 0 } : {}), ...finish };
      const { cost } = requestCost({ ...model, ...priced, open: () => opened.provider }, usage, said, prices, Date.now());
      const answeredBy = finish?.responseModel;
      return { ok: true, durationMs: performance.now() - startedAt, usage, cost, ...(answeredBy === undefined ? {} : { answeredBy }) };
    } finally {
      await opened.provider.close?.();
    }
  } catch (thrown) {
    const timedOut = thrown instanceof Error && thrown.name === "TimeoutError";
    const error = thrown instanceof RunError ? thrown : asProviderError(thrown);
    const { class: errorClass, message, hint } = error;
    if (timedOut || errorClass === "cancelled") return { ok: false, class: "timeout", message: `No whole reply came within ${timeoutMs / 1000} s.` };
    return { ok: false, class: errorClass, message, ...(hint === undefined ? {} : { hint }) };
  }
}
