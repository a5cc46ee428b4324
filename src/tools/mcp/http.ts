import type { Transport } from "@modelcontextprotocol/client";
import { RunError } from "../../diagnostics/errors.ts";
import type { Sdk } from "./sdk.ts";
import { mostBytes, tooLargeReply } from "./too-large.ts";
import { shorten } from "./words.ts";

export interface HttpOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Rejects in words that say what is wrong with the connection. */
  readonly fetch: typeof globalThis.fetch;
  readonly sdk: Sdk;
}

export interface HttpTransport extends Transport {
  /** Tells the server that the session is over; some hold it for hours else. */
  leave(): Promise<void>;
  /** Why no further request can succeed in this session, as a sentence; "" while it can. */
  lost(): string;
}

/** Streamable HTTP (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http), with replies of a bounded size. */
export function httpTransport({ url, headers, fetch, sdk }: HttpOptions): HttpTransport {
  let cutOff = false;
  let lost = "";
  const bounded = async (input: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init);
    const { body } = response;
    if (body === null) return response;
    const events = response.headers.get("content-type")?.includes("text/event-stream") ?? false;
    const { status, statusText } = response;
    const stream = body.pipeThrough(
      limit(events, () => {
        cutOff = true;
      }),
    );
    return new Response(stream, { status, statusText, headers: [...response.headers] });
  };
  const transport = new sdk.StreamableHTTPClientTransport(new URL(url), {
    fetch: bounded,
    requestInit: { headers: { ...headers } },
    reconnectionOptions: { initialReconnectionDelay: 200, maxReconnectionDelay: 2000, reconnectionDelayGrowFactor: 2, maxRetries: 2 },
  });
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    const id = "id" in message && "method" in message ? message.id : undefined;
    if (Array.isArray(message) || id === undefined) return send(message, options);
    // A stream that ends without a reply would be waited for until the call's time is up.
    const onRequestStreamEnd = (): void => {
      options?.onRequestStreamEnd?.();
      transport.onmessage?.(cutOff ? tooLargeReply(id) : { jsonrpc: "2.0", id, error: { code: -32000, message: "The reply broke off." } });
      cutOff = false;
    };
    try {
      await send(message, { ...options, onRequestStreamEnd });
    } catch (error) {
      if (cutOff) {
        cutOff = false;
        transport.onmessage?.(tooLargeReply(id));
        return;
      }
      const ended = sdk.SdkHttpError.isInstance(error) ? error.status === 404 && transport.sessionId !== undefined : !sdk.SdkError.isInstance(error);
      const explained = explain(error);
      if (ended) lost = explained instanceof Error ? explained.message : String(explained);
      throw explained;
    }
  };

  /** The server's own words where it has any. */
  function explain(error: unknown): unknown {
    if (!sdk.SdkHttpError.isInstance(error)) return error;
    const { status, data } = error;
    const text = typeof data["text"] === "string" ? data["text"].trim() : "";
    const { host } = new URL(url);
    if (status === 401 || status === 403) {
      return new RunError("auth", `${host} does not let this program in (${status}).`, {
        hint: "Look at the key in `headers` of the mcp server.",
        cause: error,
      });
    }
    const answered = jsonRpcError(text);
    if (answered !== undefined && status !== 404) return sdk.ProtocolError.fromError(answered.code, answered.message);
    const words = text === "" || text.startsWith("<") ? (error.statusText ?? "") : text;
    return new Error(`${host} answers ${status}${words === "" ? "" : `: ${shorten(words, 300)}`}`, { cause: error });
  }

  return Object.assign(transport, { leave: () => transport.terminateSession(), lost: () => lost });
}

function jsonRpcError(text: string): { readonly code: number; readonly message: string } | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    return typeof error?.code === "number" && typeof error.message === "string" ? { code: error.code, message: error.message } : undefined;
  } catch {
    return undefined;
  }
}

/** Breaks off a reply that grows too large; of a stream of events a single event. */
function limit(events: boolean, cut: () => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const end = events ? lastBlankLine(chunk) : -1;
      size = end < 0 ? size + chunk.length : chunk.length - end;
      if (size > mostBytes) {
        cut();
        controller.error(new Error(`The reply has more than ${mostBytes / 1024 / 1024} MB.`));
      } else controller.enqueue(chunk);
    },
  });
}

/** Where the last event of a piece ends. One whose end falls between two pieces is found with the next. */
function lastBlankLine(chunk: Uint8Array): number {
  for (let at = chunk.lastIndexOf(0x0a); at > 0; at = chunk.lastIndexOf(0x0a, at - 1)) {
    const before = chunk[at - 1] === 0x0d ? at - 2 : at - 1;
    if (before >= 0 && chunk[before] === 0x0a) return at;
  }
  return -1;
}
