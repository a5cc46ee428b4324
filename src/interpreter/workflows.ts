import { createScope } from "../agent/scope.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import type { BudgetRef, WorkflowNode } from "../graph/graph.ts";
import { executeStatements } from "./executors/block.ts";
import type { Frame, Run } from "./frame.ts";
import { ReturnSignal } from "./signal.ts";
import { Variables } from "./variables.ts";

export interface WorkflowCallOptions {
  readonly timeoutMs?: number;
  readonly budget?: BudgetRef;
}

/** Runs a workflow's statements in a scope that holds its arguments and nothing else. */
export async function callWorkflow(key: string, args: JsonObject, options: WorkflowCallOptions, frame: Frame): Promise<Json> {
  const { run, path } = frame;
  const node = workflowOf(key, run);
  const budget = options.budget ?? node.budget;
  const pots = budget === undefined ? frame.pots : [...frame.pots, run.pots.open(budget, node.name, frame.path)];
  const timeoutMs = options.timeoutMs ?? node.timeoutMs;
  const inner: Frame = { ...frame, pots, variables: Variables.of(args) };
  if (timeoutMs === undefined) return runBody(node, inner);
  const scope = createScope(frame.signal, { timeoutMs, deadlines: run.runtime.deadlines, what: `The workflow "${node.name}"`, path, place: node.place });
  try {
    return await runBody(node, { ...inner, signal: scope.signal });
  } finally {
    scope.dispose();
  }
}

async function runBody(node: WorkflowNode, frame: Frame): Promise<Json> {
  try {
    return await executeStatements(node.body, frame);
  } catch (thrown) {
    if (thrown instanceof ReturnSignal) return thrown.value;
    throw thrown;
  }
}

export function workflowOf(key: string, { graph }: Run): WorkflowNode {
  const node = graph.workflows[key];
  if (node === undefined) throw new RunError("internal", `The graph has no workflow "${key}".`, { code: "T624" });
  return node;
}
