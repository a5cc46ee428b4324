import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type CallGraph, type Edge, nameInKey } from "../call-graph.ts";
import { cyclesOf } from "../cycles.ts";
import type { WholeProgram } from "../rule.ts";

/** No workflow, template or agent makes itself run by calls and tools: a program has an end that can be read off it. */
export function* acyclicCalls(_program: WholeProgram, graph: CallGraph): Iterable<Diagnostic> {
  const next = (key: string): readonly string[] => edgesFrom(graph, key).map((edge) => edge.to);
  for (const cycle of cyclesOf([...graph.keys()], next)) {
    const edges = cycle.map((key, index) => edgesFrom(graph, key).find((edge) => edge.to === cycle[(index + 1) % cycle.length]));
    const [first, ...others] = edges;
    if (first === undefined) continue;
    const names = cycle.map((key) => `"${nameInKey(key)}"`);
    yield {
      code: "T447",
      severity: "error",
      message:
        names.length === 1
          ? first.via === "tool"
            ? `${names[0]} has itself as a tool.`
            : `${names[0]} calls itself.`
          : `These go round without an end: ${[...names, names[0]].join(" → ")}.`,
      span: first.at,
      hint: "Take one of these calls out; a bounded loop is written `repeat(max: 3) { … }`.",
      ...(others.length === 0
        ? {}
        : {
            related: others.flatMap((edge, index) =>
              edge === undefined ? [] : [{ span: edge.at, message: `${names[index + 1]} ${verb(edge)} "${nameInKey(edge.to)}"` }],
            ),
          }),
    };
  }
}

function edgesFrom(graph: CallGraph, key: string): readonly Edge[] {
  return (graph.get(key) ?? []).filter((edge) => edge.via !== "handoff");
}

function verb(edge: Edge): string {
  return edge.via === "tool" ? "has as a tool" : "calls";
}
