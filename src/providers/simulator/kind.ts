/** The kind `simulator` (language.md, section 11): it stands in for any vendor, so it lacks and refuses nothing. */
export const simulatorKind = {
  name: "simulator",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      replies: { type: "string", description: "A JSON file of scripted replies, relative to the file that names it." },
      chunk: { type: "integer", minimum: 1, description: "Characters in each piece of a streamed reply." },
    },
  },
  files: ["replies"],
  requiredOptions: [],
  parameters: ["temperature", "top_p", "max_tokens", "stop", "seed", "reasoning"],
  demands: [],
  // Whatever the vendor that it stands in for would take.
  reasoning: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
  outputModes: ["native", "tool", "text"],
  toolChoices: ["auto", "required", "none", "tool"],
  refusedKeywords: [],
  tools: true,
  images: true,
  documents: true,
  systemTexts: "anywhere",
  caching: "marks",
  hosts: [],
  network: false,
} as const;
