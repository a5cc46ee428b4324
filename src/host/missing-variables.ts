import type { EnvNode, Graph, Setting } from "../graph/graph.ts";
import { type Environment, variablesIn } from "./environment.ts";
import type { Needed } from "./needed.ts";

/**
 * The variables that a run cannot do without and that are not set, each place once, in the order of the program. A model
 * behind a `fallback` is done without as long as another one of it can be built; when none can, all of theirs are missing.
 */
export function missingVariables(needed: Needed, graph: Graph, environment: Environment, simulate: boolean): readonly EnvNode[] {
  const unset = (options: Readonly<Record<string, Setting>> | undefined) =>
    variablesIn(options ?? {})
      .map(({ variable }) => variable)
      .filter((variable) => variable.default === undefined && environment(variable.name) === undefined);

  function ofModel(key: string): readonly EnvNode[] {
    const model = graph.models[key];
    if (model === undefined || simulate) return [];
    if (model.kind === "model") return unset(graph.providers[model.provider]?.options);
    const each = model.models.map(ofModel);
    return model.kind === "fallback" && each.some((missing) => missing.length === 0) ? [] : each.flat();
  }

  const found = [
    ...[...needed.direct].flatMap(ofModel),
    ...[...needed.tools].flatMap((key) => unset(graph.tools[key]?.options)),
    ...[...needed.servers].flatMap((key) => unset(graph.mcp[key]?.options)),
  ];
  return [...new Map(found.map((variable) => [`${variable.place} ${variable.name}`, variable])).values()];
}
