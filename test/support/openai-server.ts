import { type Behaviour, type LocalServer, localServer, type Script, type ServedRequest, status } from "./local-server.ts";

export {
  type Behaviour,
  brokenStream,
  page,
  rawStream,
  redirect,
  resetAtOnce,
  type ServedRequest,
  silence,
  status,
} from "./local-server.ts";

export interface OpenAIServer extends LocalServer {
  /** `http://127.0.0.1:PORT/v1` */
  readonly url: string;
}

/** A server that speaks OpenAI's chat completions: `const server = await openaiServer([reply("Hello")])`, `base_url: server.url`. */
export async function openaiServer(script: Script): Promise<OpenAIServer> {
  const server = await localServer(script);
  return Object.defineProperty(server, "url", { value: `${server.origin}/v1` }) as OpenAIServer;
}

/** The parts of a request that scripts look at. */
export interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string | null; readonly tool_call_id?: string }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly [key: string]: unknown;
}

/** A request's body, as chat completions. */
export function chatOf(request: ServedRequest | undefined): ChatRequest | undefined {
  return request?.body as ChatRequest | undefined;
}

function modelOf(request: ServedRequest): string {
  return chatOf(request)?.model ?? "unknown";
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
    const model = modelOf(request);
    if (chatOf(request)?.stream !== true) {
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
    response.end(JSON.stringify(completion(content, modelOf(request), options)));
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

export function rateLimited(headers: Readonly<Record<string, string>> = {}): Behaviour {
  return status(429, errorBody("Rate limit reached for requests", { type: "requests", code: "rate_limit_exceeded" }), headers);
}
