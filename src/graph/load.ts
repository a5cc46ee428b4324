import { RunError } from "../diagnostics/errors.ts";
import { cycles } from "./cycles.ts";
import { graphSchema } from "./graph.schema.ts";
import type { Graph } from "./graph.ts";
import { type Misfit, misfitOf } from "./misfit.ts";
import { references } from "./references.ts";

/**
 * A graph from JSON that another program, or `tantra compile`, wrote: held to `schemas/graph.schema.json`, and every key
 * and name in it followed to what it means, and never back to itself. What the compiler gives needs none of this.
 *
 * Throws `RunError` T624 with the place in the JSON: `$.workflows["main.tantra#research"].body[0].kind`.
 */
export async function loadGraph(json: unknown): Promise<Graph> {
  if (isObject(json) && "version" in json && json["version"] !== 1) {
    throw unfit(
      "$.version",
      `The graph is of version ${JSON.stringify(json["version"])}, and this Tantra reads version 1.`,
      "Compile the program with this Tantra.",
    );
  }
  const misfit = misfitOf(graphSchema(), json);
  if (misfit !== undefined) throw unfit(jsonPath(misfit.path), misfit.message);
  const graph = json as Graph;
  const problem = references(graph) ?? cycles(graph);
  if (problem !== undefined) throw unfit(problem.path, problem.message, problem.hint);
  return graph;
}

function unfit(path: string, message: string, hint?: string): RunError {
  return new RunError("invalid_request", `${message.replace(/\.$/, "")} (at ${path}).`, { code: "T624", ...(hint === undefined ? {} : { hint }) });
}

/** A path that reads like code: `$.agents["a.tantra#b"].messages[0]`. */
function jsonPath(steps: Misfit["path"]): string {
  return `$${steps.map((step) => (typeof step === "number" ? `[${step}]` : /^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`)).join("")}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
