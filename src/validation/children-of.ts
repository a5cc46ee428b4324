import type { Node } from "../syntax/ast.ts";

export function* childrenOf(node: Node): Iterable<Node> {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const item of value) if (isNode(item)) yield item;
    if (isNode(value)) yield value;
  }
}
function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "kind" in value;
}
