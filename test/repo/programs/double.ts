import type { ToolFunctionContext } from "tantra";

export function double({ n }: { n: number }, { signal }: ToolFunctionContext): number {
  signal.throwIfAborted();
  return n * 2;
}
