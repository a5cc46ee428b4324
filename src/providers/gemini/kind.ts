/**
 * The kind `gemini`: Google's generateContent API, of the Gemini API (`api_key`) and of Vertex AI (`project`, or `vertex: true`
 * with a key of its express mode). Sources: the types of the `@google/genai` package 3.3 (`GenerateContentConfig`,
 * `ThinkingLevel`, `FunctionCallingConfigMode`), https://ai.google.dev/gemini-api/docs/structured-output and
 * https://ai.google.dev/gemini-api/docs/thinking.
 */
export const geminiKind = {
  name: "gemini",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      vertex: { type: "boolean", description: "Send `api_key` to Vertex AI (express mode) in place of the Gemini API. With `project` it is Vertex AI anyway." },
      project: { type: "string", description: "The project of Google Cloud to ask through Vertex AI." },
      location: { type: "string", description: "Where Vertex AI works, such as `europe-west4`, `eu` or `global`, which is the default. Goes with `project`." },
      access_token: {
        type: "string",
        description: "A token of Google Cloud for Vertex AI, such as `gcloud auth print-access-token` prints; it lasts an hour.",
      },
      credentials: {
        type: "string",
        description: "Path of a JSON file with credentials of Google Cloud for Vertex AI, such as a service account's key; tokens are fetched with it.",
      },
      api_version: { type: "string", description: "The version of the API in the address; default `v1beta`, of Vertex AI `v1beta1`." },
    },
  },
  requiredOptions: [["api_key", "access_token", "credentials"]],
  parameters: ["temperature", "top_p", "max_tokens", "stop", "seed", "reasoning"],
  demands: [],
  // Levels, from Gemini 3 on; each model takes some of them. Older models take a number of tokens, which only `extra` can say.
  reasoning: ["minimal", "low", "medium", "high", "xhigh"],
  // Beside tools, `native` works from Gemini 3 on; older models answer with a 400, whose hint names `tool`.
  outputModes: ["native", "tool", "text"],
  toolChoices: ["auto", "required", "none", "tool"],
  // All that `responseJsonSchema` does not list as supported, and a type of ours can come to.
  refusedKeywords: [
    "minLength",
    "maxLength",
    "pattern",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "uniqueItems",
    "const",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
  ],
  tools: true,
  images: true,
  documents: true,
  // One `systemInstruction` with any number of parts; `contents` have the roles `user` and `model` alone.
  systemTexts: "leading",
  caching: "automatic",
  hosts: ["generativelanguage.googleapis.com", "aiplatform.googleapis.com"],
  network: true,
} as const;
