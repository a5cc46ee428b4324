/**
 * The kind `cohere`: Cohere's chat, version 2 (`/v2/chat`).
 * Sources: `V2ChatStreamRequest` of the `cohere-ai` package 8.1 and Cohere's guide to structured outputs, sections
 * "Parameter types support" and "Unsupported schema features" (https://docs.cohere.com/v2/docs/structured-outputs).
 */
export const cohereKind = {
  name: "cohere",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      client_name: { type: "string", description: "Sent as the header X-Client-Name." },
    },
  },
  requiredOptions: ["api_key"],
  parameters: ["temperature", "top_p", "max_tokens", "stop", "seed", "reasoning"],
  demands: [],
  // Thinking is on or off; a limit is a number of tokens, which the author writes: `extra: { thinking: { type: "enabled", token_budget: 500 } }`.
  reasoning: ["none", "on"],
  outputModes: ["native", "tool", "text"],
  // `response_format` "is not supported when used in combinations with the `documents` or `tools` parameters".
  nativeWithTools: false,
  toolChoices: ["auto", "required", "none"],
  // Of `pattern`, ^ and $ are not understood, and hardly one does without.
  refusedKeywords: [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "allOf",
    "oneOf",
    "not",
  ],
  tools: true,
  images: true,
  documents: false,
  systemTexts: "anywhere",
  caching: "automatic",
  hosts: ["api.cohere.com", "api.cohere.ai"],
  network: true,
} as const;
