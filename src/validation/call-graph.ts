import type { FileSpan } from "../diagnostics/span.ts";
import type { AgentDecl, Expr, Node, ParallelExpr, RaceExpr, TemplateDecl } from "../syntax/ast.ts";
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
  /** The call says `with { budget: … }`. */
  readonly budget: boolean;
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
    const collector: Collector = { program, file, edges: [] };
    if (decl.kind === "TemplateDecl") collectFromTemplate(decl, collector);
    else if (decl.kind === "AgentDecl") collectFromAgent(decl, collector);
    else if (decl.kind === "WorkflowDecl") for (const statement of decl.body) collect(statement, undefined, collector);
    else continue;
    graph.set(key, collector.edges);
  }
  return graph;
}

interface Collector {
  readonly program: WholeProgram;
  readonly file: string;
  readonly edges: Edge[];
}

function collectFromTemplate(decl: TemplateDecl, collector: Collector): void {
  if (decl.text !== undefined) collect(decl.text, undefined, collector);
  const path = decl.from === undefined ? undefined : projectPath(collector.file, plainText(decl.from) ?? "");
  const text = path === undefined ? undefined : collector.program.texts.get(path)?.text;
  if (path !== undefined && text !== undefined) collect(text, undefined, { ...collector, file: path });
}

function collectFromAgent(decl: AgentDecl, collector: Collector): void {
  for (const member of decl.members) {
    const via = member.key.text === "tools" ? "tool" : member.key.text === "handoffs" ? "handoff" : undefined;
    if (via === undefined || member.kind !== "Entry") collect(member, undefined, collector);
    else if (member.value.kind === "ListExpr") for (const item of member.value.items) collectListed(item, via, collector);
  }
}

function collectListed(item: Expr, via: "tool" | "handoff", { program, file, edges }: Collector): void {
  const symbol = program.resolved.get(item.kind === "CallExpr" ? item.callee : item);
  if (symbol?.of !== "decl" || symbol.decl.kind !== "AgentDecl") return;
  edges.push({ to: symbol.key, via, at: { file, start: item.start, end: item.end }, branch: undefined, budget: false });
}

function collect(node: Node, branch: Branch | undefined, collector: Collector, budget = false): void {
  const to = calledBy(node, collector.program);
  if (to !== undefined) collector.edges.push({ to, via: "call", at: { file: collector.file, start: node.start, end: node.end }, branch, budget });
  if (node.kind === "ParallelExpr" || node.kind === "RaceExpr") {
    collectFromBranches(node, branch, collector);
  } else if (node.kind === "WithExpr") {
    const limited = node.options.entries.some((entry) => entry.key.text === "budget");
    collect(node.expr, branch, collector, limited);
  } else {
    for (const child of children(node)) collect(child, branch, collector);
  }
}

function collectFromBranches(node: ParallelExpr | RaceExpr, outer: Branch | undefined, collector: Collector): void {
  for (const arg of node.args) collect(arg, outer, collector);
  if (node.kind === "ParallelExpr" && node.loop !== undefined) {
    const { list, filter, body } = node.loop;
    collect(list, outer, collector);
    if (filter !== undefined) collect(filter, outer, collector);
    collect(body, { block: node, index: 0, many: true }, collector);
  }
  for (const [index, statement] of (node.block?.body ?? []).entries()) collect(statement, { block: node, index, many: outer?.many ?? false }, collector);
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
