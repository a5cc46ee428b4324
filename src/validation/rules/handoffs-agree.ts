import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type CallGraph, declarationsOf, nameInKey } from "../call-graph.ts";
import type { WholeProgram } from "../rule.ts";
import { keyOf, spell } from "../spell.ts";

/** All agents that a handoff can reach give the same type: whoever answers last, the caller gets what it was promised. */
export function* handoffsAgree(program: WholeProgram, graph: CallGraph): Iterable<Diagnostic> {
  for (const { key, decl } of declarationsOf(program, "AgentDecl")) {
    const own = program.signatures.get(key)?.result;
    if (own === undefined || own.kind === "unknown") continue;
    for (const edge of graph.get(key) ?? []) {
      const taken = edge.via === "handoff" ? program.signatures.get(edge.to)?.result : undefined;
      if (taken === undefined || taken.kind === "unknown" || keyOf(taken) === keyOf(own)) continue;
      yield {
        code: "T446",
        severity: "error",
        message: `"${decl.name.text}" gives \`${spell(own)}\`, and "${nameInKey(edge.to)}", which may take over, gives \`${spell(taken)}\`.`,
        span: edge.at,
        hint: `Write \`-> ${spell(own)}\` on "${nameInKey(edge.to)}", or take it out of the handoffs.`,
      };
    }
  }
}
