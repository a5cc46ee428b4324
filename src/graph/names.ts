import { suggest } from "../diagnostics/suggest.ts";
import type { BranchNode, BranchOptions, CallOptions, Expr, ExprKind, ExprOf, Statement, TextPart } from "./expressions.ts";
import { at, type Lookup, Unresolved } from "./lookup.ts";

/** The names that are in scope at a place of a graph. */
export class Names {
  readonly #own: Set<string>;
  readonly #outer: Names | undefined;
  constructor(own: Iterable<string>, outer?: Names) {
    this.#own = new Set(own);
    this.#outer = outer;
  }
  add(name: string): void {
    this.#own.add(name);
  }
  has(name: string): boolean {
    return this.#own.has(name) || (this.#outer?.has(name) ?? false);
  }
  all(): readonly string[] {
    return [...this.#own, ...(this.#outer?.all() ?? [])];
  }
}

/** Follows every name and key of an expression; throws `Unresolved` at the first that means nothing. */
export function walkExpr(expr: Expr, names: Names, path: string, lookup: Lookup): void {
  lookup.type(expr.type, `${path}.type`);
  const visit: Visit<Expr> = walks[expr.kind] as Visit<Expr>;
  visit(expr, new Walk(names, path, lookup));
}

/** As `walkExpr`, of statements; what they declare is added to `names`. */
export function walkBody(body: readonly Statement[], names: Names, path: string, lookup: Lookup): void {
  for (const [index, statement] of body.entries()) walkStatement(statement, names, `${path}[${index}]`, lookup);
}

export function walkStatement(statement: Statement, names: Names, path: string, lookup: Lookup): void {
  switch (statement.kind) {
    case "let":
      walkExpr(statement.value, names, `${path}.value`, lookup);
      names.add(statement.name);
      break;
    case "assign":
      new Walk(names, path, lookup).read(statement.name, "name");
      walkExpr(statement.value, names, `${path}.value`, lookup);
      break;
    case "return":
      if (statement.value !== undefined) walkExpr(statement.value, names, `${path}.value`, lookup);
      break;
    case "break":
      break;
    default:
      walkExpr(statement, names, path, lookup);
  }
}

type Visit<E extends Expr> = (node: E, walk: Walk) => void;

/** One place of the walk: what is in scope, and where in the JSON it is. */
class Walk {
  readonly names: Names;
  readonly path: string;
  readonly lookup: Lookup;
  constructor(names: Names, path: string, lookup: Lookup) {
    this.names = names;
    this.path = path;
    this.lookup = lookup;
  }

