/**
 * The kind `openai`: the chat-completions API of OpenAI and of every server that speaks it (`base_url`).
 * Sources: the request type of the `openai` package 7.57 (`ChatCompletionCreateParams`, `ReasoningEffort`) and OpenAI's
 * guide to structured outputs, section "Supported schemas".
 */
export const openaiKind = {
  name: "openai",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      organization: { type: "string", description: "Sent as the header OpenAI-Organization." },
      project: { type: "string", description: "Sent as the header OpenAI-Project." },
      max_tokens_field: {
        enum: ["max_completion_tokens", "max_tokens"],
        description: "The field that `max_tokens` goes out as. Compatible servers often know `max_tokens` alone.",
      },
    },
  },
  requiredOptions: ["api_key"],
  parameters: ["temperature", "top_p", "max_tokens", "stop", "seed", "reasoning"],
  demands: [],
  reasoning: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
  outputModes: ["native", "tool", "text"],
  toolChoices: ["auto", "required", "none", "tool"],
  // Numbers' bounds, a string's `pattern` and an array's bounds are understood; a string's length is refused with a 400,
  // and so is every keyword that composes schemas but `anyOf`.
  refusedKeywords: ["minLength", "maxLength", "allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties"],
  tools: true,
  images: true,
  documents: true,
  caching: "automatic",
  hosts: ["api.openai.com"],
  network: true,
} as const;
