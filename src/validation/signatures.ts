import type * as ast from "../syntax/ast.ts";
import type { ParamInfo, Signature } from "./checked.ts";
import type { Context } from "./file-context.ts";
import type { Program } from "./program.ts";
import { resolveType } from "./resolve-type.ts";
import type { Type } from "./types.ts";
import { checkWorkflowBody } from "./workflow-body.ts";

export type CallableDecl = ast.TemplateDecl | ast.ToolDecl | ast.AgentDecl | ast.WorkflowDecl;

/** What stands for a workflow's result while it is being found out: the workflow is in a cycle, which is reported elsewhere. */
const pending: Type = { kind: "unknown" };

const deepest = 50;

/** Parameters and result of a callable declaration, or undefined for any other. */
export function signatureOf(key: string, program: Program): Signature | undefined {
  const known = program.signatures.get(key);
  if (known !== undefined) return known;
  const symbol = program.declarations.get(key);
  const context = symbol === undefined ? undefined : program.contexts.get(symbol.file);
  if (symbol === undefined || context === undefined || !isCallable(symbol.decl)) return undefined;
  const params = paramsOf(symbol.decl, context);
  if (symbol.decl.kind !== "WorkflowDecl" || symbol.decl.result !== undefined) {
    const signature = { params, result: declaredResult(symbol.decl, context) };
    program.signatures.set(key, signature);
    return signature;
  }
  // Only workflows in a cycle call so deep: the others were looked at before those that call them.
  if (program.open.size > deepest) return { params, result: pending };
  program.signatures.set(key, { params, result: pending });
  program.open.add(key);
  const signature = { params, result: checkWorkflowBody(symbol.decl, params, context) };
  program.open.delete(key);
  program.signatures.set(key, signature);
  return signature;
}

export function isCallable(decl: { readonly kind: string }): decl is CallableDecl {
  return decl.kind === "TemplateDecl" || decl.kind === "ToolDecl" || decl.kind === "AgentDecl" || decl.kind === "WorkflowDecl";
}

/** What a declaration says that it gives: an agent without `->` text, a tool JSON, a template always text. */
function declaredResult(decl: CallableDecl, context: Context): Type {
  if (decl.kind === "TemplateDecl") return { kind: "string" };
  if (decl.result !== undefined) return resolveType(decl.result, context);
  return decl.kind === "ToolDecl" ? { kind: "json" } : { kind: "string" };
}

function paramsOf(decl: CallableDecl, context: Context): ParamInfo[] {
  return decl.params.map((param) => ({
    name: param.name.text,
    type: resolveType(param.type, context, true),
    required: param.default === undefined,
    ...(param.doc === undefined ? {} : { doc: param.doc.text }),
    decl: param,
  }));
}
