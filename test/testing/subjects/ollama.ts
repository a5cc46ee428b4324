import type { ErrorClass } from "../../../src/diagnostics/classes.ts";
import type { Json, JsonObject, JsonSchema } from "../../../src/diagnostics/json.ts";
import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { ollama } from "../../../src/providers/ollama/index.ts";
import { ollamaKind } from "../../../src/providers/ollama/kind.ts";
import type { Backend, ScriptedFailure, ScriptedReply, Seen, SeenMessage, Subject, Usage } from "../../../src/testing/index.ts";
import { someUsage } from "../../../src/testing/index.ts";
import { ndjson, replyLines } from "../../support/ollama-server.ts";
import { userSaid } from "./openai.ts";

/** `/api/chat`. Facts: https://docs.ollama.com/api/chat, and server/ and api/ of github.com/ollama/ollama. */
export const ollamaSubject: Subject = {
  name: "ollama",
  open: (origin, secret) => ollama({ api_key: secret, base_url: origin }, { fetch: guardedFetch() }),
  get backend() {
    return ollamaBackend;
  },
  abilities: {
    tools: true,
    // There is no choice of tools in the protocol: `none` leaves them out.
    toolChoices: ollamaKind.toolChoices,
    nativeOutput: true,
    parameters: ollamaKind.parameters,
    images: true,
    documents: false,
    reasoning: true,
    // Neither writes to its cache nor thinking are counted apart.
    usage: ["cachedInput"],
    // It filters nothing, and has no time limit of its own that it would tell apart.
    errors: ["rate_limit", "quota", "overloaded", "server_error", "auth", "not_found", "invalid_request", "context_length"],
    // Whatever its words say, they come as a line.
    streamErrors: ["rate_limit", "quota", "overloaded", "server_error", "auth", "not_found", "invalid_request", "context_length"],
    // A filter and a refusal are no more than text.
    finishReasons: ["stop", "tool_calls", "max_tokens", "other"],
  },
};

const ollamaBackend: Backend = {
  reply: (reply, { body }) => ({ status: 200, headers: { "content-type": ndjson }, pieces: linesOf(reply, String((body as JsonObject)["model"])) }),
  failure(failure) {
    const [status] = failures[failure.class] ?? internal;
    // Not of the server's own, but of what stands before it.
    const wait = failure.retryAfterMs === undefined ? {} : { "retry-after": String(failure.retryAfterMs / 1000) };
    return { status, headers: { "content-type": "application/json; charset=utf-8", ...wait }, pieces: [JSON.stringify(errorOf(failure))] };
  },
  read: ({ body }) => seenOf(body),
};

const internal = [500, "an error was encountered while running the model"] as const;

/** Status and words by class: a text is all that an error has. */
const failures: { readonly [C in ErrorClass]?: readonly [status: number, words: string] } = {
  rate_limit: [429, "too many concurrent requests"],
  quota: [429, "you have reached your weekly usage limit, upgrade for higher limits"],
  overloaded: [503, "server busy, please try again.  maximum pending requests exceeded"],
  server_error: internal,
  auth: [401, "unauthorized"],
  not_found: [404, "model 'kit-1' not found"],
  invalid_request: [400, '"kit-1" does not support chat'],
  context_length: [400, "the prompt is longer than the context length currently available to the model"],
};

function errorOf({ class: errorClass, message }: ScriptedFailure): JsonObject {
  const [, words] = failures[errorClass] ?? internal;
  return { error: `${words}: ${message}` };
}

const finishes = {
  max_tokens: "length",
  // One of those to come: all that end a reply have a word of ours.
  other: "unheard_of",
} as const;

function linesOf({ text = [], reasoning = [], toolCalls = [], finish = "stop", usage = someUsage, broken }: ScriptedReply, model: string): string[] {
  const lines = replyLines("", model, {
    pieces: text,
    thinking: reasoning.join(""),
    toolCalls,
    // After calls, too.
    done: finish in finishes ? finishes[finish as keyof typeof finishes] : "stop",
    counts: usage === null ? null : countsOf(usage),
  });
  return broken === undefined ? lines : [...lines.slice(0, -1), `${JSON.stringify(errorOf(broken))}\n`];
}

/** Counts of zero are left out (`omitempty`), but for the cached ones. */
function countsOf({ input, cachedInput, output }: Usage): Readonly<Record<string, number>> {
  return {
    ...(input === 0 ? {} : { prompt_eval_count: input }),
    prompt_eval_cached_count: cachedInput,
    ...(output === 0 ? {} : { eval_count: output }),
  };
}

interface WireMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly images?: readonly string[];
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: Json } }[];
}
interface WireRequest {
  readonly model: string;
  readonly messages: readonly WireMessage[];
  readonly tools?: readonly { readonly function: Seen["tools"][number] }[];
  readonly format?: JsonSchema;
  readonly think?: boolean | string;
  readonly options?: Readonly<Record<string, Json>>;
}

/** By the server's names: others it passes over. */
const names: Readonly<Record<string, string>> = { temperature: "temperature", top_p: "top_p", num_predict: "max_tokens", stop: "stop", seed: "seed" };

function seenOf(body: unknown): Seen {
  const { model, messages, tools = [], format, think, options = {} } = body as WireRequest;
  return {
    model,
    system: messages.flatMap(({ role, content }) => (role === "system" ? [content] : [])).join("\n"),
    messages: messagesOf(messages.filter(({ role }) => role !== "system")),
    tools: tools.map((tool) => tool.function),
    toolChoice: "auto",
    ...(format === undefined ? {} : { output: format }),
    parameters: {
      ...Object.fromEntries(Object.entries(options).map(([name, value]) => [names[name] ?? `unknown option ${name}`, value])),
      ...(think === undefined ? {} : { reasoning: typeof think === "string" ? think : think ? "on" : "none" }),
    },
  };
}

function messagesOf(all: readonly WireMessage[]): SeenMessage[] {
  const messages: SeenMessage[] = [];
  for (const { role, content, images = [], tool_calls: calls } of all) {
    const last = messages.at(-1);
    if (role === "assistant") {
      messages.push({
        role,
        text: content,
        ...(calls === undefined ? {} : { calls: calls.map(({ function: { name, arguments: args } }) => ({ name, arguments: args })) }),
      });
    } else if (role !== "tool") messages.push(userSaid(content, images, []));
    else if (last?.role !== "tool") messages.push({ role, results: [content] });
    else messages[messages.length - 1] = { role, results: [...last.results, content] };
  }
  return messages;
}
