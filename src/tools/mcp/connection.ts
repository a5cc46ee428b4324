import type { CallToolResult, Client, Transport } from "@modelcontextprotocol/client";
import type { JsonObject, JsonSchema } from "../../diagnostics/json.ts";
import type { ServerTool } from "../../interpreter/options.ts";
import type { Sdk } from "./sdk.ts";

/** A tool with what only calling it needs to know. */
export interface ListedTool extends ServerTool {
  /** The server says that calling it again changes nothing. */
  readonly repeatable: boolean;
  /** As the server gives it: what the result's structured content is like. */
  readonly result?: JsonSchema;
}

/** One session with a server. */
export interface Connection {
  readonly server: { readonly name: string; readonly version: string } | undefined;
  /** The transport has ended, whoever ended it. */
  readonly dead: boolean;
  list(signal: AbortSignal): Promise<readonly ListedTool[]>;
  call(tool: string, args: JsonObject, options: { readonly signal: AbortSignal; readonly onProgress: () => void }): Promise<CallToolResult>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly sdk: Sdk;
  readonly transport: Transport;
  /** What this side calls itself. */
  readonly client: { readonly name: string; readonly version: string };
  /** The list of tools has changed. */
  readonly onChanged: () => void;
  /** The server asked for something that is refused: sampling, elicitation, roots. */
  readonly onAsked: (method: string) => void;
  /** `auto`: a server that speaks the stateless revision only. */
  readonly mode: "legacy" | "auto";
  readonly signal: AbortSignal;
}

/** Longer than any limit of ours, which all come from outside as signals. */
const never = 2 ** 31 - 1;
/** A server whose pages do not end. */
const mostPages = 2000;
/** Characters of all the tools together: ten thousand tools with a page of description each. */
const mostListed = 64_000_000;

/** Opens a session: the handshake, and who answers what the server may ask. Rejects with what went wrong, the transport closed. */
export async function connect({ sdk, transport, client: info, onChanged, onAsked, mode, signal }: ConnectOptions): Promise<Connection> {
  let dead = false;
  const client = new sdk.Client(info, {
    // No roots: servers take them for permission. The filesystem server lets models write everywhere below them, whatever
    // narrower folder its arguments name (https://github.com/modelcontextprotocol/servers/tree/main/src/filesystem).
    capabilities: {},
    versionNegotiation: { mode },
    listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged } },
    // Schemas of results come from outside: the package's own validator would run their patterns.
    jsonSchemaValidator: { getValidator: () => (input: unknown) => ({ valid: true, data: input as never, errorMessage: undefined }) },
  });
  client.fallbackRequestHandler = async ({ method }) => {
    onAsked(method);
    throw new sdk.ProtocolError(sdk.ProtocolErrorCode.MethodNotFound, `This client answers no ${method}.`);
  };
  // What goes wrong with one message is told by the call that it belongs to.
  client.onerror = () => undefined;
  client.onclose = () => {
    dead = true;
  };
  try {
    await client.connect(transport, { signal, timeout: never });
  } catch (error) {
    await client.close().catch(() => undefined);
    throw error;
  }
  return {
    server: client.getServerVersion(),
    get dead() {
      return dead;
    },
    list: (within) => (client.getServerCapabilities()?.tools === undefined ? Promise.resolve([]) : listAll(client, within)),
    call: (tool, args, { signal: within, onProgress }) =>
      client.request({ method: "tools/call", params: { name: tool, arguments: { ...args } } }, { signal: within, timeout: never, onprogress: onProgress }),
    close: () => client.close(),
  };
}

async function listAll(client: Client, signal: AbortSignal): Promise<readonly ListedTool[]> {
  const tools: ListedTool[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  let size = 0;
  for (let page = 0; page < mostPages; page++) {
    const result = await client.request({ method: "tools/list", params: cursor === undefined ? {} : { cursor } }, { signal, timeout: never });
    size += JSON.stringify(result.tools).length;
    if (size > mostListed) throw new Error(`its list of tools has more than ${mostListed / 1_000_000} MB`);
    for (const { name, description, inputSchema, outputSchema, annotations } of result.tools) {
      tools.push({
        name,
        ...(description === undefined ? {} : { description }),
        parameters: inputSchema as JsonSchema,
        ...(outputSchema === undefined ? {} : { result: outputSchema as JsonSchema }),
        repeatable: annotations?.readOnlyHint === true || annotations?.idempotentHint === true,
      });
    }
    cursor = result.nextCursor;
    if (cursor === undefined || cursor === "") return tools;
    if (seen.has(cursor)) throw new Error("its list of tools goes round in a circle");
    seen.add(cursor);
  }
  throw new Error(`its list of tools has more than ${mostPages} pages`);
}
