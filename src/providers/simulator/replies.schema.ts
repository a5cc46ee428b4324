const duration = { type: "string", pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$" } as const;
const tokens = { type: "integer", minimum: 0 } as const;

const entry = {
  type: "object",
  additionalProperties: false,
  properties: {
    when: {
      type: "object",
      additionalProperties: false,
      description: "What a request must be for this entry to answer it; all keys hold together. Absent: any request fits.",
      properties: {
        contains: { type: "string", description: "In the last user message." },
        system: { type: "string", description: "In the system text." },
        after_tool: { type: "string", description: "The last message is the result of the tool of this name." },
        path: { type: "string", description: "A glob of the request's path." },
      },
    },
    text: { type: "string", description: "The reply as raw text; it may be wrong on purpose." },
    value: { description: "The reply as a value of the agent's result type." },
    tool_calls: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name"],
        properties: {
          name: { type: "string" },
          arguments: { description: "An object; or a string, sent as it is, which may be no JSON at all." },
        },
      },
    },
    error: {
      enum: [
        "rate_limit",
        "quota",
        "overloaded",
        "timeout",
        "connection",
        "server_error",
        "auth",
        "not_found",
        "invalid_request",
        "context_length",
        "content_filter",
      ],
      description: "The class that the attempt fails with.",
    },
    retry_after: { ...duration, description: "With `error`: when the server says to come back." },
    latency: { ...duration, description: "How long the reply takes to come." },
    usage: {
      type: "object",
      additionalProperties: false,
      properties: { input: tokens, cached_input: tokens, cache_write: tokens, output: tokens, reasoning: tokens },
    },
    times: {
      anyOf: [{ type: "integer", minimum: 1 }, { const: "always" }],
      description: "How many requests it answers before it is used up. Absent: one.",
    },
  },
} as const;

/** What stands in a file that `replies` names: by agent, the entries in the order in which they are tried. */
export const repliesSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Scripted replies of the simulator",
  type: "object",
  properties: { $schema: { type: "string" } },
  additionalProperties: { type: "array", items: entry },
} as const;
