import type { BudgetDecl } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { checkOptions } from "./check-options.ts";
import type { OptionTable } from "./form.ts";

const budgetOptions: OptionTable = {
  max: { form: { of: "money", positive: true }, required: "Write `max: $2.00`." },
  on_exceed: { form: { of: "word", words: ["stop", "warn"] } },
};

/** `budget pot { max: $2.00, on_exceed: stop }`. */
export function checkBudget(decl: BudgetDecl, context: FileContext): void {
  checkOptions(decl.options.entries, budgetOptions, { what: `The budget "${decl.name.text}"`, at: decl.name }, context);
}
