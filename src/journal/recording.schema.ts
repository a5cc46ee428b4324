import { errorClasses } from "../diagnostics/classes.ts";
import type { JsonObject, JsonSchema } from "../diagnostics/json.ts";

/** The lines of a recording, which is JSON Lines. Each kind is told by the key that only it has. */
const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
const list = (items: JsonObject): JsonObject => ({ type: "array", items });
const closed = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  type: "object",
  properties,
  required: [...required],
  additionalProperties: false,
});
const path = { type: "string", minLength: 1, description: "The step's path." };
const schema = { type: "object", description: "A JSON Schema." };

const textPart = closed({ type: { const: "text" }, text, cache: { const: true } }, ["type", "text"]);
const attachment = closed(
  {
    type: { enum: ["image", "file"] },
    mediaType: text,
    name: text,
    url: text,
    sha256: { type: "string", description: "Of the bytes, which then stand nowhere." },
    size: { type: "integer" },
    data: { type: "string", description: "The bytes in base64." },
  },
  ["type", "mediaType"],
);
const call = closed({ id: text, name: text, arguments: { type: "string", description: "As it came; it may be no JSON." } }, ["id", "name", "arguments"]);
const carry = closed({ by: text, data: {} }, ["by", "data"]);
const parts = list({ anyOf: [textPart, attachment] });

const usage = closed(
  { input: count, cachedInput: count, cacheWrite: count, cacheWriteHour: count, output: count, reasoning: count, estimated: { type: "boolean" } },
  ["input", "cachedInput", "cacheWrite", "output", "reasoning"],
);
const cost = closed({ usd: { type: "number", minimum: 0 }, unpriced: count, estimated: { type: "boolean" }, simulated: { type: "boolean" } }, [
  "usd",
  "unpriced",
]);

const error: JsonObject = closed(
  {
    code: { type: "string", pattern: "^T[1-6][0-9]{2}$" },
    class: { enum: [...errorClasses] },
    message: text,
    path: text,
    place: text,
    hint: text,
    others: list({ type: "object" }),
  },
  ["code", "class", "message", "path"],
);

const request = closed(
  {
    model: { type: "string", description: "The vendor's id of the model." },
    toolChoice: { anyOf: [{ enum: ["auto", "required", "none"] }, closed({ tool: text }, ["tool"])] },
    parameters: { type: "object" },
    extra: { type: "object" },
    tools: list(closed({ name: text, description: text, parameters: schema }, ["name", "parameters"])),
    output: closed({ name: text, schema, strict: { type: "boolean" } }, ["name", "schema", "strict"]),
    origin: closed({ outputMode: { enum: ["native", "tool", "text"] }, resultSchema: schema, wrapped: { type: "boolean" } }, ["outputMode"]),
  },
  ["model", "toolChoice", "parameters", "tools", "origin"],
);

const server = { type: "string", description: "The server's key." };
const since = { type: "string", description: "It has listed these since this call had ended. Absent: from the start." };

/** What each line may be, by the key that tells it. */
export const lineSchemas = {
  tantra: closed(
    {
      tantra: { const: "recording" },
      version: { type: "integer", minimum: 1 },
      file: { type: "string", description: "The program's file, from the project's root." },
      main: text,
      input: { type: "object" },
      profile: text,
      simulate: { const: true },
      cwd: text,
    },
    ["tantra", "version", "file", "main", "input"],
  ),
  asks: {
    ...closed(
      {
        asks: { ...path, description: "The turn's path. Its messages follow, then what it came to." },
        agent: text,
        model: { type: "string", description: "The model's key. Absent: nothing was sent." },
        provider: text,
        attempt: { type: "integer", minimum: 2 },
        hash: { type: "string", description: "What a hook has changed does not go by what it says." },
        after: { ...count, description: "So many messages of the agent's request before it come first." },
        request: { ...request, description: "All but the messages. Absent: as in the agent's request before it." },
      },
      ["asks", "agent"],
    ),
  },
  server: {
    anyOf: [
      closed({ server, since, tools: list(closed({ name: text, description: text, parameters: schema }, ["name", "parameters"])) }, ["server", "tools"]),
      closed({ server, since, failed: { ...error, description: "Why it could not be had." } }, ["server", "failed"]),
    ],
  },
  role: {
    anyOf: [
      closed({ role: { const: "system" }, content: text, parts: list(textPart) }, ["role", "content"]),
      closed({ role: { const: "user" }, content: text, parts }, ["role", "content"]),
      closed({ role: { const: "assistant" }, content: text, toolCalls: list(call), carry }, ["role", "content"]),
      closed({ role: { const: "tool" }, callId: text, name: text, content: text, parts }, ["role", "callId", "name", "content"]),
    ],
  },
  reply: closed(
    {
      reply: closed(
        {
          text,
          toolCalls: list(call),
          reasoning: { type: "string", description: "What could be seen of the model's thinking." },
          carry: { description: "What the provider wants back with this reply." },
          finish: {
            enum: ["stop", "tool_calls", "max_tokens", "content_filter", "refusal", "other"],
            description: "Absent: stop, or tool_calls where there are some.",
          },
          responseModel: text,
          tier: text,
        },
        ["text"],
      ),
      usage,
      cost,
      pricedAs: text,
    },
    ["reply"],
  ),
  failed: closed(
    {
      failed: error,
      caught: { ...list(text), description: "Of what may end a scope (a timeout, a budget): the paths where the program went on from it." },
      words: { type: "string", description: "The tool's own, that the model was told." },
    },
    ["failed"],
  ),
  calls: closed({ calls: { ...path, description: "The call's path. What it came to follows." }, tool: text, arguments: {} }, ["calls", "tool", "arguments"]),
  result: closed(
    {
      result: {},
      truncatedFrom: count,
      attached: list(attachment),
      store: {
        type: "object",
        description: "What the tool kept for the run. The number says which write of a key was later.",
        additionalProperties: closed({ value: {}, number: count }, ["value", "number"]),
      },
    },
    ["result"],
  ),
  question: closed({ question: text, path, hash: text }, ["question", "path", "hash"]),
  answer: closed({ answer: {} }, ["answer"]),
  winners: closed({ winners: { ...path, description: "The block's path." }, branches: list(count) }, ["winners", "branches"]),
  session: closed(
    { session: { type: "string", description: "Its name." }, path, text: { type: ["string", "null"], description: "What it held; null: nothing." } },
    ["session", "path", "text"],
  ),
} satisfies Readonly<Record<string, JsonObject>>;

export type LineKind = keyof typeof lineSchemas;

export const recordingSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "A line of a recording of a run",
  description:
    "The first line says of which program and input. Then, in the order of the source: a line with `asks`, the messages of the request, one line each, and a line with `reply` or `failed`; a line with `calls`, and one with `result` or `failed`; `question` and `answer`; `winners`, `session` and `server` stand alone.",
  anyOf: Object.values(lineSchemas),
};
