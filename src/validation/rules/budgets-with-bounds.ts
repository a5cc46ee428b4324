import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Node } from "../../syntax/ast.ts";
import { children } from "../../syntax/walk.ts";
import { type CallGraph, callGraphOf, declarationsOf, nameInKey } from "../call-graph.ts";
import { type Candidate, modelsOf, nameOfModel } from "../candidates.ts";
import { entryOf } from "../entry-of.ts";
import { profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";

/** Under a budget every model has a price and a `max_tokens`: only then can a request be refused before it is sent. */
export function* budgetsWithBounds(program: WholeProgram): Iterable<Diagnostic> {
  const under = agentsUnderBudget(program);
  if (under.size === 0) return;
  const reported = new Set<string>();
  for (const profile of profilesOf(program)) {
    const models = modelsOf(program, profile);
    for (const { key, decl, file } of declarationsOf(program, "AgentDecl")) {
      const owner = under.get(key);
      const choice = entryOf(decl, "model");
      if (owner === undefined || choice === undefined) continue;
      for (const candidate of models.candidatesOf(choice.value, file)) {
        const { model } = candidate;
        const missing = missingIn(candidate, program);
        const id = `${model.file}:${model.decl.start}:${missing.join()}`;
        if (missing.length === 0 || reported.has(id)) continue;
        reported.add(id);
        const at = model.decl.kind === "ModelDecl" ? model.decl.name : model.decl;
        const profiled = profile === undefined ? "" : `Under the profile \`${profile}\`, `;
        yield {
          code: "T457",
          severity: "warning",
          message: `${profiled}${nameOfModel(model.decl)} spends from the budget of \`${nameInKey(owner)}\` without ${missing.map(wordFor).join(" and ")}, so the budget is looked at only after each reply.`,
          span: { file: model.file, start: at.start, end: at.end },
          hint: `Write ${missing.map((one) => (one === "price" ? "`price: { input: $0.25, output: $2.00 }`" : "`max_tokens: 4000`")).join(" and ")} on the model.`,
        };
      }
    }
  }
}

type Bound = "price" | "max_tokens";

function wordFor(bound: Bound): string {
  return bound === "price" ? "a known price" : "`max_tokens`";
}

function missingIn({ model, id, kind }: Candidate, program: WholeProgram): readonly Bound[] {
  const entries = model.decl.kind === "ModelDecl" ? (model.decl.options?.entries ?? []) : [];
  const has = (key: string): boolean => entries.some((entry) => entry.key.text === key);
  const { priced } = program.options;
  const missing: Bound[] = [];
  if (priced !== undefined && kind !== undefined && !has("price") && !priced(kind.name, id)) missing.push("price");
  if (!has("max_tokens")) missing.push("max_tokens");
  return missing;
}

/** The agents that spend from a budget, with what has that budget. */
function agentsUnderBudget(program: WholeProgram): ReadonlyMap<string, string> {
  const graph = callGraphOf(program);
  const under = new Map<string, string>();
  for (const [key, { decl }] of program.declarations) {
    if (decl.kind === "AgentDecl" && entryOf(decl, "budget") !== undefined) spread(key, key, graph, under);
    else if (decl.kind === "WorkflowDecl") {
      if (decl.options.some((entry) => entry.key.text === "budget")) spread(key, key, graph, under);
      for (const statement of decl.body) for (const callee of calledWithBudget(statement, program)) spread(callee, callee, graph, under);
    }
  }
  return under;
}

function spread(key: string, owner: string, graph: CallGraph, under: Map<string, string>): void {
  const queue = [key];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (under.has(next)) continue;
    under.set(next, owner);
    for (const edge of graph.get(next) ?? []) queue.push(edge.to);
  }
}

/** What is called `with { budget: … }`. */
function* calledWithBudget(node: Node, program: WholeProgram): Iterable<string> {
  if (node.kind === "WithExpr" && node.expr.kind === "CallExpr" && node.options.entries.some((entry) => entry.key.text === "budget")) {
    const call = program.calls.get(node.expr);
    if (call?.of === "agent" || call?.of === "workflow") yield call.key;
  }
  for (const child of children(node)) yield* calledWithBudget(child, program);
}
