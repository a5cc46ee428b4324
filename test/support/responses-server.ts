import type { Behaviour, ServedRequest } from "./local-server.ts";
import { openaiServer } from "./openai-server.ts";

/** One item of a reply, as a test writes it. */
export type Said =
  | { readonly reasoning: string; readonly encrypted?: string | null; readonly id?: string }
  | { readonly text: string; readonly phase?: "commentary" | "final_answer" }
  | { readonly refusal: string }
  | { readonly call: string; readonly arguments: string; readonly id: string };

export interface ResponseOptions {
  readonly status?: "completed" | "incomplete" | "failed";
  readonly incomplete?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly usage?: Readonly<Record<string, unknown>> | null;
  readonly model?: string;
  /** Characters to a delta; default 6. */
  readonly chunk?: number;
}

export const responseUsage = {
  input_tokens: 20,
  input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
  output_tokens: 10,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 30,
} as const;

export { openaiServer as responsesServer };

/** A reply of the Responses API, streamed as it streams it. */
export function respond(said: readonly Said[], options: ResponseOptions = {}): Behaviour {
  return (request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    const model = options.model ?? String(request.body?.["model"]);
    response.end(responseEvents(said, { ...options, model }).join(""));
  };
}

/** Calls of a tool, then what follows them. */
export function inputOf(request: ServedRequest | undefined): readonly Readonly<Record<string, unknown>>[] {
  return (request?.body?.["input"] ?? []) as readonly Readonly<Record<string, unknown>>[];
}

/** The whole reply as JSON: what a request without `stream` is given. */
export function responseBody(said: readonly Said[], options: ResponseOptions = {}): Readonly<Record<string, unknown>> {
  const { status = "completed", incomplete, error, usage = responseUsage, model = "gpt-5-mini" } = options;
  return {
    id: "resp_1",
    object: "response",
    created_at: 1,
    status,
    error: error ?? null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    model,
    output: said.map(itemOf),
    usage,
  };
}

/** The item of a reply that the API would give, whole. */
export function itemOf(said: Said, index = 0): Readonly<Record<string, unknown>> {
  if ("reasoning" in said) {
    const summary = said.reasoning === "" ? [] : [{ type: "summary_text", text: said.reasoning }];
    return { id: said.id ?? `rs_${index}`, type: "reasoning", summary, encrypted_content: said.encrypted === undefined ? "gAAA" : said.encrypted };
  }
  if ("call" in said) {
    return { id: `fc_${index}`, type: "function_call", status: "completed", arguments: said.arguments, call_id: said.id, name: said.call };
  }
  const part = "refusal" in said ? { type: "refusal", refusal: said.refusal } : { type: "output_text", annotations: [], logprobs: [], text: said.text };
  const phase = "text" in said && said.phase !== undefined ? { phase: said.phase } : {};
  return { id: `msg_${index}`, type: "message", status: "completed", content: [part], role: "assistant", ...phase };
}

/** The events of a streamed reply, each with its `event:` and `data:` lines and its blank one. */
export function responseEvents(said: readonly Said[], options: ResponseOptions = {}): string[] {
  const { status = "completed", chunk = 6 } = options;
  const events: string[] = [];
  const event = (type: string, rest: object): void => {
    events.push(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: events.length, ...rest })}\n\n`);
  };
  const begun = { ...responseBody([], options), status: "in_progress", output: [], usage: null, error: null, incomplete_details: null };
  event("response.created", { response: begun });
  event("response.in_progress", { response: begun });
  for (const [index, each] of said.entries()) {
    const item = itemOf(each, index);
    const at = { output_index: index, item_id: item["id"] };
    const pieces = (text: string, type: string, rest: object): void => {
      for (let from = 0; from < text.length; from += chunk) event(type, { ...at, ...rest, delta: text.slice(from, from + chunk), obfuscation: "x7f" });
    };
    if ("reasoning" in each) {
      // What is encrypted is whole only at the end.
      event("response.output_item.added", { output_index: index, item: { ...item, summary: [], encrypted_content: "gA" } });
      for (const [place, text] of each.reasoning.split("\n\n").entries()) {
        if (text === "") continue;
        event("response.reasoning_summary_part.added", { ...at, summary_index: place, part: { type: "summary_text", text: "" } });
        pieces(text, "response.reasoning_summary_text.delta", { summary_index: place });
        event("response.reasoning_summary_text.done", { ...at, summary_index: place, text });
      }
    } else if ("call" in each) {
      event("response.output_item.added", { output_index: index, item: { ...item, status: "in_progress", arguments: "" } });
      pieces(each.arguments, "response.function_call_arguments.delta", {});
      event("response.function_call_arguments.done", { ...at, arguments: each.arguments });
    } else {
      event("response.output_item.added", { output_index: index, item: { ...item, status: "in_progress", content: [] } });
      event("response.content_part.added", { ...at, content_index: 0, part: { type: "output_text", annotations: [], text: "" } });
      if ("refusal" in each) pieces(each.refusal, "response.refusal.delta", { content_index: 0 });
      else {
        pieces(each.text, "response.output_text.delta", { content_index: 0, logprobs: [] });
        event("response.output_text.done", { ...at, content_index: 0, text: each.text, logprobs: [] });
      }
    }
    event("response.output_item.done", { output_index: index, item });
  }
  event(`response.${status}`, { response: responseBody(said, options) });
  return events;
}