  /** `key` is the way down from here: `left`, `options.max`. */
  expr(expr: Expr | undefined, key: string, names = this.names): void {
    if (expr !== undefined) walkExpr(expr, names, `${this.path}.${key}`, this.lookup);
  }
  list(exprs: readonly Expr[], key: string): void {
    for (const [index, expr] of exprs.entries()) walkExpr(expr, this.names, `${at(this.path, key)}[${index}]`, this.lookup);
  }
  record(exprs: Readonly<Record<string, Expr>>, key: string): void {
    for (const [name, expr] of Object.entries(exprs)) walkExpr(expr, this.names, at(at(this.path, key), name), this.lookup);
  }
  inner(...names: readonly (string | undefined)[]): Names {
    return new Names(
      names.filter((name) => name !== undefined),
      this.names,
    );
  }
  read(name: string, key: string): void {
    if (this.names.has(name)) return;
    const nearest = suggest(name, this.names.all());
    throw new Unresolved(
      at(this.path, key),
      `Nothing in scope is named ${JSON.stringify(name)}.`,
      nearest === undefined ? undefined : `Did you mean ${JSON.stringify(nearest)}?`,
    );
  }
  call(options: CallOptions): void {
    this.expr(options.model, "options.model");
    this.lookup.retry(options.retry, `${this.path}.options.retry`);
    this.lookup.budget(options.budget, `${this.path}.options.budget`);
  }
  branches(branches: readonly BranchNode[], options: BranchOptions | undefined): void {
    this.expr(options?.max, "options.max");
    this.expr(options?.need, "options.need");
    for (const [index, branch] of branches.entries()) {
      this.lookup.type(branch.type, `${this.path}.branches[${index}].type`);
      walkExpr(branch.value, this.inner(), `${this.path}.branches[${index}].value`, this.lookup);
    }
  }
  text(parts: readonly TextPart[], key: string, names: Names): void {
    for (const [index, part] of parts.entries()) {
      const path = `${this.path}.${key}[${index}]`;
      if (typeof part === "string") continue;
      const inside = new Walk(names, path, this.lookup);
      if (part.kind === "text_for") {
        inside.expr(part.list, "list");
        inside.text(part.body, "body", inside.inner(part.name));
      } else if (part.kind === "text_if") {
        inside.expr(part.condition, "condition");
        inside.text(part.then, "then", names);
        inside.text(part.else, "else", names);
      } else if (part.kind === "media") inside.expr(part.value, "value");
      else walkExpr(part, names, path, this.lookup);
    }
  }
}

const nothing = () => {};

/** One entry for every kind: a kind without one does not compile. */
const walks: { readonly [K in ExprKind]: Visit<ExprOf<K>> } = {
  literal: nothing,
  text: (node, walk) => walk.text(node.parts, "parts", walk.names),
  list: (node, walk) => walk.list(node.items, "items"),
  object: (node, walk) => {
    for (const [index, entry] of node.entries.entries()) walk.expr(entry.value, `entries[${index}].value`);
  },
  read: (node, walk) => walk.read(node.name, "name"),
  model: (node, walk) => walk.lookup.key("models", node.key, `${walk.path}.key`),
  member: (node, walk) => walk.expr(node.object, "object"),
  index: (node, walk) => {
    walk.expr(node.object, "object");
    walk.expr(node.index, "index");
  },
  unary: (node, walk) => walk.expr(node.operand, "operand"),
  binary: (node, walk) => {
    walk.expr(node.left, "left");
    walk.expr(node.right, "right");
  },
  function: (node, walk) => {
    walk.list(node.args, "args");
    walk.record(node.named, "named");
    walk.lookup.type(node.of, `${walk.path}.of`);
  },
  template_call: (node, walk) => {
    walk.lookup.key("templates", node.template, `${walk.path}.template`);
    walk.lookup.args("The template", walk.lookup.graph.templates[node.template]?.params ?? [], node.args, `${walk.path}.args`);
    walk.record(node.args, "args");
  },
  agent_call: (node, walk) => agentCall(node, walk),
  tool_call: (node, walk) => {
    walk.lookup.key("tools", node.tool, `${walk.path}.tool`);
    walk.lookup.args("The tool", walk.lookup.graph.tools[node.tool]?.params ?? [], node.args, `${walk.path}.args`);
    walk.record(node.args, "args");
    walk.call(node.options);
  },
  mcp_call: (node, walk) => {
    walk.lookup.key("mcp", node.server, `${walk.path}.server`);
    walk.record(node.args, "args");
    walk.call(node.options);
  },
  workflow_call: (node, walk) => {
    walk.lookup.key("workflows", node.workflow, `${walk.path}.workflow`);
    walk.lookup.args("The workflow", walk.lookup.graph.workflows[node.workflow]?.params ?? [], node.args, `${walk.path}.args`);
    walk.record(node.args, "args");
    walk.call(node.options);
  },
  block: (node, walk) => walkBody(node.body, walk.inner(), `${walk.path}.body`, walk.lookup),
  if: (node, walk) => {
    walk.expr(node.condition, "condition");
    walk.expr(node.then, "then");
    walk.expr(node.else, "else");
  },
  match: (node, walk) => {
    walk.expr(node.subject, "subject");
    for (const [index, arm] of node.arms.entries()) walk.expr(arm.value, `arms[${index}].value`);
  },
  catch: (node, walk) => {
    walk.expr(node.expr, "expr");
    walk.expr(node.handler, "handler", walk.inner(node.name));
  },
  fail: (node, walk) => walk.expr(node.message, "message"),
  parallel: (node, walk) => {
    walk.branches(node.branches, node.options);
    for (const branch of node.branches) if (branch.name !== undefined) walk.names.add(branch.name);
  },
  parallel_for: (node, walk) => {
    walk.expr(node.options.max, "options.max");
    walk.expr(node.options.need, "options.need");
    loop(node, walk);
  },
  race: (node, walk) => walk.branches(node.branches, undefined),
  for: (node, walk) => loop(node, walk),
  repeat: (node, walk) => {
    walk.expr(node.max, "max");
    walk.expr(node.body, "body", walk.inner());
  },
  ask: (node, walk) => {
    walk.expr(node.question, "question");
    walk.expr(node.default, "default");
  },
  chat: (node, walk) => {
    if (node.from !== undefined) walk.read(node.from, "from");
    agentKey(node, walk);
    walk.expr(node.session, "session");
  },
  chat_send: (node, walk) => {
    walk.read(node.chat, "chat");
    walk.expr(node.text, "text");
    walk.call(node.options);
  },
  chat_add: (node, walk) => {
    walk.read(node.chat, "chat");
    walk.expr(node.text, "text");
  },
  chat_messages: (node, walk) => walk.read(node.chat, "chat"),
  fork: (node, walk) => walk.read(node.chat, "chat"),
};

function agentCall(node: ExprOf<"agent_call">, walk: Walk): void {
  agentKey(node, walk);
  walk.call(node.options);
}

function agentKey(node: ExprOf<"agent_call" | "chat">, walk: Walk): void {
  walk.lookup.key("agents", node.agent, `${walk.path}.agent`);
  walk.lookup.args("The agent", walk.lookup.graph.agents[node.agent]?.params ?? [], node.args, `${walk.path}.args`);
  walk.record(node.args, "args");
}

function loop(node: ExprOf<"for" | "parallel_for">, walk: Walk): void {
  walk.expr(node.list, "list");
  const inner = walk.inner(node.index, node.name);
  walk.expr(node.filter, "filter", inner);
  walk.expr(node.body, "body", inner);
}
