import type { Json } from "../../diagnostics/json.ts";
import type { BinaryNode } from "../../graph/expressions.ts";
import { decidedByLeft } from "../evaluators/binary.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { operate } from "../values/operate.ts";

export async function executeBinary(node: BinaryNode, frame: Frame): Promise<Json> {
  const { op, place } = node;
  const left = await execute(node.left, frame);
  const decided = decidedByLeft(node, left);
  if (decided !== undefined) return decided;
  const right = await execute(node.right, frame);
  return op === "&&" || op === "||" || op === "??" ? right : operate(op, left, right, place);
}
