import type { WorkflowDecl } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { checkOptions } from "./check-options.ts";
import type { OptionTable } from "./form.ts";
import { budgetOption, timeoutOption } from "./references.ts";

const workflowOptions: OptionTable = { budget: budgetOption, timeout: timeoutOption };

/** The options at the top of a workflow; its statements are checked with the expressions. */
export function checkWorkflow(decl: WorkflowDecl, context: FileContext): void {
  checkOptions(decl.options, workflowOptions, { what: `The workflow "${decl.name.text}"`, at: decl.name }, context);
}
