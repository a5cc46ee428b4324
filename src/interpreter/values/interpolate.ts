import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { MediaNode } from "../../graph/expressions.ts";
import { badValue, kindOf } from "./kinds.ts";

/** A graph made by other means than the compiler may hold one where only text can stand. */
export function mediaInText({ of, place }: MediaNode): RunError {
  return new RunError("internal", `The graph has ${of === "image" ? "an image" : "a file"} in a text that is no message's.`, { code: "T624", place });
}

/** What `${value}` puts into a text: a string verbatim, a number or a bool as its JSON. Everything else must choose a form. */
export function interpolate(value: Json, place: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return JSON.stringify(value);
  throw badValue(`The text holds \`\${…}\` around ${kindOf(value)}.`, place, 'Write `json(x)`, `join(x, ", ")` or `x ?? "none"`.');
}
