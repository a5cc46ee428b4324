import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import { conformArguments } from "../graph/complete.ts";
import type { Graph, TemplateNode } from "../graph/graph.ts";
import { prepare } from "../interpreter/program.ts";
import { renderTemplate } from "../interpreter/strict.ts";

/** A template's text with these arguments, held to its parameters. Throws a `RunError` (T621) where they do not fit. */
export async function renderedTemplate(node: TemplateNode, args: JsonObject, graph: Graph): Promise<string> {
  const fitted = conformArguments(node.params, args, graph.types);
  if (!fitted.ok) {
    const message = fitted.problems.map((problem) => problem.message).join(" ");
    throw new RunError("invalid_request", message, { code: "T621", place: node.place, hint: `It is an argument of the template "${node.name}".` });
  }
  const text = renderTemplate(node, fitted.value, await prepare(graph));
  return typeof text === "string" ? text : JSON.stringify(text);
}
