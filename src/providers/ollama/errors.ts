import type { ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { brokeOff, classOfStatus, type FailureContext, type HeaderReader, type Refusal, refused } from "../common/failure.ts";
import { isObject, word } from "../common/json.ts";

/** What a failure is read with, beside what all have in common. */
export interface OllamaContext extends FailureContext {
  /** The model that was asked. */
  readonly model: string;
  /** A key is sent along. */
  readonly keyed: boolean;
}

/** A reply with a status that is no success: `{"error": "…"}`, or a page of something in between. */
export function statusError(status: number, body: string, headers: HeaderReader, context: OllamaContext): ProviderError {
  return refused(status, refusalOf(wordsOf(parsed(body) ?? body), status, context), headers, context);
}

/** `{"error": "…"}` as a line of the stream, whose status was sent long ago (https://docs.ollama.com/api/errors). */
export function lineError(error: unknown, context: OllamaContext, usage?: Usage): ProviderError {
  return brokeOff(refusalOf(wordsOf(error), undefined, context), context, usage);
}

/** The server hands on what its engine says, as JSON inside of the text: `{"error":"{\"error\":{\"message\":\"…\"}}"}`. */
function wordsOf(value: unknown): string {
  if (typeof value === "string") {
    const inner = parsed(value);
    return inner === undefined ? value : wordsOf(inner);
  }
  if (!isObject(value)) return word(value);
  const { error, message } = value;
  if (error !== undefined && error !== null) return wordsOf(error);
  return typeof message === "string" ? message : JSON.stringify(value);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Rule = readonly [words: RegExp, errorClass: ErrorClass, hint?: (context: OllamaContext) => string];

/** What the server's words say, whatever its status: many of its own failures come as 500. In github.com/ollama/ollama: server/, llm/. */
const rules: readonly Rule[] = [
  [
    /exceeds the available context size|exceed_context_size|longer than the context length|exceeds (the )?(maximum )?context length/i,
    "context_length",
    () => "Shorten the prompt, or raise `num_ctx` on the provider.",
  ],
  [
    /does not support tools/i,
    "invalid_request",
    () => "Leave the agent's `tools` out, or choose a model that calls tools (https://ollama.com/search?c=tools).",
  ],
  [/does not support thinking/i, "invalid_request", () => "Leave `reasoning` out, or choose a model that thinks (https://ollama.com/search?c=thinking)."],
  [
    /think value|invalid think/i,
    "invalid_request",
    () => "Write another word for `reasoning`: most models take `on` and `none`, gpt-oss takes `low`, `medium` and `high`.",
  ],
  [/does not support|invalid format|invalid json schema|failed to (load|parse) .*grammar|invalid (option|image)/i, "invalid_request"],
  [/model .*not found|not found, try pulling/i, "not_found", ({ model, host }) => (host === "ollama.com" ? "Look at the model's id." : `ollama pull ${model}`)],
  [/server busy|maximum pending requests/i, "overloaded"],
  [/usage limit|upgrade for (higher|more)|upgrade to continue|quota/i, "quota", () => "The plan's share is used up; waiting for a moment does not help."],
  [/requires more system memory|out of memory/i, "server_error", () => "Choose a smaller model, or lower `num_ctx` on the provider."],
];

function refusalOf(said: string, status: number | undefined, context: OllamaContext): Refusal {
  const rule = status === 401 || status === 403 ? undefined : rules.find(([words]) => words.test(said));
  if (rule !== undefined) {
    const [, errorClass, hint] = rule;
    return { errorClass, said, ...(hint === undefined ? {} : { hint: hint(context) }) };
  }
  if (status === 404)
    return { errorClass: "not_found", said, hint: "Look at `base_url`: it is the server's address and no more, such as http://127.0.0.1:11434." };
  if (status === 401 && !context.keyed) return { errorClass: "auth", said, hint: "Run `ollama signin` where the server is, or write `api_key`." };
  return { errorClass: status === undefined ? (/unauthorized/i.test(said) ? "auth" : "server_error") : classOfStatus(status), said };
}
