import type { Json } from "../../diagnostics/json.ts";
import type { RepeatNode } from "../../graph/expressions.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { BreakSignal } from "../signal.ts";
import { pathOf, step } from "../step.ts";
import { asCount } from "../values/kinds.ts";

/** No value. */
export async function executeRepeat(node: RepeatNode, frame: Frame): Promise<Json> {
  const max = asCount(await execute(node.max, frame), "The `max` of `repeat`", node.max.place);
  return step({ kind: node.kind, path: pathOf(node, frame), place: node.place, total: max, silent: true }, frame, async (inner) => {
    try {
      for (let i = 0; i < max; i++) {
        await step({ kind: "iteration", path: `${inner.path}[${i}]`, place: node.body.place, silent: true }, inner, (iteration) =>
          execute(node.body, iteration),
        );
      }
    } catch (thrown) {
      if (!(thrown instanceof BreakSignal)) throw thrown;
    }
    return null;
  });
}
