import type { Json, JsonObject } from "../diagnostics/json.ts";
import type { Expr } from "../graph/expressions.ts";
import type { ParamNode } from "../graph/graph.ts";
import { execute } from "./execute.ts";
import type { Frame } from "./frame.ts";

/** The arguments of a call, evaluated in the order written, with the defaults of those left out; in declared order. */
export async function executeArguments(args: Readonly<Record<string, Expr>>, params: readonly ParamNode[], frame: Frame): Promise<JsonObject> {
  const given = new Map<string, Json>();
  for (const [name, expr] of Object.entries(args)) given.set(name, await execute(expr, frame));
  return Object.fromEntries(params.map(({ name, default: otherwise = null }) => [name, given.get(name) ?? (given.has(name) ? null : otherwise)]));
}
