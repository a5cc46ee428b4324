/**
 * The kind `openai`: OpenAI's chat completions and Responses, and every server that speaks one of them (`base_url`).
 * Sources: the request types of the `openai` package 7.57 (`ChatCompletionCreateParams`, `ResponseCreateParams`,
 * `ReasoningEffort`) and OpenAI's guide to structured outputs, section "Supported schemas".
 */
export const openaiKind = {
  name: "openai",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      organization: { type: "string", description: "Sent as the header OpenAI-Organization." },
      project: { type: "string", description: "Sent as the header OpenAI-Project." },
      api: {
        enum: ["chat_completions", "responses"],
        description:
          "The API that is spoken: chat completions, which every compatible server knows, or Responses, where a model's reasoning goes along from turn to turn, encrypted, once `reasoning` is written on the model. Default chat_completions.",
      },
      max_tokens_field: {
        enum: ["max_completion_tokens", "max_tokens"],
        description: "The field that `max_tokens` goes out as. Compatible servers often know `max_tokens` alone; of no account under `api: responses`.",
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
  systemTexts: "anywhere",
  caching: "automatic",
  hosts: ["api.openai.com"],
  network: true,
  variants: { api: { responses: { parameters: ["temperature", "top_p", "max_tokens", "reasoning"] } } },
} as const;
