import { guardedFetch } from "tantra";
import type { Backend, ErrorClass, Json, ReceivedRequest, Rendered, ScriptedReply, Seen, SeenMessage, Subject } from "tantra/testing";
import { someUsage } from "tantra/testing";
import { acme } from "./acme.ts";

/** Acme's side of the protocol, for the kit: what it says for a reply and for a failure, and how it reads a request. */
const statuses: { readonly [C in ErrorClass]?: readonly [status: number, kind: string] } = {
  rate_limit: [429, "busy"],
  quota: [402, "empty_account"],
  overloaded: [529, "crowded"],
  timeout: [408, "slow"],
  server_error: [500, "broken"],
  auth: [401, "stranger"],
  not_found: [404, "unknown_model"],
  invalid_request: [400, "malformed"],
  context_length: [413, "too_long"],
  content_filter: [400, "blocked"],
};

const backend: Backend = {
  reply: (reply) => ({ status: 200, headers: { "content-type": "application/x-ndjson" }, pieces: linesOf(reply).map((line) => `${JSON.stringify(line)}\n`) }),
  failure({ class: errorClass, message, retryAfterMs }): Rendered {
    const [status, kind] = statuses[errorClass] ?? [500, "broken"];
    return {
      status,
      headers: { "content-type": "application/json", ...(retryAfterMs === undefined ? {} : { "retry-after": String(retryAfterMs / 1000) }) },
      pieces: [JSON.stringify({ error: { kind, message } })],
    };
  },
  read,
};

function linesOf(reply: ScriptedReply): object[] {
  const text = (reply.text ?? []).map((piece) => ({ text: piece }));
  if (reply.broken !== undefined) return [...text, { error: { kind: statuses[reply.broken.class]?.[1], message: reply.broken.message } }];
  const usage = reply.usage === undefined ? someUsage : reply.usage;
  const end = reply.finish === "max_tokens" ? "length" : reply.finish === "content_filter" ? "blocked" : "done";
  return [
    ...text,
    ...(reply.toolCalls ?? []).map((call) => ({ call: { ...call, arguments: JSON.stringify(call.arguments) } })),
    {
      end,
      ...(usage === null ? {} : { usage: { prompt: usage.input - usage.cachedInput, cached: usage.cachedInput, written: usage.output } }),
    },
  ];
}

interface Turn {
  readonly role: "user" | "assistant" | "result";
  readonly text: string;
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
}
interface Body {
  readonly model: string;
  readonly system: string;
  readonly turns: readonly Turn[];
  readonly tools?: readonly { readonly name: string; readonly description: string; readonly takes: Seen["tools"][number]["parameters"] }[];
  readonly choice?: Seen["toolChoice"];
  readonly schema?: NonNullable<Seen["output"]>;
  readonly [parameter: string]: unknown;
}

function read({ body }: ReceivedRequest): Seen {
  const { model, system, turns, tools = [], choice = "auto", schema, ...rest } = body as unknown as Body;
  const messages: SeenMessage[] = [];
  let results: string[] | undefined;
  for (const { role, text, calls } of turns) {
    if (role === "result") {
      if (results === undefined) {
        results = [];
        messages.push({ role: "tool", results });
      }
      results.push(text);
      continue;
    }
    results = undefined;
    if (role === "user") messages.push({ role, text });
    else
      messages.push({
        role,
        text,
        ...(calls === undefined ? {} : { calls: calls.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) as Json })) }),
      });
  }
  const parameters = Object.fromEntries(
    ["temperature", "max_tokens", "stop"].flatMap((name) => (rest[name] === undefined ? [] : [[name, rest[name] as Json]])),
  );
  return {
    ...{ model, system, messages, parameters, toolChoice: choice },
    tools: tools.map(({ name, description, takes }) => ({ name, ...(description === "" ? {} : { description }), parameters: takes })),
    ...(schema === undefined ? {} : { output: schema }),
  };
}

/** What the kit is given. */
export const acmeSubject: Subject = {
  name: "acme (the example)",
  open(origin, secret) {
    const fetch = guardedFetch();
    return { ...acme({ api_key: secret, base_url: origin }, { fetch }), close: () => fetch.close() };
  },
  backend,
  abilities: {
    tools: true,
    toolChoices: ["auto", "required", "none", "tool"],
    nativeOutput: true,
    parameters: ["temperature", "max_tokens", "stop"],
    images: false,
    documents: false,
    reasoning: false,
    usage: ["cachedInput"],
    errors: ["rate_limit", "quota", "overloaded", "timeout", "server_error", "auth", "not_found", "invalid_request", "context_length", "content_filter"],
    streamErrors: ["overloaded", "server_error", "rate_limit"],
    finishReasons: ["stop", "tool_calls", "max_tokens", "content_filter"],
  },
};
