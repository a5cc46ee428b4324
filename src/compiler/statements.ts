import type { Statement } from "../graph/expressions.ts";
import type * as ast from "../syntax/ast.ts";
import type { Context } from "./context.ts";
import { compileExpr } from "./expressions.ts";

export function compileBody(body: readonly ast.Stmt[], context: Context): readonly Statement[] {
  return body.map((statement) => compileStatement(statement, context));
}

export function compileStatement(statement: ast.Stmt, context: Context): Statement {
  const place = context.file.place(statement);
  switch (statement.kind) {
    case "LetStmt": {
      const name = statement.name.text;
      return { kind: "let", place, name, value: context.steps.under(name, () => compileExpr(statement.value, context)) };
    }
    case "AssignStmt":
      return { kind: "assign", place, name: statement.name.text, value: compileExpr(statement.value, context) };
    case "ReturnStmt":
      return { kind: "return", place, ...(statement.value === undefined ? {} : { value: compileExpr(statement.value, context) }) };
    case "BreakStmt":
      return { kind: "break", place };
    case "ExprStmt":
      return compileExpr(statement.expr, context);
  }
}
