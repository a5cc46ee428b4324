import { type Behaviour, type LocalServer, localServer, type Script, type ServedRequest, status } from "./local-server.ts";

export { type Behaviour, brokenStream, page, rawStream, redirect, resetAtOnce, type Script, type ServedRequest, silence, status } from "./local-server.ts";

export interface AnthropicServer extends LocalServer {
  /** `http://127.0.0.1:PORT`: a `base_url` of this vendor's has no path. */
  readonly url: string;
}

/** A server that speaks Anthropic's Messages API: `const server = await anthropicServer([reply("Hello")])`, `base_url: server.url`. */
export async function anthropicServer(script: Script): Promise<AnthropicServer> {
  const server = await localServer(script);
  return Object.defineProperty(server, "url", { value: server.origin }) as AnthropicServer;
}

/** The parts of a request that scripts look at. */
export interface MessagesRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly system?: unknown;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly name: string }[];
  readonly output_config?: { readonly format?: object; readonly effort?: string };
  readonly [key: string]: unknown;
}

export function messagesOf(request: ServedRequest | undefined): MessagesRequest | undefined {
  return request?.body as MessagesRequest | undefined;
}

// ------------------------------------------------------------------------------------------------ replies that are right

/** A content block as a whole reply has it. */
export type ContentBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "redacted_thinking"; readonly data: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: unknown; readonly caller?: object }
  | { readonly type: string; readonly [key: string]: unknown };

export interface ReplyOptions {
  readonly stop?: string;
  readonly stopDetails?: object;
  readonly usage?: Readonly<Record<string, unknown>>;
  /** Characters to a delta; default 8. */
  readonly chunk?: number;
}

export const someUsage = {
  input_tokens: 12,
  cache_read_input_tokens: 4,
  cache_creation_input_tokens: 4,
  output_tokens: 10,
  output_tokens_details: { thinking_tokens: 2 },
} as const;

/** A reply as the API streams it: a text, a value that goes out as its JSON, or blocks. Whole where no stream is asked for. */
export function reply(content: string | readonly ContentBlock[] | object, options: ReplyOptions = {}): Behaviour {
  return (request, response) => {
    const model = messagesOf(request)?.model ?? "unknown";
    if (messagesOf(request)?.stream !== true) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(wholeMessage(blocksOf(content), model, options)));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    for (const event of messageEvents(content, model, options)) response.write(event);
    response.end();
  };
}

/** A reply that calls tools. */
export function callTools(...calls: readonly { readonly id?: string; readonly name: string; readonly input: unknown }[]): Behaviour {
  return reply(calls.map(({ id, name, input }, index) => ({ type: "tool_use", id: id ?? `toolu_${index}`, name, input })));
}

/** The same reply as one JSON body, whatever was asked for: a server that does not stream. */
export function wholeReply(content: string | readonly ContentBlock[], options: ReplyOptions = {}): Behaviour {
  return (request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(wholeMessage(blocksOf(content), messagesOf(request)?.model ?? "unknown", options)));
  };
}

function blocksOf(content: string | readonly ContentBlock[] | object): readonly ContentBlock[] {
  if (Array.isArray(content)) return content as readonly ContentBlock[];
  return [{ type: "text", text: typeof content === "string" ? content : JSON.stringify(content) }];
}

function reasonOf(blocks: readonly ContentBlock[], { stop }: ReplyOptions): string {
  return stop ?? (blocks.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn");
}

function wholeMessage(content: readonly ContentBlock[], model: string, options: ReplyOptions): object {
  const { usage = someUsage, stopDetails = null } = options;
  const end = { stop_reason: reasonOf(content, options), stop_sequence: null, stop_details: stopDetails };
  return { id: "msg_1", type: "message", role: "assistant", model, content, ...end, usage };
}

/** One event as it stands on the wire. */
export function event(data: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The events of a streamed reply, in the order and with the fields of the API's reference. */
export function messageEvents(content: string | readonly ContentBlock[] | object, model: string, options: ReplyOptions = {}): string[] {
  const { usage = someUsage, chunk = 8, stopDetails = null } = options;
  const blocks = blocksOf(content);
  const message = { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null };
  return [
    event({ type: "message_start", message: { ...message, usage: { ...usage, output_tokens: 1, output_tokens_details: null } } }),
    event({ type: "ping" }),
    ...blocks.flatMap((block, index) => [
      event({ type: "content_block_start", index, content_block: beginning(block) }),
      ...deltas(block, chunk).map((delta) => event({ type: "content_block_delta", index, delta })),
      event({ type: "content_block_stop", index }),
    ]),
    event({
      type: "message_delta",
      delta: { stop_reason: reasonOf(blocks, options), stop_sequence: null, stop_details: stopDetails },
      usage: { ...usage, input_tokens: null },
    }),
    event({ type: "message_stop" }),
  ];
}

function beginning(block: ContentBlock): object {
  if (block.type === "text") return { type: "text", text: "", citations: null };
  if (block.type === "thinking") return { type: "thinking", thinking: "", signature: "" };
  return block.type === "tool_use" || block.type === "server_tool_use" ? { ...block, input: {} } : block;
}

function deltas(block: ContentBlock, chunk: number): object[] {
  const fields = block as Readonly<Record<string, unknown>>;
  if (block.type === "text") return pieces(String(fields["text"]), chunk).map((text) => ({ type: "text_delta", text }));
  if (block.type === "thinking") {
    const thinking = pieces(String(fields["thinking"]), chunk).map((text) => ({ type: "thinking_delta", thinking: text }));
    return [...thinking, { type: "signature_delta", signature: fields["signature"] }];
  }
  if (block.type !== "tool_use" && block.type !== "server_tool_use") return [];
  const json = typeof fields["input"] === "string" ? fields["input"] : JSON.stringify(fields["input"]);
  return ["", ...pieces(json === "{}" ? "" : json, chunk)].map((partial_json) => ({ type: "input_json_delta", partial_json }));
}

function pieces(text: string, size: number): string[] {
  const list: string[] = [];
  for (let at = 0; at < text.length; at += size) list.push(text.slice(at, at + size));
  return list;
}

// ---------------------------------------------------------------------------------------------------- replies that are not

export function errorBody(type: string, message: string, code?: string): object {
  return { type: "error", error: { type, message, ...(code === undefined ? {} : { details: { error_code: code } }) }, request_id: "req_1" };
}

export function rateLimited(headers: Readonly<Record<string, string>> = {}): Behaviour {
  return status(429, errorBody("rate_limit_error", "This request would exceed your organization's rate limit."), headers);
}
