import { RunError } from "../diagnostics/errors.ts";

/** What only a program with errors, which must not be compiled, could lead to. */
export function bug(what: string, place: string): never {
  throw new RunError("internal", `This is a bug in Tantra: the checker let ${what} through.`, { place });
}
