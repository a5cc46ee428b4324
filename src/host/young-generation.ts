import { setFlagsFromString } from "node:v8";

/**
 * Has V8 keep the space for new objects as large as it is now. Reading a long run leaves much behind that is needed to its end,
 * for which V8 doubles that space up to 96 MB; going on with 10,000 steps is as fast without, in 170 MB rather than 270.
 */
export function keepYoungGenerationSmall(): void {
  // Bun has another engine.
  if (process.versions["bun"] === undefined) setFlagsFromString("--semi-space-growth-factor=1");
}
