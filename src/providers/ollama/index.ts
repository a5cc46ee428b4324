import type { ModelChunk, ModelRequest, Provider } from "../../agent/provider.ts";
import { secretsAmong } from "../common/failure.ts";
import { ReplyStream } from "../common/reply-stream.ts";
import { ChatReply } from "./chat-reply.ts";
import { openClient, type Send } from "./client.ts";
import type { OllamaContext } from "./errors.ts";
import { ollamaKind } from "./kind.ts";
import { defaultBaseUrl, type OllamaOptions } from "./options.ts";
import { toBody } from "./wire.ts";

export interface OllamaDependencies {
  /** The guarded fetch, where there is one; else the platform's. A `close` on it is called with the provider's. */
  readonly fetch?: typeof globalThis.fetch & { close?(): Promise<void> };
}

/** Models of an Ollama server, here or elsewhere, and of ollama.com. */
export function ollama(options: OllamaOptions, { fetch = globalThis.fetch }: OllamaDependencies = {}): Provider {
  const base = options.base_url ?? defaultBaseUrl;
  const host = URL.parse(base)?.host ?? base;
  const secrets = secretsAmong([options.api_key, ...Object.values(options.headers ?? {})]);
  const keyed = options.api_key !== undefined || Object.keys(options.headers ?? {}).some((name) => name.toLowerCase() === "authorization");
  let client: Promise<Send> | undefined;

  return {
    kind: ollamaKind,
    complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
      const context: OllamaContext = { secrets, host, signal, model: request.model, keyed, start: "Start it with `ollama serve`, or look at `base_url`." };
      const send = async () => {
        client ??= openClient(options, fetch);
        return (await client)(toBody(request, options), context);
      };
      return new ReplyStream(new ChatReply(request, send, context), signal);
    },

    describe(request: ModelRequest) {
      return { method: "POST", url: `${base.replace(/\/$/, "")}/api/chat`, body: toBody(request, options) };
    },

    // A server that asks for no key sends no bill; the models that it fetches from ollama.com are named `…-cloud` or `…:cloud`.
    free: (model: string) => !keyed && !/[-:]cloud$/.test(model),

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}
