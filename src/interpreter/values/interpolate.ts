import type { Json } from "../../diagnostics/json.ts";
import { badValue, kindOf } from "./kinds.ts";

/** What `${value}` puts into a text: a string verbatim, a number or a bool as its JSON. Everything else must choose a form. */
export function interpolate(value: Json, place: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return JSON.stringify(value);
  throw badValue(`The text holds \`\${…}\` around ${kindOf(value)}.`, place, 'Write `json(x)`, `join(x, ", ")` or `x ?? "none"`.');
}
