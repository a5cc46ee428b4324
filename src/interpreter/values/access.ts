import type { Json } from "../../diagnostics/json.ts";
import { asNumber, asString, badValue, isList, isObject, kindOf } from "./kinds.ts";

/** `object.name`. A record holds every field of its type, so that an absent one means a value from outside: null. */
export function memberOf(object: Json, name: string, place: string): Json {
  if (isObject(object)) return ownValue(object, name);
  throw badValue(`There is no ".${name}" on ${kindOf(object)}.`, place);
}

/** `xs[i]` counts from 0, `m[k]`; null where there is none, and for a negative or broken index. */
export function elementOf(object: Json, index: Json, place: string): Json {
  if (isList(object)) return object[asNumber(index, "The index of a list", place)] ?? null;
  if (isObject(object)) return ownValue(object, asString(index, "The key of a map", place));
  throw badValue(`\`[…]\` looks into a list or a map, not into ${kindOf(object)}.`, place);
}

/** Never what JavaScript itself puts on an object (`toString`). */
function ownValue(object: { readonly [key: string]: Json }, key: string): Json {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null;
}
