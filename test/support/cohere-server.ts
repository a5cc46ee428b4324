import { type Behaviour, type LocalServer, localServer, rawStream, type Script, type ServedRequest, status } from "./local-server.ts";

export { type Behaviour, brokenStream, page, rawStream, redirect, resetAtOnce, type ServedRequest, silence, status } from "./local-server.ts";

export type CohereServer = LocalServer;

/** A server that speaks version 2 of Cohere's chat: `const server = await cohereServer([reply("Hello")])`, `base_url: server.origin`. */
export function cohereServer(script: Script): Promise<CohereServer> {
  return localServer(script);
}

/** The parts of a request that scripts look at. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content?: unknown; readonly tool_call_id?: string; readonly tool_plan?: string }[];
  readonly [key: string]: unknown;
}

/** A request's body, as a chat. */
export function chatOf(request: ServedRequest | undefined): ChatRequest | undefined {
  return request?.body as ChatRequest | undefined;
}

export interface ReplyOptions {
  readonly thinking?: string;
  readonly plan?: string;
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: string }[];
  readonly finish?: string;
  /** Of the last event; null leaves it out. */
  readonly usage?: Readonly<Record<string, unknown>> | null;
  readonly error?: string;
  /** Characters to an event; default 8. */
  readonly chunk?: number;
}

/** What Cohere puts before every prompt is counted in `tokens` alone. */
export const someUsage = {
  billed_units: { input_tokens: 20, output_tokens: 10 },
  tokens: { input_tokens: 520, output_tokens: 12 },
  cached_tokens: 4,
} as const;

/** A reply as the API streams it. A value that is no string goes out as its JSON. */
export function reply(content: unknown, options: ReplyOptions = {}): Behaviour {
  return rawStream(replyEvents(typeof content === "string" ? content : JSON.stringify(content), options));
}

export function callTools(...toolCalls: NonNullable<ReplyOptions["toolCalls"]>): Behaviour {
  return reply("", { toolCalls });
}

/** The events of a streamed reply, each with its blank line. */
export function replyEvents(
  text: string,
  { thinking = "", plan = "", toolCalls = [], finish, usage = someUsage, error, chunk = 8 }: ReplyOptions = {},
): string[] {
  const event = (type: string, rest: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const delta = (message: object) => ({ delta: { message } });
  const pieces = (whole: string) => Array.from({ length: Math.ceil(whole.length / chunk) }, (_, at) => whole.slice(at * chunk, (at + 1) * chunk));
  let index = 0;
  const block = (type: "thinking" | "text", whole: string) => {
    if (whole === "") return [];
    const at = { index: index++ };
    return [
      event("content-start", { ...at, ...delta({ content: { type, [type]: "" } }) }),
      ...pieces(whole).map((piece) => event("content-delta", { ...at, ...delta({ content: { [type]: piece } }) })),
      event("content-end", at),
    ];
  };
  return [
    event("message-start", { id: "msg-1", ...delta({ role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] }) }),
    ...block("thinking", thinking),
    ...pieces(plan).map((piece) => event("tool-plan-delta", delta({ tool_plan: piece }))),
    ...block("text", text),
    ...toolCalls.flatMap(({ id, name, arguments: args }) => {
      const at = { index: index++ };
      const call = { id: id ?? `${name}_${at.index}`, type: "function", function: { name, arguments: "" } };
      return [
        event("tool-call-start", { ...at, ...delta({ tool_calls: call }) }),
        ...pieces(args).map((piece) => event("tool-call-delta", { ...at, ...delta({ tool_calls: { function: { arguments: piece } } }) })),
        event("tool-call-end", at),
      ];
    }),
    event("message-end", {
      delta: {
        finish_reason: finish ?? (toolCalls.length > 0 ? "TOOL_CALL" : "COMPLETE"),
        ...(usage === null ? {} : { usage }),
        ...(error === undefined ? {} : { error }),
      },
    }),
  ];
}

export function failed(code: number, message: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return status(code, { id: "b1f5", message }, headers);
}
