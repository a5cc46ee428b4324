import type { ModelChunk, ModelRequest, Provider } from "../../agent/provider.ts";
import type { Dependencies } from "../common/dependencies.ts";
import { secretsAmong } from "../common/failure.ts";
import { ReplyStream } from "../common/reply-stream.ts";
import { ChatReply } from "./chat-reply.ts";
import { openClient, type Send } from "./client.ts";
import type { OllamaContext } from "./errors.ts";
import { isFree, isKeyed } from "./free.ts";
import { ollamaKind } from "./kind.ts";
import { defaultBaseUrl, type OllamaOptions } from "./options.ts";
import { toBody } from "./wire.ts";

/** Models of an Ollama server, here or elsewhere, and of ollama.com. */
export function ollama(options: OllamaOptions, { fetch = globalThis.fetch }: Dependencies = {}): Provider {
  const base = options.base_url ?? defaultBaseUrl;
  const host = URL.parse(base)?.host ?? base;
  const secrets = secretsAmong([options.api_key, ...Object.values(options.headers ?? {})]);
  const keyed = isKeyed(options);
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

    free: (model: string) => isFree(options, model),

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}
