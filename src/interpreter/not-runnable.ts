import { RunError } from "../diagnostics/errors.ts";

/** T620: the program is right, and this version cannot run what it reached. No `catch` takes it for a failure of the program's. */
export function notRunnable(what: string, place: string): RunError {
  return new RunError("internal", `The program reached ${what}, which this version of Tantra cannot run yet.`, {
    code: "T620",
    place,
    hint: "`tantra check` and `tantra compile` take it; to run the rest, take it out or put it behind a condition.",
  });
}
