import { durationText } from "../../agent/scope.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import { conform } from "../../graph/conform.ts";
import type { AskNode } from "../../graph/expressions.ts";
import { acceptsSchema } from "../../graph/schema.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";
import { asString } from "../values/kinds.ts";

/** What a person answers, held to the type; after its `timeout` the `default`. */
export async function executeAsk(node: AskNode, frame: Frame): Promise<Json> {
  const { place, type, timeoutMs } = node;
  const { people } = frame.run.runtime;
  const { types } = frame.run.graph;
  const question = asString(await execute(node.question, frame), "A question", node.question.place);
  return step({ kind: node.kind, path: pathOf(node, frame), place }, frame, async (inner) => {
    const { path, signal } = inner;
    const instead = async (): Promise<Json> => {
      if (node.default !== undefined) return execute(node.default, inner);
      throw new RunError("timeout", `Nobody answered within ${durationText(timeoutMs ?? 0)}.`, {
        hint: "Raise the `timeout` of the `ask`, or say with `default` how the program goes on then.",
      });
    };
    return people.ask({
      question: { path, question, schema: acceptsSchema(type, types), place },
      signal,
      conform: (value) => conform(type, value, types),
      ...(timeoutMs === undefined ? {} : { timeout: { ms: timeoutMs, instead } }),
    });
  });
}
