import type { Expr, ToolDecl } from "../../syntax/ast.ts";
import type { FileContext, Scope } from "../context.ts";
import { unfit } from "./check-form.ts";
import { checkOptions } from "./check-options.ts";
import type { Form, OptionTable, Place } from "./form.ts";
import { checkModulePath } from "./provider.ts";
import { retryOption, timeoutOption } from "./references.ts";
import { checkTemplateUse } from "./template-use.ts";

const fixedOptions: OptionTable = {
  timeout: timeoutOption,
  effect: { form: { of: "word", words: ["read", "write"] } },
  retry: retryOption,
  max_result: { form: { of: "number", whole: true, min: 1 } },
  options: { form: { of: "json", secret: true, object: true } },
  on_error: { form: { of: "own", check: checkOnError } },
};

function checkOnError(value: Expr, place: Place): void {
  if (value.kind === "NameExpr") checkTemplateUse(value, ["class", "message"], false, "on_error", place.context);
  else if (value.kind !== "ErrorExpr") unfit(value, { of: "name", kinds: ["TemplateDecl"], want: "the name of a template" }, place);
}

/** `tool search(query: string) -> string[] from "./search.ts" { effect: read }`. */
export function checkTool(decl: ToolDecl, context: FileContext): void {
  checkModulePath(decl.from, "the tool", context, context.options.hostTools ? "warning" : "error");
  if (decl.options === undefined) return;
  const scope = context.scopeOf(context.signature(`${context.file.path}#${decl.name.text}`)?.params ?? []);
  const condition = conditionOver(scope);
  const table: OptionTable = { ...fixedOptions, deny: { form: condition }, approve: { form: condition } };
  const found = checkOptions(decl.options.entries, table, { what: `The tool "${decl.name.text}"`, at: decl.name }, context);
  const retry = found.get("retry");
  const effect = found.get("effect")?.value;
  if (retry === undefined || (retry.value.kind === "NameExpr" && retry.value.name === "none")) return;
  if (effect?.kind === "NameExpr" && effect.name === "read") return;
  context.report({
    code: "T531",
    message: `"${decl.name.text}" may change something, so it cannot be called again after a failure.`,
    span: retry.key,
    hint: "Write `effect: read` if it only reads, or leave `retry` out.",
  });
}

/** A condition over the parameters: `deny: amount > 100`. */
function conditionOver(scope: Scope): Form {
  return { of: "own", check: (value, place) => void place.context.pure(value, scope, { kind: "bool" }) };
}
