import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type CallGraph, nameInKey } from "../call-graph.ts";
import { groupsOf, wayTo } from "../cycles.ts";
import type { WholeProgram } from "../rule.ts";

/** Agents may hand over in a circle, but no call and no tool lies on it: each of those would open a conversation more. */
export function* handoffsWithoutCalls(_program: WholeProgram, graph: CallGraph): Iterable<Diagnostic> {
  const next = (key: string): readonly string[] => (graph.get(key) ?? []).map((edge) => edge.to);
  const nextByCall = (key: string): readonly string[] => (graph.get(key) ?? []).flatMap((edge) => (edge.via === "handoff" ? [] : [edge.to]));
  for (const group of groupsOf([...graph.keys()], next)) {
    const members = new Set(group);
    const inside = group.flatMap((from) => (graph.get(from) ?? []).filter((edge) => members.has(edge.to)).map((edge) => ({ from, edge })));
    const call = inside.find(({ edge }) => edge.via !== "handoff");
    // A circle of calls alone is told by `acyclic-calls`.
    const alone = inside.some(({ from, edge }) => edge.via !== "handoff" && wayTo(edge.to, from, members, nextByCall) !== undefined);
    if (call === undefined || alone) continue;
    const way = wayTo(call.edge.to, call.from, members, next) ?? [];
    const names = [call.from, ...way].map((key) => `"${nameInKey(key)}"`).join(" → ");
    yield {
      code: "T448",
      severity: "error",
      message: `Handing over leads back through a ${call.edge.via === "tool" ? "tool" : "call"}: ${names}.`,
      span: call.edge.at,
      hint: `Take "${nameInKey(call.edge.to)}" out here, or end the handoffs before they come back to "${nameInKey(call.from)}".`,
    };
  }
}
