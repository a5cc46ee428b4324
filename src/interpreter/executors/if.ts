import type { Json } from "../../diagnostics/json.ts";
import type { IfNode } from "../../graph/expressions.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { asBool } from "../values/kinds.ts";

/** Null where the condition is false and there is no `else`. */
export async function executeIf(node: IfNode, frame: Frame): Promise<Json> {
  const chosen = asBool(await execute(node.condition, frame), "The condition", node.condition.place) ? node.then : node.else;
  if (chosen !== undefined) return execute(chosen, frame);
  frame.run.program.visit?.(node, true);
  return null;
}
