import type { ErrorClass } from "../../../src/diagnostics/classes.ts";
import type { JsonObject } from "../../../src/diagnostics/json.ts";
import { guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { azure } from "../../../src/providers/azure/index.ts";
import { azureKind } from "../../../src/providers/azure/kind.ts";
import type { Backend, ScriptedFailure, Subject } from "../../../src/testing/index.ts";
import { filterEvents, filteredPrompt } from "../../support/azure-server.ts";
import { chatEvents, chatSeen, eventStream } from "./openai.ts";

/**
 * Chat completions of a resource at its address without versions (`/openai/v1/`). They are OpenAI's but for filters, which
 * speak of the prompt first, and for errors. Facts: https://learn.microsoft.com/azure/ai-foundry/openai/reference
 */
export const azureSubject: Subject = {
  name: "azure",
  open: (origin, secret) => azure({ api_key: secret, base_url: origin }, { fetch: guardedFetch() }),
  get backend() {
    return azureBackend;
  },
  abilities: {
    tools: true,
    toolChoices: azureKind.toolChoices,
    nativeOutput: true,
    parameters: azureKind.parameters,
    images: true,
    // "This model does not support file content types": under `api: responses` it takes them.
    documents: false,
    // Chat completions count a model's thinking, and never show it.
    reasoning: false,
    usage: ["cachedInput", "cacheWrite", "reasoning"],
    errors: ["rate_limit", "quota", "overloaded", "timeout", "server_error", "auth", "not_found", "invalid_request", "context_length", "content_filter"],
    // Who asks, for which deployment, and with what is settled before a stream begins.
    streamErrors: ["rate_limit", "overloaded", "timeout", "server_error", "context_length", "content_filter"],
    finishReasons: ["stop", "tool_calls", "max_tokens", "content_filter", "refusal", "other"],
  },
};

const azureBackend: Backend = {
  reply(reply, { url, body }) {
    if (url !== "/openai/v1/chat/completions")
      return { status: 404, headers: {}, pieces: [JSON.stringify({ error: { code: "404", message: "Resource not found" } })] };
    return eventStream([...filterEvents(), ...chatEvents(reply, String((body as JsonObject)["model"]), errorOf)]);
  },
  failure(failure) {
    const { retryAfterMs: ms } = failure;
    const [status] = failures[failure.class] ?? internal;
    // Both, the second one rounded up.
    const waits: Readonly<Record<string, string>> = ms === undefined ? {} : { "retry-after-ms": String(ms), "retry-after": String(Math.ceil(ms / 1000)) };
    return { status, headers: { "content-type": "application/json", ...waits }, pieces: [JSON.stringify({ error: errorOf(failure) })] };
  },
  read: ({ body }) => chatSeen(body),
};

const internal = [500, { code: "InternalServerError" }] as const;

/** By class: the status, and the error without its words. */
const failures: { readonly [C in ErrorClass]?: readonly [status: number, error: JsonObject] } = {
  rate_limit: [429, { code: "RateLimitReached" }],
  quota: [403, { code: "403" }],
  overloaded: [429, { code: "NoCapacity" }],
  timeout: [408, { code: "Timeout" }],
  server_error: internal,
  auth: [401, { code: "401" }],
  not_found: [404, { code: "DeploymentNotFound" }],
  invalid_request: [400, { code: "BadRequest" }],
  context_length: [400, { code: "context_length_exceeded", type: "invalid_request_error", param: "messages" }],
  content_filter: [400, filteredPrompt],
};

/** That a quota is used up, Azure says in words alone. */
function errorOf({ class: errorClass, message }: ScriptedFailure): JsonObject {
  const [, error] = failures[errorClass] ?? internal;
  return { ...error, message: errorClass === "quota" ? `Out of call volume quota for OpenAI S0. ${message}` : message };
}
