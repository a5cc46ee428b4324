import type { Node, NodeKind, NodeOf } from "./ast.ts";

/** Under which keys each kind of node holds other nodes, in the order in which they stand in the text. A new kind without a row does not compile. */
export const childKeys: { readonly [K in NodeKind]: readonly (keyof NodeOf<K>)[] } = {
  SourceFile: ["declarations"],
  ImportDecl: ["names", "from"],
  ImportName: [],
  ProviderDecl: ["from", "options"],
  ModelDecl: ["args", "options"],
  RetryDecl: ["options"],
  BudgetDecl: ["options"],
  McpDecl: ["options"],
  ProfileDecl: ["declarations"],
  TypeDecl: ["fields", "type"],
  FieldDecl: ["type"],
  TemplateDecl: ["params", "text", "from", "options"],
  ToolDecl: ["params", "result", "from", "options"],
  AgentDecl: ["params", "result", "members"],
  MessagesEntry: ["messages"],
  MessageExpr: ["text"],
  WorkflowDecl: ["params", "result", "options", "body"],
  TestDecl: ["name", "body"],
  Param: ["type", "default"],
  NamedType: [],
  LiteralType: ["value"],
  ListType: ["element"],
  MapType: ["value"],
  NullableType: ["type"],
  ConstrainedType: ["type", "args"],
  UnionType: ["members"],
  ErrorType: [],
  LetStmt: ["type", "value"],
  AssignStmt: ["value"],
  ReturnStmt: ["value"],
  BreakStmt: [],
  ExprStmt: ["expr"],
  FakeStmt: ["target", "outcomes"],
  FakeTarget: [],
  FakeOutcome: ["message", "value"],
  ExpectStmt: ["value", "block"],
  ReplayStmt: ["file"],
  NumberExpr: [],
  DurationExpr: [],
  MoneyExpr: [],
  RateExpr: [],
  BoolExpr: [],
  NullExpr: [],
  StringExpr: ["parts"],
  TextChunk: [],
  Interpolation: ["expr"],
  TextFor: ["list", "body"],
  TextIf: ["condition", "then", "else"],
  ListExpr: ["items"],
  ObjectExpr: ["entries"],
  Entry: ["value"],
  BlockExpr: ["body"],
  NameExpr: [],
  EnvExpr: [],
  UnaryExpr: ["operand"],
  BinaryExpr: ["left", "right"],
  CatchExpr: ["expr", "handler"],
  MemberExpr: ["object"],
  StarExpr: ["object"],
  IndexExpr: ["object", "index"],
  CallExpr: ["callee", "args"],
  Arg: ["value"],
  WithExpr: ["expr", "options"],
  IfExpr: ["condition", "then", "else"],
  MatchExpr: ["subject", "arms"],
  MatchArm: ["pattern", "value"],
  Pattern: [],
  ParallelExpr: ["args", "block", "loop"],
  RaceExpr: ["args", "block"],
  ForExpr: ["list", "filter", "body"],
  RepeatExpr: ["args", "body"],
  AskExpr: ["question", "result", "options"],
  FailExpr: ["message"],
  ChatExpr: ["args", "session"],
  ErrorExpr: [],
};

/** The nodes directly under a node, in the order in which they stand in the text. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  const held = node as unknown as Readonly<Record<string, Node | readonly Node[] | undefined>>;
  for (const key of childKeys[node.kind]) {
    const value = held[key];
    if (value === undefined) continue;
    if (isList(value)) for (const item of value) found.push(item);
    else found.push(value);
  }
  return found;
}

function isList(value: Node | readonly Node[]): value is readonly Node[] {
  return Array.isArray(value);
}

/** What to do at a node. `enter` may return false to leave out what lies under it. */
export interface Visitor {
  enter?(node: Node, parent: Node | undefined): boolean | undefined;
  leave?(node: Node, parent: Node | undefined): void;
}

/** Visits a node and all that lies under it, parents before children, in the order of the text. A function is an `enter`. */
export function walk(node: Node, visitor: Visitor | ((node: Node, parent: Node | undefined) => boolean | undefined)): void {
  const { enter, leave }: Visitor = typeof visitor === "function" ? { enter: visitor } : visitor;
  const visit = (at: Node, parent: Node | undefined): void => {
    if (enter?.(at, parent) !== false) for (const child of children(at)) visit(child, at);
    leave?.(at, parent);
  };
  visit(node, undefined);
}
