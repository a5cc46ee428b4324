import type * as ast from "../../src/syntax/ast.ts";
import { Choices } from "./choices.ts";
import { anyName, args, at, block, entry, expr, name, nameOf, object, plain, statement, string, type } from "./trees.ts";

/** A whole program, as a function of a row of numbers. */
export function program(row: readonly number[]): ast.SourceFile {
  const c = new Choices(row);
  const documented = doc(c, "file");
  return {
    ...{ kind: "SourceFile", ...at, path: "x.tantra", comments: [], declarations: c.some(3, () => declaration(c)) },
    ...(documented === undefined ? {} : { doc: documented }),
  };
}

function doc(c: Choices, of: "file" | "other"): ast.Doc | undefined {
  const lines = ["Says what it is.", "", "  indented", '"quoted" // and so on', "/ slash"];
  // A doc of nothing but an empty line would be one too, but whoever writes it for a file means none.
  return c.maybe(() => ({ ...at, text: ["First.", ...c.some(2, () => c.of(lines))].join("\n") + (of === "file" ? "\nLast." : "") }));
}

function withDoc<T extends object>(c: Choices, node: T): T & { readonly doc?: ast.Doc } {
  const documented = doc(c, "other");
  return documented === undefined ? node : { ...node, doc: documented };
}

function params(c: Choices): ast.Param[] {
  return c.some(3, () => {
    const value = c.maybe(() => expr(c));
    return withDoc(c, { kind: "Param" as const, ...at, name: name(c), type: type(c), ...(value === undefined ? {} : { default: value }) });
  });
}

function optional<K extends string, T>(c: Choices, key: K, make: () => T): { [P in K]?: T } {
  const value = c.maybe(make);
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };
}

function declaration(c: Choices): ast.Decl {
  const of = (): ast.Name => {
    const chosen = name(c);
    return chosen.text === "from" ? nameOf("a") : chosen;
  };
  const provider = (): ast.ProviderDecl => {
    const kinds: (() => Pick<ast.ProviderDecl, "of" | "from">)[] = [() => ({}), () => ({ of: of() }), () => ({ from: plain(c) })];
    return { kind: "ProviderDecl", ...at, name: name(c), ...c.of(kinds)(), ...optional(c, "options", () => object(c)) };
  };
  const model = (): ast.ModelDecl => ({ kind: "ModelDecl", ...at, name: name(c), of: of(), args: args(c), ...optional(c, "options", () => object(c)) });
  const mcp = (): ast.McpDecl => ({ kind: "McpDecl", ...at, name: name(c), options: object(c) });
  const result = () => optional(c, "result", () => type(c));
  const field = (): ast.FieldDecl => withDoc(c, { kind: "FieldDecl" as const, ...at, name: anyName(c), type: type(c) });
  const sorts: (() => ast.Decl)[] = [
    provider,
    model,
    mcp,
    () => ({
      kind: "ImportDecl",
      ...at,
      from: plain(c),
      names: c.some(3, () => ({ kind: "ImportName", ...at, name: name(c), ...optional(c, "alias", () => name(c)) })),
    }),
    () => ({ kind: "RetryDecl", ...at, name: name(c), options: object(c) }),
    () => ({ kind: "BudgetDecl", ...at, name: name(c), options: object(c) }),
    () => ({ kind: "ProfileDecl", ...at, name: name(c), declarations: c.some(2, () => withDoc(c, c.of([provider, model, mcp])())) }),
    () => ({ kind: "TypeDecl", ...at, name: name(c), fields: c.some(3, field) }),
    () => ({ kind: "TypeDecl", ...at, name: name(c), type: type(c) }),
    () => ({ kind: "TemplateDecl", ...at, name: name(c), params: params(c), text: string(c, { oneLine: false }), ...optional(c, "options", () => object(c)) }),
    () => ({ kind: "TemplateDecl", ...at, name: name(c), params: params(c), from: plain(c), ...optional(c, "options", () => object(c)) }),
    () => ({ kind: "ToolDecl", ...at, name: name(c), params: params(c), ...result(), from: plain(c), ...optional(c, "options", () => object(c)) }),
    () => ({ kind: "AgentDecl", ...at, name: name(c), params: params(c), ...result(), members: c.some(3, () => (c.below(3) === 2 ? messages(c) : entry(c))) }),
    () => ({
      kind: "WorkflowDecl",
      ...at,
      name: name(c),
      params: params(c),
      ...result(),
      options: c.some(2, () => entry(c)),
      body: c.some(4, () => statement(c)),
    }),
    () => ({ kind: "TestDecl", ...at, name: plain(c), body: c.some(4, () => step(c)) }),
  ];
  return withDoc(c, c.of(sorts)());
}

function messages(c: Choices): ast.MessagesEntry {
  const role = (): ast.MessageExpr => ({ kind: "MessageExpr", ...at, role: c.of(["system", "user", "assistant"] as const), text: expr(c) });
  return { kind: "MessagesEntry", ...at, key: nameOf("messages"), messages: c.some(3, role) };
}

function step(c: Choices): ast.TestDecl["body"][number] {
  const targets: (() => Pick<ast.FakeTarget, "of" | "path">)[] = [
    () => ({ of: "name", path: [fakeable(c), ...c.some(2, () => name(c))] }),
    () => ({ of: "ask", path: [nameOf("ask")] }),
    () => ({ of: "model", path: [name(c)] }),
  ];
  const outcome = (): ast.FakeOutcome => {
    if (c.below(2) === 0) return { kind: "FakeOutcome", ...at, value: outcomeValue(expr(c)) };
    return { kind: "FakeOutcome", ...at, class: name(c), ...optional(c, "message", () => string(c, { oneLine: false })) };
  };
  const sorts: (() => ast.TestDecl["body"][number])[] = [
    () => statement(c),
    () => ({ kind: "FakeStmt", ...at, target: { kind: "FakeTarget", ...at, ...c.of(targets)() }, outcomes: [outcome(), ...c.some(2, outcome)] }),
    () => ({ kind: "ExpectStmt", ...at, value: expr(c) }),
    () => ({ kind: "ExpectStmt", ...at, fails: name(c), block: block(c, { oneLine: false }) }),
    () => ({ kind: "ReplayStmt", ...at, file: plain(c) }),
  ];
  return c.of(sorts)();
}

/** `fake model` goes on with the name of a model. */
function fakeable(c: Choices): ast.Name {
  const chosen = name(c);
  return chosen.text === "model" ? nameOf("a") : chosen;
}

/** A bare `fail` before `then` would be a failure of the class "then". */
function outcomeValue(value: ast.Expr): ast.Expr {
  return leftmost(value).kind === "FailExpr" ? { kind: "NullExpr", ...at } : value;
}

function leftmost(value: ast.Expr): ast.Expr {
  switch (value.kind) {
    case "BinaryExpr":
      return leftmost(value.left);
    case "CatchExpr":
    case "WithExpr":
      return leftmost(value.expr);
    case "MemberExpr":
    case "StarExpr":
    case "IndexExpr":
      return leftmost(value.object);
    case "CallExpr":
      return leftmost(value.callee);
    default:
      return value;
  }
}
