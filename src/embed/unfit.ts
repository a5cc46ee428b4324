import { RunError } from "../diagnostics/errors.ts";

/** What a caller gave cannot be used as it is (T621). */
export function unfit(message: string, hint?: string, place?: string): RunError {
  return new RunError("invalid_request", message, { code: "T621", ...(hint === undefined ? {} : { hint }), ...(place === undefined ? {} : { place }) });
}
