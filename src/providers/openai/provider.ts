import type { ModelChunk, ModelRequest, Provider, ProviderKind } from "../../agent/provider.ts";
import type { JsonObject } from "../../diagnostics/json.ts";
import type { Dependencies } from "../common/dependencies.ts";
import { ReplyStream } from "../common/reply-stream.ts";
import { type Connection, openClient, type Send } from "./client.ts";
import type { Dialect, OpenAIContext } from "./errors.ts";
import type { Api, ProtocolOptions } from "./options.ts";
import { ProtocolReply, type Reader } from "./protocol-reply.ts";
import { ReplyReader } from "./reply.ts";
import { ResponseReader } from "./responses/reply.ts";
import { toResponsesBody } from "./responses/wire.ts";
import { toBody } from "./wire.ts";

/** A server that speaks OpenAI's protocols, and what is to be known of it. */
export interface Speaker {
  readonly kind: ProviderKind;
  readonly connection: Omit<Connection, "path">;
  /** Where requests for a model go, from the connection's base on. */
  readonly path: (api: Api, model: string) => string;
  readonly options: ProtocolOptions;
  /** What must not show in a message. It may grow. */
  readonly secrets: readonly string[];
  readonly hints?: Pick<OpenAIContext, "unknownHost" | "address">;
  readonly dialect?: (request: ModelRequest) => Dialect;
}

interface Protocol {
  readonly toBody: (request: ModelRequest, options: ProtocolOptions) => JsonObject;
  readonly reader: (context: OpenAIContext) => Reader;
}

const protocols: { readonly [A in Api]: Protocol } = {
  chat_completions: { toBody, reader: () => new ReplyReader() },
  responses: { toBody: toResponsesBody, reader: (context) => new ResponseReader(context) },
};

/** A provider over either of OpenAI's protocols: what the kinds `openai` and `azure` have in common. */
export function protocolProvider(speaker: Speaker, { fetch = globalThis.fetch }: Dependencies): Provider {
  const { options, secrets, hints } = speaker;
  const { api = "chat_completions" } = options;
  const protocol = protocols[api];
  const path = (body: JsonObject): string => speaker.path(api, String(body["model"]));
  const { base, query } = speaker.connection;
  const host = URL.parse(base)?.host ?? base;
  let client: Promise<Send> | undefined;

  return {
    kind: speaker.kind,
    complete(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
      const dialect = speaker.dialect?.(request);
      const context: OpenAIContext = { secrets, host, signal, ...hints, ...(dialect === undefined ? {} : { dialect }) };
      const ask = async () => {
        const body = protocol.toBody(request, options);
        client ??= openClient({ ...speaker.connection, path }, fetch);
        return (await client)(body, signal);
      };
      return new ReplyStream(new ProtocolReply(ask, context, protocol.reader(context)), signal);
    },

    describe(request: ModelRequest) {
      const body = protocol.toBody(request, options);
      const search = query === undefined ? "" : `?${new URLSearchParams(query)}`;
      return { method: "POST", url: `${base.replace(/\/$/, "")}${path(body)}${search}`, body };
    },

    async close() {
      if ("close" in fetch) await fetch.close?.();
    },
  };
}
