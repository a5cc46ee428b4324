import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type CallGraph, declarationsOf, nameInKey } from "../call-graph.ts";
import { type Candidate, modelsOf, nameOfModel } from "../candidates.ts";
import { entryOf } from "../entry-of.ts";
import { profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";

/** Under a budget every model has a price and a `max_tokens`: only then can a request be refused before it is sent. */
export function* budgetsWithBounds(program: WholeProgram, graph: CallGraph): Iterable<Diagnostic> {
  const under = agentsUnderBudget(program, graph);
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
        const profiled = profile === undefined ? "" : `Under the profile "${profile}", `;
        yield {
          code: "T457",
          severity: "warning",
          message: `${profiled}${nameOfModel(model.decl)} spends from the budget of "${nameInKey(owner)}" without ${missing.map(wordFor).join(" and ")}, so the budget is looked at only after each reply.`,
          span: { file: model.file, start: at.start, end: at.end },
          hint: hintFor(candidate, missing),
        };
      }
    }
  }
}

type Bound = "price" | "max_tokens";

function hintFor({ model, id }: Candidate, missing: readonly Bound[]): string {
  const options = missing.map((one) => (one === "price" ? "price: { input: $0.25, output: $2.00 }" : "max_tokens: 4000"));
  if (model.decl.kind === "ModelDecl") return `Write ${options.map((one) => `\`${one}\``).join(" and ")} on the model.`;
  const provider = model.decl.callee.kind === "NameExpr" ? model.decl.callee.name : "PROVIDER";
  return `Declare \`model NAME = ${provider}(${JSON.stringify(id)}) { ${options.join(", ")} }\` and name it here.`;
}

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
function agentsUnderBudget(program: WholeProgram, graph: CallGraph): ReadonlyMap<string, string> {
  const under = new Map<string, string>();
  for (const [key, { decl }] of program.declarations) {
    if (decl.kind === "AgentDecl" && entryOf(decl, "budget") !== undefined) spread(key, key, graph, under);
    else if (decl.kind === "WorkflowDecl") {
      if (decl.options.some((entry) => entry.key.text === "budget")) spread(key, key, graph, under);
      for (const edge of graph.get(key) ?? []) if (edge.budget) spread(edge.to, edge.to, graph, under);
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
