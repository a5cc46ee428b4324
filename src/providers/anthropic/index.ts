import type { ModelChunk, ModelRequest, Provider } from "../../agent/provider.ts";
import type { Dependencies } from "../common/dependencies.ts";
import { type FailureContext, secretsAmong } from "../common/failure.ts";
import { ReplyStream } from "../common/reply-stream.ts";
import { openClient } from "./client.ts";
import { anthropicKind } from "./kind.ts";
import { MessagesReply } from "./messages-reply.ts";
import { type AnthropicOptions, defaultBaseUrl } from "./options.ts";
import { toBody } from "./wire.ts";

/** Models of Anthropic, and of every server that speaks its Messages API (`base_url`). Throws a `RunError` where its package is not installed. */
export async function anthropic(options: AnthropicOptions, { fetch = globalThis.fetch }: Dependencies = {}): Promise<Provider> {
  const base = options.base_url ?? defaultBaseUrl;
  const host = URL.parse(base)?.host ?? base;
  // What the vendor says of a version or a feature is to be read.
  const headers = Object.entries(options.headers ?? {}).filter(([name]) => !/^anthropic-(version|beta)$/i.test(name));
  const secrets = secretsAmong([options.api_key, ...headers.map(([, value]) => value)]);
  const send = await openClient(options, fetch);

  return {
    kind: anthropicKind,
    complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
      const context: FailureContext = { secrets, host, signal };
      return new ReplyStream(new MessagesReply(() => send(toBody(request), signal), context), signal);
    },

    describe(request: ModelRequest) {
      return { method: "POST", url: `${base.replace(/\/$/, "")}/v1/messages`, body: toBody(request) };
    },

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}
