import type { Json } from "../../diagnostics/json.ts";
import type { BlockNode, Statement } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { breakSignal, ReturnSignal } from "../signal.ts";
import { Variables } from "../variables.ts";

/** In a scope of its own; the last statement's value, null where that is no expression. */
export function evaluateBlock({ body }: BlockNode, outer: Variables, program: Program): Json {
  const variables = new Variables(outer);
  let value: Json = null;
  for (const statement of body) value = evaluateStatement(statement, variables, program);
  return value;
}

function evaluateStatement(statement: Statement, variables: Variables, program: Program): Json {
  switch (statement.kind) {
    case "let":
      variables.let(statement.name, evaluate(statement.value, variables, program));
      return null;
    case "assign":
      variables.assign(statement.name, evaluate(statement.value, variables, program));
      return null;
    case "return":
      throw new ReturnSignal(statement.value === undefined ? null : evaluate(statement.value, variables, program));
    case "break":
      throw breakSignal;
    default:
      return evaluate(statement, variables, program);
  }
}
