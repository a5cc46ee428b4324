import type { ModelChunk, ModelRequest, Provider } from "../../agent/provider.ts";
import type { Dependencies } from "../common/dependencies.ts";
import { type FailureContext, secretsAmong } from "../common/failure.ts";
import { ReplyStream } from "../common/reply-stream.ts";
import { openClient, type Send } from "./client.ts";
import { baseOf, isVertex, urlOf } from "./endpoint.ts";
import { GenerateReply } from "./generate-reply.ts";
import { geminiKind } from "./kind.ts";
import { checkOptions, type GeminiOptions } from "./options.ts";
import { toBody } from "./wire.ts";

/** The location stands in the host's name. */
const unknownHost = "Look at `location`: Vertex AI may not work there. Else look at the network.";

/** Gemini models, through the Gemini API or Vertex AI. Throws a `RunError` where the options do not go together. */
export function gemini(options: GeminiOptions, { fetch = globalThis.fetch }: Dependencies = {}): Provider {
  checkOptions(options);
  const host = URL.parse(baseOf(options))?.host ?? baseOf(options);
  const secrets = secretsAmong([options.api_key, options.access_token, ...Object.values(options.headers ?? {})]);
  let client: Promise<Send> | undefined;

  return {
    kind: geminiKind,
    complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
      const context: FailureContext = { secrets, host, signal, ...(options.base_url === undefined && isVertex(options) ? { unknownHost } : {}) };
      const ask = async () => {
        client ??= openClient(options, fetch);
        return (await client)(request.model, toBody(request), signal);
      };
      return new ReplyStream(new GenerateReply(ask, context), signal);
    },

    describe(request: ModelRequest) {
      return { method: "POST", url: urlOf(options, request.model), body: toBody(request) };
    },

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}
