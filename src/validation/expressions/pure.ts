import type * as ast from "../../syntax/ast.ts";
import type { Body, Env } from "../env.ts";
import { noFacts } from "../facts.ts";
import type { Context } from "../file-context.ts";
import { mayBeNull, withoutNull } from "../fits.ts";
import { mismatch } from "../mismatch.ts";
import type { BlockScope } from "../scope.ts";
import type { Type } from "../types.ts";
import { check } from "./expression.ts";
import { isText } from "./operators.ts";
import { isTextual, reportNoText } from "./text.ts";

/** The type of an expression that may only read: a prompt, a condition on a result, a default. */
export function checkPure(expr: ast.Expr, scope: BlockScope, expected: Type | undefined, context: Context, what?: string): Type {
  return check(expr, pureEnv(scope, context), { type: expected, what });
}

/** Types a text that goes into a prompt: a string, or an expression that gives one. */
export function checkText(expr: ast.Expr, scope: BlockScope, context: Context, media: boolean): void {
  const env = pureEnv(scope, context);
  const type = check(expr, expr.kind === "StringExpr" ? { ...env, media } : env);
  if (media && (type.kind === "image" || type.kind === "file")) return;
  if (type.kind === "unknown" || type.kind === "never" || isText(type)) return;
  if (type.kind === "image" || type.kind === "file")
    context.report({
      code: "T325",
      message: `A text cannot hold \`${type.kind}\`.`,
      span: expr,
      hint: "Images and files go into `prompt` and into `user` messages.",
    });
  else if (isTextual(type)) context.report(mismatch(expr, type, { kind: "string" }, "A prompt"));
  else if (mayBeNull(type) && isText(withoutNull(type))) context.report(mismatch(expr, type, { kind: "string" }, "A prompt"));
  else reportNoText(expr, type, env);
}

/** Reports what does more than read where only reading is possible. */
export function reportImpure(at: { readonly start: number; readonly end: number }, what: string, env: Env): void {
  env.context.report({
    code: "T343",
    message: `${what} cannot stand here: this is worked out while a prompt or a condition is, and only reads.`,
    span: at,
    hint: "Do it in a workflow, and pass what it gives as an argument.",
  });
}

function pureEnv(scope: BlockScope, context: Context): Env {
  const body: Body = { sort: "pure", name: "", returns: [], chats: new Map() };
  return { context, scope, flow: { facts: noFacts }, body, loop: undefined, lenient: false };
}
