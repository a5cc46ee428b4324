/** Every kind of provider that speaks to a vendor; `openai` with each of its two protocols. */
export const kinds = ["openai", "responses", "azure", "anthropic", "gemini", "cohere", "ollama", "bedrock"] as const;
export type Kind = (typeof kinds)[number];

/** What is asked for one answer of a few words, and for one of 2,000 chunks. */
export const questions = { short: "Why does the sea have tides?", long: "Why does the sea have tides? Answer at length." } as const;
export const chunks = 2000;
