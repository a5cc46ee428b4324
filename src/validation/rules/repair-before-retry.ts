import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Entry, RetryDecl } from "../../syntax/ast.ts";
import { declarationsOf } from "../call-graph.ts";
import { modelsOf } from "../candidates.ts";
import { entryOf } from "../entry-of.ts";
import type { WholeProgram } from "../rule.ts";

/** Where a repair answers an unfit reply, no retry policy lists `invalid_output`: it would never be consulted. */
export function* repairBeforeRetry(program: WholeProgram): Iterable<Diagnostic> {
  const models = modelsOf(program, undefined);
  for (const { decl, file } of declarationsOf(program, "AgentDecl")) {
    const repair = entryOf(decl, "repair");
    const choice = entryOf(decl, "model");
    if (repair === undefined) continue;
    const own = entryOf(decl, "retry");
    const others =
      choice === undefined ? [] : models.candidatesOf(choice.value, file).map(({ model }) => (model.decl.kind === "ModelDecl" ? model.decl : undefined));
    const policies = own !== undefined ? [own] : others.map((model) => model?.options?.entries.find((entry) => entry.key.text === "retry"));
    const policy = policies.map((entry) => policyOf(entry, program)).find((found) => found !== undefined && listsUnfit(found));
    if (policy === undefined) continue;
    yield {
      code: "T455",
      severity: "warning",
      message: `"${decl.name.text}" repairs an unfit reply, so \`invalid_output\` in "${policy.name.text}" changes nothing for it.`,
      span: { file, start: repair.key.start, end: repair.key.end },
      hint: "Leave out `repair`, or give the agent a retry policy without `invalid_output`.",
    };
  }
}

function policyOf(entry: Entry | undefined, program: WholeProgram): RetryDecl | undefined {
  const symbol = entry === undefined ? undefined : program.resolved.get(entry.value);
  return symbol?.of === "decl" && symbol.decl.kind === "RetryDecl" ? symbol.decl : undefined;
}

function listsUnfit(policy: RetryDecl): boolean {
  const on = policy.options.entries.find((entry) => entry.key.text === "on")?.value;
  return on?.kind === "ListExpr" && on.items.some((item) => item.kind === "NameExpr" && item.name === "invalid_output");
}
