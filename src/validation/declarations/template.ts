import type { TemplateDecl } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { checkOptions } from "./check-options.ts";

/** `template NAME(params) """…""" { cache: true }`. Its text is checked with the expressions. */
export function checkTemplate(decl: TemplateDecl, context: FileContext): void {
  if (decl.options !== undefined)
    checkOptions(decl.options.entries, { cache: { form: { of: "bool" } } }, { what: `The template "${decl.name.text}"`, at: decl.name }, context);
}
