import { anthropicKind } from "./anthropic/kind.ts";
import { azureKind } from "./azure/kind.ts";
import { bedrockKind } from "./bedrock/kind.ts";
import { cohereKind } from "./cohere/kind.ts";
import { geminiKind } from "./gemini/kind.ts";
import { ollamaKind } from "./ollama/kind.ts";
import { openaiKind } from "./openai/kind.ts";
import { simulatorKind } from "./simulator/kind.ts";
import { repliesSchema } from "./simulator/replies.schema.ts";

/** Every kind of provider that Tantra itself knows, by name: what `check` is given. */
export const kinds = {
  anthropic: anthropicKind,
  cohere: cohereKind,
  ollama: ollamaKind,
  openai: openaiKind,
  bedrock: bedrockKind,
  azure: azureKind,
  gemini: geminiKind,
  simulator: { ...simulatorKind, fileSchemas: { replies: repliesSchema } },
} as const;
