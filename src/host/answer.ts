import type { RunEvent } from "../agent/events.ts";
import type { Expr, Statement } from "../graph/expressions.ts";
import type { Graph } from "../graph/graph.ts";
import { startOf, withProfile } from "../interpreter/start.ts";

/**
 * Gives the piece of the answer that an event brings: text of an agent whose result, as it is, is what the run gives. Nothing
 * where the program cannot be started, or where its value is made of something else than one agent's text.
 */
export function answerOf(graph: Graph | undefined, main: string, profile: string | undefined): (event: RunEvent) => string | undefined {
  const paths = graph === undefined ? new Set<string>() : answerPaths(graph, main, profile);
  return (event) => {
    if (event.type !== "model.delta" || event.text === undefined) return undefined;
    const turn = /^(.*)\/turn\[\d+\]$/.exec(event.path);
    return turn !== null && paths.has(turn[1] ?? "") ? event.text : undefined;
  };
}

function answerPaths(graph: Graph, main: string, profile: string | undefined): ReadonlySet<string> {
  const paths = new Set<string>();
  const isText = (agent: string): boolean => graph.agents[agent]?.result.kind === "string";

  function ofWorkflow(key: string, path: string): void {
    const { body = [] } = graph.workflows[key] ?? {};
    ofLast(body, path, body);
    for (const value of returned(body)) ofExpr(value, path, body);
  }
  /** `around`: the statements whose `let`s can be read. */
  function ofLast(body: readonly Statement[], path: string, around: readonly Statement[]): void {
    const last = body.at(-1);
    if (last !== undefined && last.kind !== "let" && last.kind !== "assign" && last.kind !== "return" && last.kind !== "break") ofExpr(last, path, around);
  }
  function ofExpr(expr: Expr, path: string, around: readonly Statement[]): void {
    if (expr.kind === "agent_call" && isText(expr.agent)) paths.add(stepOf(expr, path));
    else if (expr.kind === "workflow_call") ofWorkflow(expr.workflow, stepOf(expr, path));
    else if (expr.kind === "block") ofLast(expr.body, path, [...around, ...expr.body]);
    else if (expr.kind === "if") for (const arm of [expr.then, expr.else]) arm !== undefined && ofExpr(arm, path, around);
    else if (expr.kind === "match") for (const { value } of expr.arms) ofExpr(value, path, around);
    else if (expr.kind === "catch") for (const arm of [expr.expr, expr.handler]) ofExpr(arm, path, around);
    else if (expr.kind === "read") ofName(expr.name, path, around);
  }
  /** A name that is written once, at its `let`. One that is assigned again may have been shown before it was thrown away. */
  function ofName(name: string, path: string, around: readonly Statement[]): void {
    const writing = around.filter((each) => (each.kind === "let" || each.kind === "assign") && each.name === name);
    const [only] = writing;
    if (writing.length === 1 && only?.kind === "let" && !assigned(around, name)) ofExpr(only.value, path, []);
  }

  try {
    const { of, key, node } = startOf(withProfile(graph, profile), main);
    if (of === "workflow") ofWorkflow(key, node.name);
    else if (isText(key)) paths.add(node.name);
  } catch {
    // It cannot be started: the run says so.
  }
  return paths;
}

/** The path at run time: the last segment below the step that it runs in. */
function stepOf({ path }: { readonly path: string }, around: string): string {
  return `${around}/${path.slice(path.lastIndexOf("/") + 1)}`;
}

/** What is returned anywhere, as far as it is not in a loop: there the paths have numbers. */
function returned(value: unknown): Expr[] {
  if (Array.isArray(value)) return value.flatMap(returned);
  if (typeof value !== "object" || value === null) return [];
  const node = value as { readonly kind?: unknown; readonly value?: Expr };
  if (node.kind === "for" || node.kind === "repeat" || node.kind === "parallel_for") return [];
  if (node.kind === "return") return node.value === undefined ? [] : [node.value];
  return Object.values(node).flatMap(returned);
}

function assigned(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.some((each) => assigned(each, name));
  if (typeof value !== "object" || value === null) return false;
  const node = value as { readonly kind?: unknown; readonly name?: unknown };
  return (node.kind === "assign" && node.name === name) || Object.values(node).some((each) => assigned(each, name));
}
