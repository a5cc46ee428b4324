import type { Json } from "../../diagnostics/json.ts";
import type { MatchNode } from "../../graph/expressions.ts";
import { matchingArm } from "../evaluators/match.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";

export async function executeMatch(node: MatchNode, frame: Frame): Promise<Json> {
  return execute(matchingArm(node, await execute(node.subject, frame)), frame);
}
