import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * A local server that speaks OpenAI's chat completions and can misbehave. It stands at the network's other end, so that
 * nothing of ours is replaced in a test: `const server = await openaiServer([reply("Hello")])`, `base_url: server.url`.
 */
export interface OpenAIServer {
  /** `http://127.0.0.1:PORT/v1` */
  readonly url: string;
  readonly host: string;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly ServedRequest[];
  /** Connections that stand now. */
  readonly openSockets: number;
  /** Connections that were ever made. */
  readonly connections: number;
  /** The most requests that were being answered at one time. */
  readonly mostAtOnce: number;
  /** Resolves when the n-th request (from 1) has arrived whole. */
  arrived(n: number): Promise<ServedRequest>;
  /** Resolves when no connection stands. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON, or undefined where it is none. */
  readonly body: ChatRequest | undefined;
  /** Resolves when the connection of this request is gone, or the reply is whole: "closed" or "finished". */
  readonly ended: Promise<"closed" | "finished">;
}

/** The parts of a request that scripts look at. */
export interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string | null; readonly tool_call_id?: string }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly [key: string]: unknown;
}

/** What one request is answered with. */
export type Behaviour = (request: ServedRequest, response: ServerResponse) => unknown;
export type Script = readonly Behaviour[] | ((request: ServedRequest, index: number) => Behaviour);

export async function openaiServer(script: Script): Promise<OpenAIServer> {
  const requests: ServedRequest[] = [];
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  let connections = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const changed = () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => waiting.push(resolve));
  };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const ended = new Promise<"closed" | "finished">((resolve) => response.once("close", () => resolve(response.writableFinished ? "finished" : "closed")));
    const pieces: Buffer[] = [];
    try {
      for await (const piece of incoming) pieces.push(piece as Buffer);
    } catch {
      return;
    }
    const text = Buffer.concat(pieces).toString("utf8");
    const request: ServedRequest = { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers, text, body: parse(text), ended };
    atOnce++;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    void ended.then(() => {
      atOnce--;
      changed();
    });
    const index = requests.push(request) - 1;
    changed();
    const behaviour =
      typeof script === "function" ? script(request, index) : (script[index] ?? status(500, errorBody("Nothing is scripted for this request.")));
    await behaviour(request, response);
  }

  const server = createServer((incoming, response) => void serve(incoming, response));
  server.on("connection", (socket) => {
    connections++;
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: `http://${host}/v1`,
    host,
    requests,
    get openSockets() {
      return sockets.size;
    },
    get connections() {
      return connections;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    async arrived(n) {
      await until(() => requests.length >= n);
      return requests[n - 1] as ServedRequest;
    },
    quiet: () => until(() => sockets.size === 0),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function parse(text: string): ChatRequest | undefined {
  try {
    return JSON.parse(text) as ChatRequest;
  } catch {
    return undefined;
  }
}

// ------------------------------------------------------------------------------------------------ replies that are right

export interface ReplyOptions {
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: string }[];
  readonly finish?: string;
  /** Sent in a chunk of its own after the last one, as the API does; null leaves it out. */
  readonly usage?: Readonly<Record<string, unknown>> | null;
  /** Characters to a chunk; default 8. */
  readonly chunk?: number;
  /** Milliseconds before the first byte. */
  readonly latency?: number;
}

export const someUsage = {
  prompt_tokens: 20,
  completion_tokens: 10,
  total_tokens: 30,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
} as const;

/** A reply as the API streams it; whole where the request does not ask for a stream. A value that is no string goes out as its JSON. */
export function reply(content: unknown, options: ReplyOptions = {}): Behaviour {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return async (request, response) => {
    if (options.latency !== undefined) await new Promise((resolve) => setTimeout(resolve, options.latency));
    const model = request.body?.model ?? "unknown";
    if (request.body?.stream !== true) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(completion(text, model, options)));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    for (const event of completionEvents(text, model, options)) response.write(event);
    response.end("data: [DONE]\n\n");
  };
}

/** A reply that calls tools. */
export function callTools(...toolCalls: NonNullable<ReplyOptions["toolCalls"]>): Behaviour {
  return reply("", { toolCalls });
}

/** The same reply as one JSON body, whatever was asked for: a server that does not stream. */
export function wholeReply(content: string, options: ReplyOptions = {}): Behaviour {
  return (request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(completion(content, request.body?.model ?? "unknown", options)));
  };
}

