import { RunError } from "../diagnostics/errors.ts";

/** What was typed cannot be understood: T621, exit code 2. */
export function usageError(message: string, hint?: string): RunError {
  return new RunError("invalid_request", message, { code: "T621", ...(hint === undefined ? {} : { hint }) });
}
