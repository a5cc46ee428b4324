import type { Json } from "../../diagnostics/json.ts";
import type { Expr } from "../../graph/expressions.ts";
import { execute } from "../../interpreter/execute.ts";
import type { Frame } from "../../interpreter/frame.ts";
import { asBool } from "../../interpreter/values/kinds.ts";
import { operate } from "../../interpreter/values/operate.ts";

/** Why an expectation does not hold: the part of it that does not, and what that was made of. */
export interface Unmet {
  readonly place: string;
  readonly values: readonly Shown[];
}
export interface Shown {
  readonly what: string;
  readonly value: Json;
}

const comparisons: readonly string[] = ["==", "!=", "<", "<=", ">", ">=", "in"];

/** Undefined: it holds. Each part is executed once. */
export async function judge(node: Expr, frame: Frame): Promise<Unmet | undefined> {
  const { place } = node;
  if (node.kind === "binary" && node.op === "&&") return (await judge(node.left, frame)) ?? judge(node.right, frame);
  if (node.kind === "binary" && comparisons.includes(node.op)) {
    const [left, right] = [await execute(node.left, frame), await execute(node.right, frame)];
    if (operate(node.op as Parameters<typeof operate>[0], left, right, place) === true) return undefined;
    return {
      place,
      values: [
        { what: "left", value: left },
        { what: "right", value: right },
      ],
    };
  }
  if (asBool(await execute(node, frame), "What is expected", place)) return undefined;
  return { place, values: await argumentsOf(node, frame) };
}

/** What a function was given, as far as that is not written there. */
async function argumentsOf(node: Expr, frame: Frame): Promise<readonly Shown[]> {
  if (node.kind !== "function" || node.args.some((arg) => arg.kind !== "literal" && arg.kind !== "read" && arg.kind !== "member" && arg.kind !== "function"))
    return [];
  const shown: Shown[] = [];
  for (const [index, arg] of node.args.entries()) {
    if (arg.kind !== "literal") shown.push({ what: `argument ${index + 1}`, value: await execute(arg, frame) });
  }
  return shown;
}
