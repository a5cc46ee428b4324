/**
 * The kind `azure`: models that are deployed in a resource of Azure OpenAI or of Microsoft Foundry; a model's id is the name
 * of its deployment. Sources: Microsoft's pages on the life cycle of the API's versions (v1 is generally available, and what
 * it recommends), on content filters, and on structured outputs, section "Unsupported type-specific keywords".
 */
export const azureKind = {
  name: "azure",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      token: { type: "string", description: "An access token of Microsoft Entra, in place of `api_key`. It lasts for an hour or so." },
      api_version: {
        type: "string",
        description: "A dated version of the API, such as 2024-10-21, for what the current one (/openai/v1/) does not serve.",
      },
      api: {
        enum: ["chat_completions", "responses"],
        description:
          "The API that is spoken: chat completions, or Responses, which takes files, and where a model's reasoning goes along from turn to turn, encrypted, once `reasoning` is written on the model. Default chat_completions.",
      },
      max_tokens_field: {
        enum: ["max_completion_tokens", "max_tokens"],
        description: "The field that `max_tokens` goes out as. Older models know `max_tokens` alone; of no account under `api: responses`.",
      },
    },
  },
  requiredOptions: ["base_url", ["api_key", "token"]],
  parameters: ["temperature", "top_p", "max_tokens", "stop", "seed", "reasoning"],
  demands: [],
  reasoning: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
  outputModes: ["native", "tool", "text"],
  toolChoices: ["auto", "required", "none", "tool"],
  refusedKeywords: [
    ...["minLength", "maxLength", "pattern", "format", "minimum", "maximum", "multipleOf"],
    ...["minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems"],
    ...["minProperties", "maxProperties", "propertyNames", "patternProperties", "unevaluatedProperties"],
    ...["allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"],
  ],
  tools: true,
  images: true,
  // Its chat completions refuse what OpenAI's take: "This model does not support file content types"
  // (https://github.com/openai/openai-python/issues/2826).
  documents: false,
  systemTexts: "anywhere",
  caching: "automatic",
  // Whoever's resource it is: the host ends at Microsoft, and nobody but Microsoft sees a key that is sent there.
  hosts: ["*.openai.azure.com", "*.cognitiveservices.azure.com", "*.services.ai.azure.com"],
  network: true,
  variants: { api: { responses: { parameters: ["temperature", "top_p", "max_tokens", "reasoning"], documents: true } } },
} as const;
