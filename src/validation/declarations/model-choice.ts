import type { BlockExpr, Expr } from "../../syntax/ast.ts";
import type { FileContext, Scope } from "../context.ts";
import { checkModelId } from "./model.ts";
import { nameOfValue, plainText } from "./values.ts";

/**
 * Checks what `model:` of an agent (or of a call's `with`) says: a model's name, `provider("id")`, or an `if` or `match`
 * whose every outcome is one of these. Names of models, and the provider before an id, are recorded in `resolved`; the
 * conditions and the subject are typed like any expression.
 */
export function checkModelChoice(value: Expr, scope: Scope, context: FileContext): void {
  switch (value.kind) {
    case "ErrorExpr":
      return;
    case "NameExpr":
      context.resolve(value, ["ModelDecl"], "a model");
      return;
    case "CallExpr":
      if (value.callee.kind !== "NameExpr") break;
      if (context.resolve(value.callee, ["ProviderDecl"], "a provider") !== undefined) checkModelId(value.callee.name, value.args, value, context);
      return;
    case "IfExpr":
      context.pure(value.condition, scope, { kind: "bool" });
      checkBlock(value.then, scope, context);
      if (value.else === undefined) {
        context.report({
          code: "T450",
          message: "Without `else` there is no model when the condition does not hold.",
          span: value,
          hint: "Add `else { NAME }` with a model's name.",
        });
      } else if (value.else.kind === "IfExpr") checkModelChoice(value.else, scope, context);
      else checkBlock(value.else, scope, context);
      return;
    case "MatchExpr":
      checkMatch(value, scope, context);
      return;
    case "BlockExpr":
      checkBlock(value, scope, context);
      return;
    case "StringExpr": {
      const id = plainText(value) ?? "gpt-5-mini";
      const hint =
        context.lookup(id)?.decl.kind === "ModelDecl"
          ? `Write \`model: ${id}\`, without quotes.`
          : `Declare \`model NAME = PROVIDER(${JSON.stringify(id)})\` and write \`model: NAME\`, or write \`model: PROVIDER(${JSON.stringify(id)})\`.`;
      context.report({ code: "T450", message: "A model is named by its declaration, not by a text.", span: value, hint });
      return;
    }
    default:
  }
  context.report({
    code: "T450",
    message: `\`model\` takes a model, not ${nameOfValue(value)}.`,
    span: value,
    hint: 'Write a model\'s name, `PROVIDER("id")`, or an `if` or `match` that chooses one.',
  });
}

function checkBlock(block: BlockExpr, scope: Scope, context: FileContext): void {
  const [only, ...more] = block.body;
  if (only?.kind === "ExprStmt" && more.length === 0) {
    checkModelChoice(only.expr, scope, context);
    return;
  }
  const message = only === undefined ? "This branch chooses no model." : "A branch that chooses a model holds that model and nothing else.";
  context.report({ code: "T450", message, span: block, hint: "Write `{ NAME }` with a model's name." });
}

function checkMatch(value: Expr & { readonly kind: "MatchExpr" }, scope: Scope, context: FileContext): void {
  const subject = context.pure(value.subject, scope);
  const seen = new Set<string | boolean | null>();
  let rest = false;
  for (const arm of value.arms) {
    if (arm.pattern.test.of === "any") rest = true;
    else if (arm.pattern.test.of === "value") seen.add(arm.pattern.test.value);
    checkModelChoice(arm.value, scope, context);
  }
  if (rest || subject.kind === "unknown") return;
  const values: (string | boolean)[] = [];
  if (subject.kind === "bool") values.push(true, false);
  else if (subject.kind === "literal") values.push(subject.value);
  else if (subject.kind === "union") for (const member of subject.members) if (member.kind === "literal") values.push(member.value);
  const missing = values.filter((one) => !seen.has(one));
  if (values.length > 0 && missing.length === 0) return;
  const what = missing.length === 0 ? "everything else" : missing.map((one) => JSON.stringify(one)).join(", ");
  context.report({ code: "T450", message: `This \`match\` chooses no model for ${what}.`, span: value, hint: "Add an arm `_ => NAME` with a model's name." });
}