function completion(text: string, model: string, { toolCalls, finish, usage = someUsage }: ReplyOptions) {
  const calls = toolCalls?.map((call, index) => ({
    id: call.id ?? `call_${index}`,
    type: "function",
    function: { name: call.name, arguments: call.arguments },
  }));
  const message = { role: "assistant", content: text === "" ? null : text, ...(calls === undefined ? {} : { tool_calls: calls }) };
  const reason = finish ?? (calls === undefined ? "stop" : "tool_calls");
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message, finish_reason: reason }],
    ...(usage === null ? {} : { usage }),
  };
}

/** The events of a streamed reply, each with its `data: ` and blank line, without `[DONE]`. */
export function completionEvents(text: string, model: string, { toolCalls = [], finish, usage = someUsage, chunk = 8 }: ReplyOptions = {}): string[] {
  const deltas: unknown[] = [{ role: "assistant", content: "" }];
  for (let at = 0; at < text.length; at += chunk) deltas.push({ content: text.slice(at, at + chunk) });
  for (const [index, call] of toolCalls.entries()) {
    deltas.push({ tool_calls: [{ index, id: call.id ?? `call_${index}`, type: "function", function: { name: call.name, arguments: "" } }] });
    for (let at = 0; at < call.arguments.length; at += chunk)
      deltas.push({ tool_calls: [{ index, function: { arguments: call.arguments.slice(at, at + chunk) } }] });
  }
  const event = (choices: unknown[], rest: object = {}) =>
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model, choices, ...rest })}\n\n`;
  return [
    ...deltas.map((delta) => event([{ index: 0, delta, finish_reason: null }])),
    event([{ index: 0, delta: {}, finish_reason: finish ?? (toolCalls.length > 0 ? "tool_calls" : "stop") }]),
    ...(usage === null ? [] : [event([], { usage })]),
  ];
}

// ---------------------------------------------------------------------------------------------------- replies that are not

export function errorBody(message: string, rest: { readonly type?: string; readonly code?: string | null } = {}): object {
  return { error: { message, type: rest.type ?? "server_error", param: null, code: rest.code ?? null } };
}

/** Any status with any body: an object as JSON, a string as it is. */
export function status(code: number, body: object | string = "", headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_request, response) => {
    const type = typeof body === "string" ? "text/plain" : "application/json";
    response.writeHead(code, { "content-type": type, ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

export function rateLimited(headers: Readonly<Record<string, string>> = {}): Behaviour {
  return status(429, errorBody("Rate limit reached for requests", { type: "requests", code: "rate_limit_exceeded" }), headers);
}

/** The connection is reset without a reply. */
export function resetAtOnce(): Behaviour {
  return (_request, response) => response.socket?.resetAndDestroy();
}

/** A stream that sends these events (`completionEvents`) and then breaks off, is reset, or falls silent. */
export function brokenStream(events: readonly string[], then: "end" | "reset" | "stall"): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    const text = events.join("");
    if (then === "end") response.end(text);
    else if (then === "stall") response.write(text);
    // What was written has to arrive before the reset does.
    else response.write(text, () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
  };
}

/** The request is taken and never answered. */
export function silence(): Behaviour {
  return () => undefined;
}

export function redirect(location: string, code = 307): Behaviour {
  return status(code, "", { location });
}

/** A stream of exactly these bytes, each piece in a write of its own. */
export function rawStream(pieces: readonly (string | Uint8Array)[], type = "text/event-stream"): Behaviour {
  return async (_request, response) => {
    response.writeHead(200, { "content-type": type });
    for (const piece of pieces) await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    response.end();
  };
}

/** A page as a proxy in between answers with. */
export function page(code: number, title: string): Behaviour {
  return status(code, `<!DOCTYPE html><html><head><title>${title}</title><style>body{}</style></head><body><h1>${title}</h1></body></html>`, {
    "content-type": "text/html",
  });
}
