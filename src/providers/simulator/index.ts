import { abortReason } from "../../agent/abort.ts";
import type { Clock } from "../../agent/clock.ts";
import { type FinishChunk, type ModelChunk, type ModelRequest, type Provider, ProviderError } from "../../agent/provider.ts";
import { promptBytes, tokensOfBytes, utf8Length } from "../../agent/tokens.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import type { Json } from "../../diagnostics/json.ts";
import { fittingValue } from "./fitting-value.ts";
import { simulatorKind } from "./kind.ts";
import { createScript, lastUserText, type ScriptEntry } from "./script.ts";

export interface SimulatorOptions {
  /** How the program names the file of its replies; for messages. */
  readonly replies?: string;
  /** Characters in each piece of a streamed reply. Default 24. */
  readonly chunk?: number;
}
export interface SimulatorParts {
  readonly clock: Pick<Clock, "sleep">;
  /** The parsed file of replies, already held to its schema. Absent: every reply is made up. */
  readonly replies?: Json;
}

const defaultChunk = 24;

/**
 * A provider without a model: it answers from a script, or with the smallest thing that fits. The same requests in the
 * same order get the same replies. It remembers which scripted replies are used up, so each run opens its own.
 */
export function simulator(options: SimulatorOptions, { clock, replies }: SimulatorParts): Provider {
  const script = replies === undefined ? undefined : createScript(replies, options.replies ?? "the replies");
  const size = options.chunk ?? defaultChunk;
  return {
    kind: simulatorKind,
    recalled: (request) => void script?.take(request),
    async *complete(request, signal) {
      if (signal.aborted) throw abortReason(signal);
      const entry = script?.next(request);
      const answer = entry === undefined ? madeUp(request) : scripted(entry, request);
      const latency = milliseconds(entry?.latency);
      if (latency > 0) await clock.sleep(latency, signal);
      for (let at = 0; at < answer.text.length; at += size) yield { type: "text", text: answer.text.slice(at, at + size) };
      if (entry?.error !== undefined) throw failure(entry.error, entry.retry_after);
      yield* answer.calls;
      yield finish(entry, request, answer);
    },
  };
}

interface Answer {
  readonly text: string;
  readonly calls: readonly Extract<ModelChunk, { readonly type: "tool_call" }>[];
}

/** What a model says that nobody wrote a script for. */
function madeUp(request: ModelRequest): Answer {
  const { agent, resultSchema } = request.origin;
  if (resultSchema !== undefined) return giving(fittingValue(resultSchema), request);
  return { text: `[${agent}] ${[...lastUserText(request).slice(0, 120)].slice(0, 60).join("")}`, calls: [] };
}

function scripted(entry: ScriptEntry, request: ModelRequest): Answer {
  const { resultSchema, wrapped, outputMode } = request.origin;
  let answer: Answer = { text: entry.text ?? "", calls: [] };
  if (entry.value !== undefined) {
    if (resultSchema === undefined) answer = { text: typeof entry.value === "string" ? entry.value : JSON.stringify(entry.value), calls: [] };
    else {
      const given = giving(wrapped && outputMode !== "text" ? { value: entry.value } : entry.value, request);
      answer = { text: answer.text + given.text, calls: given.calls };
    }
  }
  const before = answer.calls.length;
  const calls = (entry.tool_calls ?? []).map(({ name, arguments: args = {} }, index) => call(request, before + index, name, args));
  return { text: answer.text, calls: [...answer.calls, ...calls] };
}

/** A value of the agent's result, in the way in which it was asked for. */
function giving(value: Json, request: ModelRequest): Answer {
  const { agent, outputMode } = request.origin;
  return outputMode === "tool" ? { text: "", calls: [call(request, 0, agent, value)] } : { text: JSON.stringify(value), calls: [] };
}

function call(request: ModelRequest, index: number, name: string, args: Json): Answer["calls"][number] {
  // Numbered through the conversation, because vendors give no id twice in one.
  const earlier = request.messages.filter(({ role }) => role === "tool").length;
  return { type: "tool_call", index, id: `call_${earlier + index}`, name, arguments: typeof args === "string" ? args : JSON.stringify(args) };
}

function finish(entry: ScriptEntry | undefined, request: ModelRequest, { text, calls }: Answer): FinishChunk {
  const reason = calls.length > 0 ? "tool_calls" : "stop";
  const written = entry?.usage;
  if (written === undefined) return { type: "finish", reason, responseModel: request.model };
  const output = text + calls.map((each) => `${each.name}${each.arguments}`).join("");
  const usage: Usage = {
    input: written.input ?? tokensOfBytes(promptBytes(request)),
    cachedInput: written.cached_input ?? 0,
    cacheWrite: written.cache_write ?? 0,
    output: written.output ?? tokensOfBytes(utf8Length(output)),
    reasoning: written.reasoning ?? 0,
    ...(written.input === undefined || written.output === undefined ? { estimated: true } : {}),
  };
  return { type: "finish", reason, usage, responseModel: request.model };
}

/** The status that a vendor answers with. */
const statuses: Partial<Record<ErrorClass, number>> = {
  rate_limit: 429,
  quota: 429,
  overloaded: 529,
  timeout: 408,
  server_error: 500,
  auth: 401,
  not_found: 404,
  invalid_request: 400,
  context_length: 400,
  content_filter: 400,
};

function failure(errorClass: ErrorClass, retryAfter: string | undefined): ProviderError {
  const status = statuses[errorClass];
  return new ProviderError(errorClass, `The script says ${errorClass}`, {
    ...(status === undefined ? {} : { status }),
    ...(retryAfter === undefined ? {} : { retryAfterMs: milliseconds(retryAfter) }),
  });
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `200ms`, `1.5s`, `2m`, `1h`. */
function milliseconds(duration: string | undefined): number {
  const match = /^([0-9.]+)(ms|s|m|h)$/.exec(duration ?? "");
  return match === null ? 0 : Number(match[1]) * (units[match[2] ?? ""] ?? 1);
}
