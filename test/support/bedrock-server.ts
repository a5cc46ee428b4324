import { crc32 } from "node:zlib";
import { type Behaviour, type LocalServer, localServer, rawStream, type Script, type ServedRequest, status } from "./local-server.ts";

export { type Behaviour, brokenStream, page, rawStream, redirect, resetAtOnce, type ServedRequest, silence, status } from "./local-server.ts";

/** A server that speaks Bedrock's Converse: `const server = await bedrockServer([reply("Hello")])`, `base_url: server.origin`. */
export function bedrockServer(script: Script): Promise<LocalServer> {
  return localServer(script);
}

/** The type of a stream of events. */
export const eventStream = "application/vnd.amazon.eventstream";

type Block = Readonly<Record<string, unknown>>;

/** The parts of a request that scripts look at. */
export interface ConverseRequest {
  readonly system?: readonly { readonly text?: string }[];
  readonly messages: readonly { readonly role: string; readonly content: readonly Block[] }[];
  readonly toolConfig?: { readonly tools: readonly { readonly toolSpec: { readonly name: string } }[] };
  readonly [key: string]: unknown;
}

/** A request's body, as Converse. */
export function converseOf(request: ServedRequest | undefined): ConverseRequest | undefined {
  return request?.body as ConverseRequest | undefined;
}

/** The model that a request's path names. */
export function modelOf(request: ServedRequest | undefined): string {
  return decodeURIComponent(/^\/model\/([^/]+)\//.exec(request?.path ?? "")?.[1] ?? "");
}

// --------------------------------------------------------------------------------------------------- the binary stream

/**
 * One message of an event stream (https://smithy.io/2.0/aws/amazon-eventstream.html), all numbers big-endian: the length of
 * the whole, that of the headers, the CRC-32 of those eight bytes; the headers; the payload; the CRC-32 of all before.
 */
export function message(headers: Readonly<Record<string, string>>, payload: string | Uint8Array): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => {
    const key = Buffer.from(name);
    const text = Buffer.from(value);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(text.length);
    // 7: the value is a text with a length of two bytes.
    return Buffer.concat([Buffer.from([key.length]), key, Buffer.from([7]), size, text]);
  });
  return framed(Buffer.concat(fields), Buffer.from(payload));
}

/** A message of headers that are encoded already. */
export function framed(headers: Buffer, payload: Buffer): Buffer {
  const whole = Buffer.alloc(16 + headers.length + payload.length);
  whole.writeUInt32BE(whole.length, 0);
  whole.writeUInt32BE(headers.length, 4);
  whole.writeUInt32BE(crc32(whole.subarray(0, 8)), 8);
  headers.copy(whole, 12);
  payload.copy(whole, 12 + headers.length);
  whole.writeUInt32BE(crc32(whole.subarray(0, -4)), whole.length - 4);
  return whole;
}

/** An event as the service sends it, with the padding `p` that hides how long a token is. */
export function event(type: string, body: object): Buffer {
  const text = JSON.stringify({ ...body, p: "abcdefghijklmnopqrstuvwxyz".slice(0, type.length) });
  return message({ ":event-type": type, ":content-type": "application/json", ":message-type": "event" }, text);
}

/** What goes wrong inside a stream: `throttlingException`. */
export function exception(type: string, body: object): Buffer {
  return message({ ":exception-type": type, ":content-type": "application/json", ":message-type": "exception" }, JSON.stringify(body));
}

// ------------------------------------------------------------------------------------------------ replies that are right

export interface ReplyOptions {
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: string }[];
  /** Comes before the text, in a block of its own. */
  readonly thinking?: { readonly text: string; readonly signature?: string };
  readonly stopReason?: string;
  /** null leaves it out. */
  readonly usage?: Readonly<Record<string, unknown>> | null;
  /** Characters to an event; default 8. */
  readonly chunk?: number;
}

export const someUsage = { inputTokens: 16, outputTokens: 10, totalTokens: 33, cacheReadInputTokens: 4, cacheWriteInputTokens: 3 } as const;

/** A reply as the service streams it, or whole for `/converse`. A value that is no string goes out as its JSON. */
export function reply(content: unknown, options: ReplyOptions = {}): Behaviour {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return (request, response) => {
    const id = { "x-amzn-requestid": "request-1" };
    if (!request.path.endsWith("-stream")) return status(200, wholeReply(text, options), id)(request, response);
    response.setHeader("x-amzn-requestid", id["x-amzn-requestid"]);
    return rawStream(replyEvents(text, options), eventStream)(request, response);
  };
}

/** A reply that calls tools. */
export function callTools(...toolCalls: NonNullable<ReplyOptions["toolCalls"]>): Behaviour {
  return reply("", { toolCalls });
}

/** The messages of a streamed reply. */
export function replyEvents(text: string, options: ReplyOptions = {}): Buffer[] {
  const { toolCalls = [], thinking, usage = someUsage, chunk = 8 } = options;
  const events = [event("messageStart", { role: "assistant" })];
  let contentBlockIndex = 0;
  const block = (start: object | undefined, deltas: readonly object[]) => {
    if (start !== undefined) events.push(event("contentBlockStart", { contentBlockIndex, start }));
    for (const delta of deltas) events.push(event("contentBlockDelta", { contentBlockIndex, delta }));
    events.push(event("contentBlockStop", { contentBlockIndex }));
    contentBlockIndex++;
  };
  if (thinking !== undefined) {
    const signature = thinking.signature === undefined ? [] : [{ reasoningContent: { signature: thinking.signature } }];
    block(undefined, [...cut(thinking.text, chunk).map((piece) => ({ reasoningContent: { text: piece } })), ...signature]);
  }
  if (text !== "") {
    block(
      undefined,
      cut(text, chunk).map((piece) => ({ text: piece })),
    );
  }
  for (const [index, call] of toolCalls.entries()) {
    block(
      { toolUse: { toolUseId: call.id ?? `tooluse_${index}`, name: call.name } },
      cut(call.arguments, chunk).map((input) => ({ toolUse: { input } })),
    );
  }
  events.push(event("messageStop", { stopReason: stopReasonOf(options) }));
  if (usage !== null) events.push(event("metadata", { usage, metrics: { latencyMs: 120 } }));
  return events;
}

/** The same as one body, as `/converse` gives it. */
export function wholeReply(text: string, options: ReplyOptions = {}): object {
  const { toolCalls = [], thinking, usage = someUsage } = options;
  const content = [
    ...(thinking === undefined ? [] : [{ reasoningContent: { reasoningText: thinking } }]),
    ...(text === "" ? [] : [{ text }]),
    ...toolCalls.map((call, index) => ({ toolUse: { toolUseId: call.id ?? `tooluse_${index}`, name: call.name, input: JSON.parse(call.arguments) } })),
  ];
  return { output: { message: { role: "assistant", content } }, stopReason: stopReasonOf(options), usage, metrics: { latencyMs: 120 } };
}

function stopReasonOf({ stopReason, toolCalls = [] }: ReplyOptions): string {
  return stopReason ?? (toolCalls.length > 0 ? "tool_use" : "end_turn");
}

function cut(text: string, size: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}

// ---------------------------------------------------------------------------------------------------- replies that are not

/** An error as the service answers with it: its name in a header, its words in the body. */
export function failure(code: number, name: string, message: string, more: Readonly<Record<string, unknown>> = {}): Behaviour {
  return status(code, { message, ...more }, { "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/` });
}
