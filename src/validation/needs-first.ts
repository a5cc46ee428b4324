import { walk } from "../syntax/walk.ts";
import type { Context } from "./file-context.ts";
import type { DeclSymbol, Program } from "./program.ts";

/**
 * The types of a program, and the workflows whose results are found out from their statements, each behind those that it
 * needs. Checked in this order no chain of declarations, however long, is followed by recursion.
 */
export function neededFirst(program: Program): readonly DeclSymbol[] {
  const order: DeclSymbol[] = [];
  const seen = new Set<string>();
  for (const root of program.declarations.values()) {
    if (!isInferred(root) || seen.has(root.key)) continue;
    seen.add(root.key);
    const open = [{ symbol: root, rest: needs(root, program) }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        order.push(top.symbol);
        open.pop();
      } else if (!seen.has(next.key)) {
        seen.add(next.key);
        open.push({ symbol: next, rest: needs(next, program) });
      }
    }
  }
  return order;
}

function isInferred({ decl }: DeclSymbol): boolean {
  return decl.kind === "TypeDecl" || (decl.kind === "WorkflowDecl" && decl.result === undefined);
}

/** What a declaration names, as far as it must be known before. */
function needs(symbol: DeclSymbol, program: Program): DeclSymbol[] {
  const context = program.contexts.get(symbol.file);
  const found = new Map<string, DeclSymbol>();
  if (context === undefined) return [];
  walk(symbol.decl, (node) => {
    if (node.kind === "NamedType") add(node.name.text, context, found);
    else if (node.kind === "CallExpr" && node.callee.kind === "NameExpr") add(node.callee.name, context, found);
    return undefined;
  });
  return [...found.values()].reverse();
}

function add(name: string, context: Context, found: Map<string, DeclSymbol>): void {
  const symbol = context.find(name);
  if (symbol !== undefined && isInferred(symbol)) found.set(symbol.key, symbol);
}
