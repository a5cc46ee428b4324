/**
 * The kind `anthropic`: the Messages API of Anthropic and of every server that speaks it (`base_url`).
 * Sources: the request type of the `@anthropic-ai/sdk` package 1.14 (`MessageCreateParams`, `OutputConfig`), and Anthropic's
 * guides to API version 2026-10-21, to thinking and to structured outputs (https://platform.claude.com/docs).
 */
export const anthropicKind = {
  name: "anthropic",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      key_header: {
        enum: ["authorization", "x_api_key"],
        description: "The header that `api_key` goes out in: `Authorization`, as a bearer token, or `x-api-key`, which compatible servers often know alone.",
      },
    },
  },
  requiredOptions: ["api_key"],
  // API version 2026-10-21, which the package sends, answers `temperature`, `top_p` and `top_k` with a 400; there is no seed.
  parameters: ["max_tokens", "stop", "reasoning"],
  demands: ["max_tokens"],
  reasoning: ["none", "low", "medium", "high", "xhigh", "max"],
  outputModes: ["native", "tool", "text"],
  closedOutput: true,
  toolChoices: ["auto", "required", "none", "tool"],
  // Bounds of numbers and lengths of strings are refused with a 400. A list's `minItems` may be 0 or 1 and no other, and of
  // `pattern` only simple ones are understood: the package's own helper leaves both out, too.
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
  ],
  tools: true,
  images: true,
  documents: true,
  // From Claude Opus 4.8 on; older models answer a later one with a 400. The rules of its place:
  // https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages.
  systemTexts: "before_answers",
  caching: "marks",
  hosts: ["api.anthropic.com"],
  network: true,
} as const;
