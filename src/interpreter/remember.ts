import { errorInfo } from "../agent/failure.ts";
import { revivedError } from "../agent/recall.ts";
import type { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { Frame } from "./frame.ts";

/** What a construct goes by in the journal: all that it can read, without secrets. */
function askedOf({ run, variables }: Frame): string {
  const { hash, redactor } = run.runtime;
  return hash(JSON.stringify(redactor.value(variables.visible())));
}

/** The failure at `path` that an earlier process has gone on from. */
export function failedBefore(path: string, frame: Frame): RunError | undefined {
  const { journal } = frame.run.runtime;
  const failed = journal?.noted(path, "failure", () => askedOf(frame));
  return failed === undefined ? undefined : revivedError(failed, path);
}

/** Keeps a failure that the program goes on from. */
export function keepFailure(path: string, error: RunError, frame: Frame): void {
  frame.run.runtime.journal?.note({ path, of: "failure", asked: askedOf(frame), value: errorInfo(error) as unknown as Json });
}

/** The branches that an earlier process has gone on with. */
export function winnersBefore(frame: Frame): readonly number[] | undefined {
  return frame.run.runtime.journal?.noted(frame.path, "winners", () => askedOf(frame)) as readonly number[] | undefined;
}

export function keepWinners(winners: readonly number[], frame: Frame): void {
  frame.run.runtime.journal?.note({ path: frame.path, of: "winners", asked: askedOf(frame), value: winners });
}
