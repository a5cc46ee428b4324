import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import { conform } from "../../graph/conform.ts";
import { schemaText } from "../../graph/schema.ts";
import type { TypeNode } from "../../graph/types.ts";
import { asCount, badValue } from "../values/kinds.ts";
import { argument, type LibraryCall, type LibraryFunction, stringArgument } from "./function.ts";

/** Between values and text, and from `json` to a type. */
export const jsonFunctions = {
  json: (call) => {
    const indent = call.named["indent"];
    return JSON.stringify(argument(call, 0), null, indent === undefined ? undefined : asCount(indent, "The indent of `json`", call.place));
  },
  parse_json: (call) => {
    let value: Json;
    try {
      value = JSON.parse(stringArgument(call, 0)) as Json;
    } catch (cause) {
      throw badValue(`The text is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, call.place);
    }
    return fitted(value, call);
  },
  as: (call) => fitted(argument(call, 0), call),
  schema: (call) => schemaText(typeArgument(call), call.program.graph.types),
} satisfies Readonly<Record<string, LibraryFunction>>;

function fitted(value: Json, call: LibraryCall): Json {
  const result = conform(typeArgument(call), value, call.program.graph.types);
  if (result.ok) return result.value;
  throw badValue(result.message, call.place);
}

function typeArgument({ of, name, place }: LibraryCall): TypeNode {
  if (of === undefined) throw new RunError("internal", `The graph calls ${name} without its type.`, { code: "T624", place });
  return of;
}
