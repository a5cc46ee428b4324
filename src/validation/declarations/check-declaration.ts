import type * as ast from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";

/** Checks what stands in one declaration apart from a workflow's statements and a type's fields: its options and its wiring. */
export function checkDeclaration(_decl: ast.Decl, _context: FileContext): void {}
