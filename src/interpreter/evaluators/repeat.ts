import type { Json } from "../../diagnostics/json.ts";
import type { RepeatNode } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { BreakSignal } from "../signal.ts";
import { asCount } from "../values/kinds.ts";
import type { Variables } from "../variables.ts";

/** No value. */
export function evaluateRepeat(node: RepeatNode, variables: Variables, program: Program): Json {
  const max = asCount(evaluate(node.max, variables, program), "The `max` of `repeat`", node.max.place);
  try {
    for (let i = 0; i < max; i++) evaluate(node.body, variables, program);
  } catch (thrown) {
    if (!(thrown instanceof BreakSignal)) throw thrown;
  }
  return null;
}
