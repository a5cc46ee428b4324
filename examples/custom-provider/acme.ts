import type { FinishReason, JsonObject, Message, ModelChunk, ModelRequest, Provider, ProviderParts, Usage } from "tantra";
import { ProviderError } from "tantra";

/**
 * A provider of one's own, whole: Acme answers `POST /v1/generate` with one JSON object a line. It asks once and never
 * retries; every failure is a `ProviderError`; an aborted signal ends it at once. `acme.kind.json` says what it can do.
 */
export interface AcmeOptions {
  readonly api_key: string;
  readonly base_url: string;
  readonly region?: "eu" | "us";
}

export function acme(options: AcmeOptions, { fetch }: Pick<ProviderParts, "fetch">): Provider {
  const url = `${options.base_url.replace(/\/$/, "")}/v1/generate`;
  return {
    describe: (request) => ({ method: "POST", url, body: toBody(request, options) }),
    async *complete(request, signal) {
      signal.throwIfAborted();
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${options.api_key}`, "content-type": "application/json" },
        body: JSON.stringify(toBody(request, options)),
        signal,
      }).catch((cause: unknown) => {
        throw unanswered(cause, signal, url);
      });
      if (!response.ok) throw await refused(response, options.api_key);
      yield* chunks(response, signal, url);
    },
  };
}

// ---------------------------------------------------------------------------------------------------------------- request

function toBody(request: ModelRequest, { region }: AcmeOptions): JsonObject {
  const { messages, tools, toolChoice, output, parameters, extra } = request;
  const [first] = messages;
  const turns = first?.role === "system" ? messages.slice(1) : messages;
  // Said elsewhere a text says something else, so none is moved.
  if (turns.some(({ role }) => role === "system")) throw new ProviderError("invalid_request", "Acme takes one system text, before everything else.");
  return {
    model: request.model,
    ...(region === undefined ? {} : { region }),
    system: first?.role === "system" ? first.content : "",
    turns: turns.map(toTurn),
    ...(tools.length === 0 ? {} : { tools: tools.map(({ name, description = "", parameters: takes }) => ({ name, description, takes })) }),
    ...(tools.length === 0 || toolChoice === "auto" ? {} : { choice: typeof toolChoice === "string" ? toolChoice : { tool: toolChoice.tool } }),
    ...(output === undefined ? {} : { schema: output.schema }),
    ...parameters,
    ...extra,
  };
}

function toTurn(message: Message): JsonObject {
  if (message.role === "tool") return { role: "result", call: message.callId, text: message.content };
  const calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
  return { role: message.role, text: message.content, ...(calls.length === 0 ? {} : { calls: calls.map((call) => ({ ...call })) }) };
}

// ------------------------------------------------------------------------------------------------------------------ reply

/** What Acme sends, a line each. */
interface Line {
  readonly text?: string;
  readonly call?: { readonly id: string; readonly name: string; readonly arguments: string };
  readonly error?: Failure;
  readonly end?: "done" | "length" | "blocked";
  readonly usage?: { readonly prompt: number; readonly cached: number; readonly written: number };
}
interface Failure {
  readonly kind: string;
  readonly message: string;
}

async function* chunks(response: Response, signal: AbortSignal, url: string): AsyncGenerator<ModelChunk> {
  let calls = 0;
  try {
    for await (const line of lines(response)) {
      const { text, call, error, end, usage } = parsed(line, url);
      if (error !== undefined) throw new ProviderError(classes[error.kind] ?? "server_error", error.message);
      if (text !== undefined && text !== "") yield { type: "text", text };
      if (call !== undefined) yield { type: "tool_call", index: calls++, ...call };
      if (end === undefined) continue;
      yield { type: "finish", reason: end === "done" && calls > 0 ? "tool_calls" : reasons[end], ...(usage === undefined ? {} : { usage: toUsage(usage) }) };
      return;
    }
  } catch (cause) {
    throw unanswered(cause, signal, url);
  }
  throw new ProviderError("connection", `${new URL(url).host} ended the stream before the reply was whole.`);
}

const reasons: Readonly<Record<"done" | "length" | "blocked", FinishReason>> = { done: "stop", length: "max_tokens", blocked: "content_filter" };

/** Acme counts cached tokens beside the others; here they are a part of `input`. It has no cache to write and no thinking. */
function toUsage({ prompt, cached, written }: NonNullable<Line["usage"]>): Usage {
  return { input: prompt + cached, cachedInput: cached, cacheWrite: 0, output: written, reasoning: 0 };
}

/** The lines of a body. A decoder that is told of the stream never cuts a character; a line without its end was cut off. */
async function* lines(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body ?? []) {
    const all = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = all.pop() ?? "";
    for (const line of all) if (line.trim() !== "") yield line;
  }
}

function parsed(line: string, url: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    throw new ProviderError("server_error", `${new URL(url).host} answered with "${line.slice(0, 60)}", which is no JSON.`);
  }
}

// --------------------------------------------------------------------------------------------------------------- failures

const classes: Readonly<Record<string, ProviderError["class"]>> = {
  busy: "rate_limit",
  empty_account: "quota",
  crowded: "overloaded",
  slow: "timeout",
  broken: "server_error",
  stranger: "auth",
  unknown_model: "not_found",
  malformed: "invalid_request",
  too_long: "context_length",
  blocked: "content_filter",
};

/** A reply with a status that is no success: Acme says why as JSON, a proxy with a page. */
async function refused(response: Response, secret: string): Promise<ProviderError> {
  const { status } = response;
  const text = await response.text();
  let failure: Failure | undefined;
  try {
    failure = (JSON.parse(text) as Line).error;
  } catch {
    // Not Acme's own words.
  }
  const plain =
    /<title>([^<]*)/i.exec(text)?.[1] ??
    text
      .replace(/<[^>]*>/g, " ")
      .trim()
      .slice(0, 300);
  const message = (failure?.message ?? (plain === "" ? `Acme answered with status ${status} and said nothing.` : plain)).replaceAll(secret, "***");
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ProviderError(failure === undefined ? (status === 429 ? "rate_limit" : "server_error") : (classes[failure.kind] ?? "server_error"), message, {
    status,
    ...(Number.isNaN(seconds) ? {} : { retryAfterMs: seconds * 1000 }),
  });
}

/** No answer at all: the run was stopped, or the connection failed. */
function unanswered(cause: unknown, signal: AbortSignal, url: string): unknown {
  if (signal.aborted) return signal.reason;
  if (cause instanceof ProviderError) return cause;
  const redirected = cause instanceof Error && "code" in cause && cause.code === "REDIRECT_REFUSED";
  return new ProviderError("connection", `The connection to ${new URL(url).host} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
    ...(redirected ? { shouldRetry: false } : {}),
  });
}
