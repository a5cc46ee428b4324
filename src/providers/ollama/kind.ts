/**
 * The kind `ollama`: `/api/chat` of an Ollama server, on this machine, elsewhere, or at ollama.com.
 * Sources: `ChatRequest` of the `ollama` package 0.6.4, https://docs.ollama.com/api/chat, and `ChatRequest` in api/types.go
 * of github.com/ollama/ollama for `truncate` and `shift`, which the documentation leaves out.
 */
export const ollamaKind = {
  name: "ollama",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      num_ctx: {
        type: "integer",
        minimum: 1,
        description:
          "Tokens of context that the model is loaded with: the prompt and the reply have to fit. Without it the server decides by its memory, often for 4096. Another number loads the model anew.",
      },
      keep_alive: {
        type: "string",
        description: 'How long the model stays in memory after a request: "10m", "0s" for not at all, "-1m" for good. The server\'s default is five minutes.',
      },
      truncate: {
        type: "boolean",
        description:
          "Whether a prompt that does not fit into the context is cut from its front by the server, which nobody is told. Default false: the request fails with `context_length`. Old servers, which know no such request, cut in any case.",
      },
    },
  },
  requiredOptions: [],
  parameters: ["temperature", "top_p", "max_tokens", "stop", "seed", "reasoning"],
  demands: [],
  // What a model takes is its own: most can be told `none` or `on`, gpt-oss takes a level; the server refuses the others' words.
  reasoning: ["none", "on", "low", "medium", "high", "max"],
  // There is no choice of tools in the protocol, so a result tool could not be required.
  outputModes: ["native", "text"],
  toolChoices: ["auto", "none"],
  // With `format` the server holds the whole reply to the schema, so that no tool is ever called:
  // https://github.com/ollama/ollama/issues/8095
  nativeWithTools: false,
  refusedKeywords: [],
  tools: true,
  images: true,
  documents: false,
  systemTexts: "anywhere",
  caching: "automatic",
  hosts: ["127.0.0.1:11434", "localhost:11434", "ollama.com"],
  network: true,
} as const;
