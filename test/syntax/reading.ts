import { Source } from "../../src/diagnostics/source.ts";
import type { Expr, SourceFile, Stmt, StringExpr, TypeExpr, WorkflowDecl } from "../../src/syntax/ast.ts";
import { parse, parseText } from "../../src/syntax/parse.ts";

/** The tree of a text that must be right. */
export function read(text: string): SourceFile {
  const { file, diagnostics } = parse(new Source("main.tantra", text));
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ code, message, span }) => `${code} at ${span.start}: ${message}`).join("\n"));
  return file;
}

/** "T121 2:10" for every mistake of a text, in order. */
export function mistakes(text: string): string[] {
  const source = new Source("main.tantra", text);
  return parse(source).diagnostics.map(({ code, span }) => {
    const { line, column } = source.position(span.start);
    return `${code} ${line}:${column}`;
  });
}

/** The statements of a workflow with this body. */
export function statements(body: string): readonly Stmt[] {
  const [workflow] = read(`workflow w() {\n${body}\n}\n`).declarations;
  return (workflow as WorkflowDecl).body;
}

/** The expression that is the only statement of a workflow. */
export function expression(text: string): Expr {
  const [only, ...more] = statements(text);
  if (only?.kind !== "ExprStmt" || more.length > 0) throw new Error(`not one expression: ${text}`);
  return only.expr;
}

/** The type after `type T =`. */
export function typeOf(text: string): TypeExpr {
  const [decl] = read(`type T = ${text}\n`).declarations;
  if (decl?.kind !== "TypeDecl" || decl.type === undefined) throw new Error(`no type: ${text}`);
  return decl.type;
}

/** An expression with a pair of parentheses around every part, so that its grouping shows. */
export function grouped(expr: Expr): string {
  switch (expr.kind) {
    case "NameExpr":
      return expr.name;
    case "NumberExpr":
    case "DurationExpr":
    case "MoneyExpr":
    case "RateExpr":
      return expr.raw;
    case "BoolExpr":
      return String(expr.value);
    case "NullExpr":
      return "null";
    case "StringExpr":
      return JSON.stringify(said(expr));
    case "ListExpr":
      return `[${expr.items.map(grouped).join(", ")}]`;
    case "ObjectExpr":
      return `{${expr.entries.map(({ key, value }) => `${key.text}: ${grouped(value)}`).join(", ")}}`;
    case "BlockExpr":
      return `{${expr.body.map((stmt) => (stmt.kind === "ExprStmt" ? grouped(stmt.expr) : stmt.kind)).join("; ")}}`;
    case "UnaryExpr":
      return `(${expr.op}${grouped(expr.operand)})`;
    case "BinaryExpr":
      return `(${grouped(expr.left)} ${expr.op} ${grouped(expr.right)})`;
    case "CatchExpr":
      return `(${grouped(expr.expr)} catch ${expr.name.text} ${grouped(expr.handler)})`;
    case "MemberExpr":
      return `(${grouped(expr.object)}.${expr.name.text})`;
    case "StarExpr":
      return `(${grouped(expr.object)}.*)`;
    case "IndexExpr":
      return `(${grouped(expr.object)}[${grouped(expr.index)}])`;
    case "CallExpr":
      return `(${grouped(expr.callee)}(${expr.args.map(({ name, value }) => (name === undefined ? "" : `${name.text}: `) + grouped(value)).join(", ")}))`;
    case "WithExpr":
      return `(${grouped(expr.expr)} with ${grouped(expr.options)})`;
    case "EnvExpr":
      return `env.${expr.name.text}`;
    case "IfExpr":
      return `if ${grouped(expr.condition)} ${grouped(expr.then)}${expr.else === undefined ? "" : ` else ${grouped(expr.else)}`}`;
    default:
      return expr.kind;
  }
}

/** What a string says, with its interpolations and directives in a form that shows. */
export function said(string: StringExpr): string {
  const parts = (list: StringExpr["parts"]): string =>
    list
      .map((part) => {
        if (part.kind === "TextChunk") return part.value;
        if (part.kind === "Interpolation") return `<${grouped(part.expr)}>`;
        if (part.kind === "TextFor") return `<for ${part.name.text} in ${grouped(part.list)}:${parts(part.body)}>`;
        return `<if ${grouped(part.condition)}:${parts(part.then)}${part.else === undefined ? "" : `|${parts(part.else)}`}>`;
      })
      .join("");
  return parts(string.parts);
}

/** What a text block of these lines says; it stands in a workflow, so the lines are given as they stand in the file. */
export function blockSays(text: string): string {
  const expr = expression(text);
  if (expr.kind !== "StringExpr" || !expr.block) throw new Error("no text block");
  return said(expr);
}

/** What a file that a template reads says. */
export function fileSays(text: string): string {
  const { text: string, diagnostics } = parseText(new Source("x.md", text));
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return said(string);
}
