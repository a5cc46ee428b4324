import type { Json } from "../../diagnostics/json.ts";
import type { ForNode } from "../../graph/expressions.ts";
import { elementScope } from "../evaluators/for.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { BreakSignal } from "../signal.ts";
import { pathOf, step } from "../step.ts";
import { asBool, asList } from "../values/kinds.ts";

/** One iteration after the other; the list of results, in which the element at which `break` stands gives nothing. */
export async function executeFor(node: ForNode, frame: Frame): Promise<Json> {
  const list = asList(await execute(node.list, frame), "What a loop goes through", node.place);
  return step({ kind: node.kind, path: pathOf(node, frame), place: node.place, total: list.length, silent: !node.gives }, frame, async (inner) => {
    const results: Json[] = [];
    for (const [index, element] of list.entries()) {
      const variables = elementScope(node, frame.variables, index, element);
      const path = `${inner.path}[${index}]`;
      if (node.filter !== undefined && !asBool(await execute(node.filter, { ...inner, path, variables }), "The filter of a loop", node.place)) continue;
      try {
        results.push(
          await step({ kind: "iteration", path, place: node.body.place, silent: !node.gives }, { ...inner, variables }, (iteration) =>
            execute(node.body, iteration),
          ),
        );
      } catch (thrown) {
        if (thrown instanceof BreakSignal) break;
        throw thrown;
      }
    }
    return node.gives ? results : null;
  });
}
