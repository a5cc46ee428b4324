import { throwIfAborted } from "../../agent/abort.ts";
import type { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { CatchNode } from "../../graph/expressions.ts";
import { errorValue } from "../error-value.ts";
import { execute } from "../execute.ts";
import { endsScope, type Frame } from "../frame.ts";
import { failedBefore, keepFailure } from "../remember.ts";
import { isSignal } from "../signal.ts";
import { asRunError } from "../step.ts";

/** Catches what fails for good, but never a cancellation, nor the budget or timeout of a scope that it stands in. */
export async function executeCatch({ expr, name, handler, place }: CatchNode, frame: Frame): Promise<Json> {
  const key = `${frame.path}/catch@${place}`;
  let error = failedBefore(key, frame);
  if (error !== undefined) return handled(error);
  try {
    return await execute(expr, { ...frame, tolerant: frame });
  } catch (thrown) {
    if (isSignal(thrown)) throw thrown;
    error = asRunError(thrown).at(frame.path, place);
    // Told to stop meanwhile, it goes on from nothing.
    throwIfAborted(frame.signal);
    if (endsScope(error, frame)) throw error;
  }
  keepFailure(key, error, frame);
  return handled(error);

  function handled(caught: RunError): Json | Promise<Json> {
    return execute(handler, { ...frame, variables: frame.variables.with(name, errorValue(caught)) });
  }
}
