import type { JsonObject } from "../diagnostics/json.ts";

/** The lines of a session, which is JSON Lines: first `head`, then a message each. */
const text = { type: "string" };
const closed = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  type: "object",
  properties,
  required: [...required],
  additionalProperties: false,
});

const textPart = closed({ type: { const: "text" }, text, cache: { const: true } }, ["type", "text"]);
const attachment = closed(
  {
    type: { enum: ["image", "file"] },
    mediaType: text,
    name: text,
    url: text,
    sha256: text,
    size: { type: "integer" },
    data: { type: "string", description: "The bytes in base64." },
  },
  ["type", "mediaType"],
);
const parts = { type: "array", items: { anyOf: [textPart, attachment] } };

export const headSchema: JsonObject = closed(
  {
    session: { type: "string", description: "The session's own name." },
    agent: { type: "string", description: "The agent that it was opened with." },
    now: {
      ...closed({ agent: text, args: { type: "object" } }, ["agent", "args"]),
      description: "The agent that has taken over, and its arguments. Absent: none has.",
    },
  },
  ["session", "agent"],
);

export const messageSchemas = {
  system: closed({ role: { const: "system" }, content: text, parts: { type: "array", items: textPart } }, ["role", "content"]),
  user: closed({ role: { const: "user" }, content: text, parts }, ["role", "content"]),
  assistant: closed(
    {
      role: { const: "assistant" },
      content: text,
      toolCalls: {
        type: "array",
        items: closed({ id: text, name: text, arguments: { type: "string", description: "JSON, as the model wrote it." } }, ["id", "name", "arguments"]),
      },
      carry: { ...closed({ by: text, data: {} }, ["by", "data"]), description: "What the vendor wants back with this reply." },
    },
    ["role", "content"],
  ),
  tool: closed({ role: { const: "tool" }, callId: text, name: text, content: text, parts }, ["role", "callId", "name", "content"]),
} satisfies Readonly<Record<string, JsonObject>>;

/** A line of `.tantra/sessions/NAME.jsonl`. */
export const sessionSchema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "A line of a session",
  description:
    "The first line says what the session is, each further one is a message. The system text that it begins with is the agent's own and stands in the program.",
  anyOf: [headSchema, ...Object.values(messageSchemas)],
};
