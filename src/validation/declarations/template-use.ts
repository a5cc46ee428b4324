import type { Name, NameExpr } from "../../syntax/ast.ts";
import type { Signature } from "../checked.ts";
import type { FileContext } from "../context.ts";
import { listed } from "./values.ts";

/** Resolves the name of a template that the runtime itself calls with texts of given names: `all` of them, or as many as it takes. */
export function checkTemplateUse(name: NameExpr | Name, given: readonly string[], all: boolean, use: string, context: FileContext): void {
  const symbol = context.resolve(name, ["TemplateDecl"], "a template");
  const signature = symbol === undefined ? undefined : context.signature(symbol.key);
  if (symbol === undefined || signature === undefined) return;
  const template = symbol.decl.name.text;
  const message = misfit(template, signature, given, all, use);
  if (message === undefined) return;
  context.report({
    code: "T533",
    message,
    span: name,
    hint: `Write \`template ${template}(${given.map((param) => `${param}: string`).join(", ")})\`${all ? "" : ", or leave one of the two out"}.`,
    related: [{ file: symbol.file, span: symbol.decl.name, message: "the template" }],
  });
}

function misfit(template: string, signature: Signature, given: readonly string[], all: boolean, use: string): string | undefined {
  for (const param of signature.params) {
    if (!given.includes(param.name)) {
      if (param.required || all) return `"${template}" wants "${param.name}", and \`${use}\` gives it ${listed(given, "and")} only.`;
    } else if (param.type.kind !== "string" && param.type.kind !== "unknown") {
      return `\`${use}\` gives "${template}" a text as "${param.name}", which is declared otherwise.`;
    }
  }
  const missing = all ? given.find((one) => !signature.params.some((param) => param.name === one)) : undefined;
  return missing === undefined ? undefined : `"${template}" does not take the \`${missing}\` that \`${use}\` gives it.`;
}
