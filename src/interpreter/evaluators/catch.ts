import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { CatchNode } from "../../graph/expressions.ts";
import { errorValue } from "../error-value.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import type { Variables } from "../variables.ts";

/** What cannot wait is not cancelled and spends nothing: every failure but a bug of ours can be caught. */
export function evaluateCatch({ expr, name, handler }: CatchNode, variables: Variables, program: Program): Json {
  try {
    return evaluate(expr, variables, program);
  } catch (error) {
    if (!(error instanceof RunError) || error.class === "internal") throw error;
    return evaluate(handler, variables.with(name, errorValue(error)), program);
  }
}
