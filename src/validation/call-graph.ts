import type { FileSpan } from "../diagnostics/span.ts";
import type { AgentDecl, Expr, Node, StringExpr, TemplateDecl, WorkflowDecl } from "../syntax/ast.ts";
import { children } from "../syntax/walk.ts";
import type { NamedDecl } from "./checked.ts";
import { projectPath } from "./declarations/project-path.ts";
import { plainText } from "./declarations/values.ts";
import type { WholeProgram } from "./rule.ts";

/** One declaration makes another run: by a call or a `chat`, by listing it as a tool, or by a handoff. */
export interface Edge {
  readonly to: string;
  readonly via: "call" | "tool" | "handoff";
  readonly at: FileSpan;
  /**
   * The innermost place of the caller where this happens beside other things: the body of a `parallel for`, a branch of
   * a `parallel` or `race`. Two edges with the same `block` and different `branch` run at the same time.
   */
  readonly branch: Branch | undefined;
}
export interface Branch {
  readonly block: Node;
  readonly index: number;
  /** Each element of a list has such a branch of its own. */
  readonly many: boolean;
}

/** What every template, agent and workflow makes run, by key, in source order. */
export type CallGraph = ReadonlyMap<string, readonly Edge[]>;

export function callGraphOf(program: WholeProgram): CallGraph {
  const graph = new Map<string, readonly Edge[]>();
  for (const [key, { decl, file }] of program.declarations) {
    if (decl.kind === "TemplateDecl") graph.set(key, [...edgesOfTemplate(decl, file, program)]);
    else if (decl.kind === "AgentDecl") graph.set(key, [...edgesOfAgent(decl, file, program)]);
    else if (decl.kind === "WorkflowDecl") graph.set(key, [...edgesOfWorkflow(decl, file, program)]);
  }
  return graph;
}

function* edgesOfTemplate(decl: TemplateDecl, file: string, program: WholeProgram): Iterable<Edge> {
  let text: StringExpr | undefined = decl.text;
  let place = file;
  if (decl.from !== undefined) {
    place = projectPath(file, plainText(decl.from) ?? "") ?? file;
    text = program.texts.get(place)?.text;
  }
  if (text !== undefined) yield* calls(text, place, undefined, program);
}

function* edgesOfAgent(decl: AgentDecl, file: string, program: WholeProgram): Iterable<Edge> {
  for (const member of decl.members) {
    const list = member.kind === "Entry" && member.value.kind === "ListExpr" ? member.value.items : [];
    if (member.key.text === "tools") yield* listed(list, "tool", file, program);
    else if (member.key.text === "handoffs") yield* listed(list, "handoff", file, program);
    else yield* calls(member, file, undefined, program);
  }
}

function* edgesOfWorkflow(decl: WorkflowDecl, file: string, program: WholeProgram): Iterable<Edge> {
  for (const statement of decl.body) yield* calls(statement, file, undefined, program);
}

function* listed(items: readonly Expr[], via: "tool" | "handoff", file: string, program: WholeProgram): Iterable<Edge> {
  for (const item of items) {
    const symbol = program.resolved.get(item.kind === "CallExpr" ? item.callee : item);
    if (symbol?.of === "decl" && symbol.decl.kind === "AgentDecl") {
      yield { to: symbol.key, via, at: { file, start: item.start, end: item.end }, branch: undefined };
    }
  }
}

function* calls(node: Node, file: string, branch: Branch | undefined, program: WholeProgram): Iterable<Edge> {
  const to = calledBy(node, program);
  if (to !== undefined) yield { to, via: "call", at: { file, start: node.start, end: node.end }, branch };
  if (node.kind === "ParallelExpr" || node.kind === "RaceExpr") {
    for (const arg of node.args) yield* calls(arg, file, branch, program);
    if (node.kind === "ParallelExpr" && node.loop !== undefined) {
      const { list, filter, body } = node.loop;
      yield* calls(list, file, branch, program);
      if (filter !== undefined) yield* calls(filter, file, branch, program);
      yield* calls(body, file, { block: node, index: 0, many: true }, program);
      return;
    }
    const statements = node.block?.body ?? [];
    for (const [index, statement] of statements.entries()) yield* calls(statement, file, { block: node, index, many: branch?.many ?? false }, program);
    return;
  }
  for (const child of children(node)) yield* calls(child, file, branch, program);
}

function calledBy(node: Node, program: WholeProgram): string | undefined {
  if (node.kind === "CallExpr") {
    const call = program.calls.get(node);
    return call?.of === "template" || call?.of === "agent" || call?.of === "workflow" ? call.key : undefined;
  }
  if (node.kind !== "ChatExpr") return undefined;
  const symbol = program.resolved.get(node.agent);
  return symbol?.of === "decl" ? symbol.key : undefined;
}

/** The name in a key: "planner" of "research.tantra#planner". */
export function nameInKey(key: string): string {
  return key.slice(key.lastIndexOf("#") + 1);
}

/** The declarations of one kind, with their keys and files. */
export function* declarationsOf<K extends NamedDecl["kind"]>(
  program: WholeProgram,
  kind: K,
): Iterable<{ readonly key: string; readonly file: string; readonly decl: Extract<NamedDecl, { kind: K }> }> {
  for (const [key, { decl, file }] of program.declarations) {
    if (decl.kind === kind) yield { key, file, decl: decl as Extract<NamedDecl, { kind: K }> };
  }
}
