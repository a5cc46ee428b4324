import { RunFailure } from "../agent/run-failure.ts";
import type { Code } from "../diagnostics/codes.ts";
import { RunError } from "../diagnostics/errors.ts";

/** What the process says to the shell. */
export const exitCodes = {
  done: 0,
  /** The run failed. */
  failed: 1,
  /** A file, a flag, an input or a variable: nothing has run. */
  usage: 2,
  /** The program has errors. */
  program: 3,
  /** The run waits for people, and says how to answer. */
  waits: 4,
} as const;

/** Codes of what keeps a run from starting. */
const beforeTheRun: readonly Code[] = ["T621", "T622", "T623", "T624", "T625", "T626", "T650", "T651", "T652", "T653"];

export function exitCodeOf(error: unknown): number {
  const before = error instanceof RunError && !(error instanceof RunFailure) && beforeTheRun.includes(error.code);
  return before ? exitCodes.usage : exitCodes.failed;
}
