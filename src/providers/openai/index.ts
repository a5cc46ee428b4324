import type { ModelChunk, ModelRequest, Provider } from "../../agent/provider.ts";
import { type FailureContext, secretsAmong } from "../common/failure.ts";
import { openClient, type Send } from "./client.ts";
import { defaultBaseUrl, type OpenAIOptions } from "./options.ts";
import { ReplyStream } from "./reply-stream.ts";
import { toBody } from "./wire.ts";

export interface OpenAIDependencies {
  /** The guarded fetch, where there is one; else the platform's. A `close` on it is called with the provider's. */
  readonly fetch?: typeof globalThis.fetch & { close?(): Promise<void> };
}

/** Models of OpenAI, and of every server that speaks its chat completions (`base_url`). */
export function openai(options: OpenAIOptions, { fetch = globalThis.fetch }: OpenAIDependencies = {}): Provider {
  const base = options.base_url ?? defaultBaseUrl;
  const host = URL.parse(base)?.host ?? base;
  const secrets = secretsAmong([options.api_key, ...Object.values(options.headers ?? {})]);
  let client: Promise<Send> | undefined;

  return {
    complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
      const context: FailureContext = { secrets, host, signal };
      client ??= openClient(options, fetch);
      return new ReplyStream(client, toBody(request, options), context);
    },

    describe(request: ModelRequest) {
      return { method: "POST", url: `${base.replace(/\/$/, "")}/chat/completions`, body: toBody(request, options) };
    },

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}
