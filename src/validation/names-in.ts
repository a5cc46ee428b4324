import type { Node } from "../syntax/ast.ts";
import { children } from "../syntax/walk.ts";

/** Every name that is read in a piece of the tree, whatever it stands for. */
export function* namesIn(node: Node): Iterable<string> {
  if (node.kind === "NameExpr") yield node.name;
  for (const child of children(node)) yield* namesIn(child);
}
