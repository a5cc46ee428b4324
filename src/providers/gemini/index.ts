import type { ModelChunk, ModelRequest, Provider } from "../../agent/provider.ts";
import { type FailureContext, secretsAmong } from "../common/failure.ts";
import { openClient, type Send } from "./client.ts";
import { baseOf, urlOf } from "./endpoint.ts";
import { geminiKind } from "./kind.ts";
import { checkOptions, type GeminiOptions } from "./options.ts";
import { replyChunks } from "./reply-stream.ts";
import { toBody } from "./wire.ts";

export interface GeminiDependencies {
  /** The guarded fetch, where there is one; else the platform's. A `close` on it is called with the provider's. */
  readonly fetch?: typeof globalThis.fetch & { close?(): Promise<void> };
}

/** Gemini models, through the Gemini API or Vertex AI. Throws a `RunError` where the options do not go together. */
export function gemini(options: GeminiOptions, { fetch = globalThis.fetch }: GeminiDependencies = {}): Provider {
  checkOptions(options);
  const host = URL.parse(baseOf(options))?.host ?? baseOf(options);
  const secrets = secretsAmong([options.api_key, options.access_token, ...Object.values(options.headers ?? {})]);
  let client: Promise<Send> | undefined;

  return {
    kind: geminiKind,
    complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
      const context: FailureContext = { secrets, host, signal };
      return replyChunks(async () => {
        client ??= openClient(options, fetch);
        return (await client)(request.model, toBody(request), signal);
      }, context);
    },

    describe(request: ModelRequest) {
      return { method: "POST", url: urlOf(options, request.model), body: toBody(request) };
    },

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}
