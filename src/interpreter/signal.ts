import type { Json } from "../diagnostics/json.ts";

/**
 * What `return` and `break` throw: plain objects, not errors, so that leaving a loop costs no stack trace and no `catch`
 * of the program ever sees them.
 */
export class ReturnSignal {
  readonly value: Json;
  constructor(value: Json) {
    this.value = value;
  }
}

export class BreakSignal {
  /** Tells the type apart from every other object. */
  readonly leaves = "loop";
}
export const breakSignal = new BreakSignal();

/** Something that leaves the block it stands in on purpose: nothing has failed. */
export function isSignal(thrown: unknown): thrown is ReturnSignal | BreakSignal {
  return thrown instanceof ReturnSignal || thrown instanceof BreakSignal;
}
