import type * as ast from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { checkAgent } from "./agent.ts";
import { checkBudget } from "./budget.ts";
import { checkNamedTools } from "./locked-tools.ts";
import { checkMcp } from "./mcp.ts";
import { checkModel } from "./model.ts";
import { checkProfile } from "./profile.ts";
import { checkProvider } from "./provider.ts";
import { checkRetry } from "./retry.ts";
import { checkTemplate } from "./template.ts";
import { checkTest } from "./test.ts";
import { checkTool } from "./tool.ts";
import { checkWorkflow } from "./workflow.ts";

type Checker<D extends ast.Decl> = (decl: D, context: FileContext) => void;

/** One checker per kind of declaration; imports and types have nothing to set. */
const checkers: { readonly [K in ast.Decl["kind"]]: Checker<Extract<ast.Decl, { readonly kind: K }>> } = {
  ImportDecl: () => undefined,
  ProviderDecl: checkProvider,
  ModelDecl: checkModel,
  RetryDecl: checkRetry,
  BudgetDecl: checkBudget,
  McpDecl: (decl, context) => {
    checkMcp(decl, context);
    checkNamedTools(`${context.file.path}#${decl.name.text}`, decl, context);
  },
  ProfileDecl: checkProfile,
  TypeDecl: () => undefined,
  TemplateDecl: checkTemplate,
  ToolDecl: checkTool,
  AgentDecl: checkAgent,
  WorkflowDecl: checkWorkflow,
  TestDecl: checkTest,
};

/**
 * Checks one declaration: its options and its wiring, with the texts and conditions that stand in them. Not here: a
 * workflow's and a test's statements, a template's text, a type's fields.
 */
export function checkDeclaration<D extends ast.Decl>(decl: D, context: FileContext): void {
  (checkers[decl.kind] as Checker<ast.Decl>)(decl, context);
}
