import { type Behaviour, type LocalServer, localServer, rawStream, type Script, type ServedRequest, status } from "./local-server.ts";

export { type Behaviour, brokenStream, page, rawStream, redirect, resetAtOnce, type ServedRequest, silence, status } from "./local-server.ts";

export type OllamaServer = LocalServer;

/** A server that speaks `/api/chat`: `const server = await ollamaServer([reply("Hello")])`, `base_url: server.origin`. */
export function ollamaServer(script: Script): Promise<OllamaServer> {
  return localServer(script);
}

export const ndjson = "application/x-ndjson";

/** The parts of a request that scripts look at. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string; readonly tool_name?: string }[];
  readonly [key: string]: unknown;
}

/** A request's body, as a chat. */
export function chatOf(request: ServedRequest | undefined): ChatRequest | undefined {
  return request?.body as ChatRequest | undefined;
}

export interface ReplyOptions {
  readonly thinking?: string;
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: unknown }[];
  readonly done?: string;
  /** Of the last line; null leaves the counts out. */
  readonly counts?: Readonly<Record<string, number>> | null;
  /** Characters to a line; default 8. */
  readonly chunk?: number;
}

export const someCounts = { prompt_eval_count: 20, prompt_eval_cached_count: 4, eval_count: 10 } as const;

/** A reply as the server streams it. A value that is no string goes out as its JSON. */
export function reply(content: unknown, options: ReplyOptions = {}): Behaviour {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return (request, response) => rawStream(replyLines(text, chatOf(request)?.model ?? "unknown", options), ndjson)(request, response);
}

export function callTools(...toolCalls: NonNullable<ReplyOptions["toolCalls"]>): Behaviour {
  return reply("", { toolCalls });
}

/** The lines of a streamed reply, each with its end. */
export function replyLines(
  text: string,
  model: string,
  { thinking = "", toolCalls = [], done = "stop", counts = someCounts, chunk = 8 }: ReplyOptions = {},
): string[] {
  const line = (message: object, rest: object = { done: false }) =>
    `${JSON.stringify({ model, created_at: "2026-11-24T00:00:00Z", message: { role: "assistant", content: "", ...message }, ...rest })}\n`;
  const lines: string[] = [];
  for (let at = 0; at < thinking.length; at += chunk) lines.push(line({ thinking: thinking.slice(at, at + chunk) }));
  for (let at = 0; at < text.length; at += chunk) lines.push(line({ content: text.slice(at, at + chunk) }));
  for (const [index, { id, name, arguments: args }] of toolCalls.entries()) {
    lines.push(line({ tool_calls: [{ ...(id === undefined ? {} : { id }), function: { index, name, arguments: args } }] }));
  }
  return [...lines, line({}, { done_reason: done, done: true, total_duration: 5, ...counts })];
}

export function failed(code: number, error: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return status(code, { error }, headers);
}
