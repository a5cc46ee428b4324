import type { Node } from "../syntax/ast.ts";
import { childrenOf } from "./children-of.ts";

/** Every name that is read in a piece of the tree, whatever it stands for. */
export function* namesIn(node: Node): Iterable<string> {
  if (node.kind === "NameExpr") yield node.name;
  for (const child of childrenOf(node)) yield* namesIn(child);
}
