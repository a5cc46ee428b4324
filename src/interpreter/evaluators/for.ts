import type { Json } from "../../diagnostics/json.ts";
import type { ForNode } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { BreakSignal } from "../signal.ts";
import { asBool, asList } from "../values/kinds.ts";
import { Variables } from "../variables.ts";

/** The list of results; the element at which `break` stands gives nothing. */
export function evaluateFor(node: ForNode, outer: Variables, program: Program): Json {
  const list = asList(evaluate(node.list, outer, program), "What a loop goes through", node.place);
  const results: Json[] = [];
  for (const [index, element] of list.entries()) {
    const variables = elementScope(node, outer, index, element);
    if (node.filter !== undefined && !asBool(evaluate(node.filter, variables, program), "The filter of a loop", node.place)) continue;
    try {
      results.push(evaluate(node.body, variables, program));
    } catch (thrown) {
      if (thrown instanceof BreakSignal) break;
      throw thrown;
    }
  }
  return node.gives ? results : null;
}

/** The names of one iteration. The index counts the elements of the list, those that the filter leaves out too. */
export function elementScope(node: { readonly index?: string; readonly name: string }, outer: Variables, index: number, element: Json): Variables {
  const variables = new Variables(outer);
  variables.let(node.index, index);
  variables.let(node.name, element);
  return variables;
}
