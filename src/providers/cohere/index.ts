import type { ModelChunk, ModelRequest, Provider } from "../../agent/provider.ts";
import type { Dependencies } from "../common/dependencies.ts";
import { type FailureContext, secretsAmong } from "../common/failure.ts";
import { ReplyStream } from "../common/reply-stream.ts";
import { ChatReply } from "./chat-reply.ts";
import { openClient, type Send } from "./client.ts";
import { cohereKind } from "./kind.ts";
import { type CohereOptions, defaultBaseUrl } from "./options.ts";
import { toBody } from "./wire.ts";

/** Models of Cohere, and of every server that speaks version 2 of its chat (`base_url`). */
export function cohere(options: CohereOptions, { fetch = globalThis.fetch }: Dependencies = {}): Provider {
  const base = options.base_url ?? defaultBaseUrl;
  const host = URL.parse(base)?.host ?? base;
  const secrets = secretsAmong([options.api_key, ...Object.values(options.headers ?? {})]);
  let client: Promise<Send> | undefined;

  return {
    kind: cohereKind,
    complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
      const context: FailureContext = { secrets, host, signal };
      const ask = async () => {
        client ??= openClient(options, fetch);
        return (await client)(toBody(request), context);
      };
      return new ReplyStream(new ChatReply(ask, context), signal);
    },

    describe(request: ModelRequest) {
      return { method: "POST", url: `${base.replace(/\/$/, "")}/v2/chat`, body: toBody(request) };
    },

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}
