import type { Json } from "../../diagnostics/json.ts";
import { execute } from "../execute.ts";
import type { Executor } from "../executors.ts";
import { type StrictKind, strict } from "../strict.ts";

/** Of a kind whose parts are executed one after the other, from left to right, before it has a value. */
export function executeStrict<K extends StrictKind>(kind: K): Executor<K> {
  return async (node, frame) => {
    const { parts, value } = strict[kind];
    const values: Json[] = [];
    for (const part of parts(node)) values.push(await execute(part, frame));
    return value(node, values, frame.run.program);
  };
}
