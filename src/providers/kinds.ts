import { geminiKind } from "./gemini/kind.ts";
import { openaiKind } from "./openai/kind.ts";
import { simulatorKind } from "./simulator/kind.ts";
import { repliesSchema } from "./simulator/replies.schema.ts";

/** Every kind of provider that Tantra itself knows, by name: what `check` is given. */
export const kinds = {
  openai: openaiKind,
  gemini: geminiKind,
  simulator: { ...simulatorKind, fileSchemas: { replies: repliesSchema } },
} as const;
