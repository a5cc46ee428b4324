import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createMcpHandler, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import { type ToolsOptions, toolServer } from "./mcp-tools.ts";

export interface McpHttpServer {
  readonly url: string;
  readonly host: string;
  /** Every request so far: its method, headers, and the JSON-RPC method in it. */
  readonly requests: readonly { readonly method: string; readonly headers: Readonly<Record<string, unknown>>; readonly rpc: string | undefined }[];
  /** Sessions that stand now. */
  readonly sessions: number;
  /** Forgets every session, as a server does that was started anew. */
  forget(): void;
  close(): Promise<void>;
}

/** The same tools over Streamable HTTP: with sessions as in 2025, or the stateless revision alone. */
export async function mcpHttpServer(options: ToolsOptions & { readonly modern?: boolean } = {}): Promise<McpHttpServer> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const requests: { method: string; headers: Readonly<Record<string, unknown>>; rpc: string | undefined }[] = [];
  const modern = createMcpHandler(() => toolServer(options), { legacy: "reject" });

  async function answer(request: Request, body: unknown): Promise<Response> {
    if (options.modern) return modern.fetch(request);
    const id = request.headers.get("mcp-session-id");
    const known = id === null ? undefined : sessions.get(id);
    if (known !== undefined) return known.handleRequest(request, { parsedBody: body });
    if (id !== null) return new Response("There is no such session.", { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    });
    await toolServer(options).connect(transport);
    return transport.handleRequest(request, { parsedBody: body });
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString("utf8");
    const body = text === "" ? undefined : (JSON.parse(text) as { method?: string });
    const method = incoming.method ?? "GET";
    requests.push({ method, headers: incoming.headers, rpc: body?.method });
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method,
      headers: incoming.headers as Record<string, string>,
      signal: gone.signal,
      ...(text === "" ? {} : { body: text }),
    });
    const answered = await answer(request, body);
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.flushHeaders();
    if (answered.body === null) response.end();
    else
      Readable.fromWeb(answered.body as ReadableStream)
        .on("error", () => response.destroy())
        .pipe(response);
  }

  const server = createServer((incoming, response) => void serve(incoming, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/mcp`,
    host,
    requests,
    get sessions() {
      return sessions.size;
    },
    forget: () => sessions.clear(),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
