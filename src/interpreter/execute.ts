import type { Json } from "../diagnostics/json.ts";
import type { Expr, ExprKind } from "../graph/expressions.ts";
import { evaluate } from "./evaluate.ts";
import { type Executor, executors } from "./executors.ts";
import type { Frame } from "./frame.ts";
import { waits } from "./waits.ts";

/** The value of an expression of a workflow: at once where it cannot wait, else from its kind's executor. */
export function execute(node: Expr, frame: Frame): Json | Promise<Json> {
  const { program } = frame.run;
  if (!waits(node)) return evaluate(node, frame.variables, program);
  program.visit?.(node);
  const executor = executors[node.kind] as Executor<ExprKind>;
  return executor(node, frame);
}
