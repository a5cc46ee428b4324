import type { Expr, Param } from "../../syntax/ast.ts";
import type { FileContext, Scope } from "../context.ts";
import type { AgentFacts } from "./agent.ts";
import { checkForm, unfit } from "./check-form.ts";
import { distinctEntries } from "./check-options.ts";
import type { Place } from "./form.ts";
import { checkTemplateUse } from "./template-use.ts";

/** `ensure: [result.total > 0]`: conditions with `result` in scope. */
export function checkConditions(value: Expr, agent: AgentFacts, place: Place): void {
  if (value.kind === "ErrorExpr") return;
  if (value.kind !== "ListExpr") {
    place.context.report({
      code: "T503",
      message: `\`${place.key}\` takes a list of conditions.`,
      span: value,
      hint: `Put it into brackets: \`${place.key}: [ … ]\`.`,
    });
    return;
  }
  const scope = withResult(agent, place.context);
  for (const item of value.items) place.context.pure(item, scope, { kind: "bool" });
}

/** `check: { plausible: result.age < 130 }`. */
export function checkNamedConditions(value: Expr, agent: AgentFacts, place: Place): void {
  if (value.kind === "ErrorExpr") return;
  if (value.kind !== "ObjectExpr") {
    place.context.report({
      code: "T503",
      message: `\`${place.key}\` takes conditions that have names.`,
      span: value,
      hint: `Write \`${place.key}: { NAME: … }\`.`,
    });
    return;
  }
  const scope = withResult(agent, place.context);
  for (const entry of distinctEntries(value.entries, place.context).values()) place.context.pure(entry.value, scope, { kind: "bool" });
}

/** `repair: fix(max: 2)`: a template that takes exactly `output` and `error`. */
export function checkRepair(value: Expr, place: Place): void {
  const { context } = place;
  if (value.kind === "ErrorExpr") return;
  const name = value.kind === "CallExpr" ? value.callee : value;
  if (name.kind !== "NameExpr") {
    unfit(value, { of: "name", kinds: ["TemplateDecl"], want: "the name of a template" }, place);
    return;
  }
  checkTemplateUse(name, ["output", "error"], true, "repair", context);
  if (value.kind !== "CallExpr") return;
  for (const arg of value.args) {
    if (arg.name?.text === "max") checkForm(arg.value, { of: "number", whole: true, min: 1, max: 100 }, { context, key: "max" });
    else {
      const hint = `Write \`${place.key}: ${name.name}(max: 2)\`; \`output\` and \`error\` are filled in by the run.`;
      context.report({ code: "T501", message: `\`${place.key}\` takes \`max\` and nothing else.`, span: arg.name ?? arg, hint });
    }
  }
}

/** `result` hides a parameter of that name: what is checked here is the result. */
function withResult({ decl, scope, result }: AgentFacts, context: FileContext): Scope {
  const at = { start: decl.name.start, end: decl.name.end };
  const given: Param = { kind: "Param", ...at, name: { ...at, text: "result" }, type: { kind: "ErrorType", ...at } };
  return context.scopeOf([{ name: "result", type: result, required: true, decl: given }], scope);
}
