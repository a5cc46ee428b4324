import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { FailNode } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { asString } from "../values/kinds.ts";
import type { Variables } from "../variables.ts";

export function evaluateFail({ message, place }: FailNode, variables: Variables, program: Program): never {
  throw failure(message === undefined ? undefined : evaluate(message, variables, program), place);
}

/** The error of `fail "message"`: the author's words. */
export function failure(message: Json | undefined, place: string): RunError {
  return new RunError("failed", message === undefined ? "The program failed." : asString(message, "The message of `fail`", place), { place });
}
