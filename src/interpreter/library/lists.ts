import type { Json } from "../../diagnostics/json.ts";
import { memberOf } from "../values/access.ts";
import { canonical } from "../values/equal.ts";
import { asBool, asList, asObject, asString, badValue, isList, isObject, kindOf } from "../values/kinds.ts";
import { argument, countArgument, has, type LibraryCall, type LibraryFunction, listArgument, numberArgument } from "./function.ts";

/** A `range` longer than this is a mistake, and would take the machine's memory before anybody sees it. */
const longestRange = 10_000_000;

/** Functions of lists and maps. `len` of a string counts UTF-16 units, as in TypeScript. */
export const lists = {
  len: (call) => {
    const value = argument(call, 0);
    if (typeof value === "string" || isList(value)) return value.length;
    if (isObject(value)) return Object.keys(value).length;
    throw badValue(`\`len\` counts a list, a string or a map, not ${kindOf(value)}.`, call.place);
  },
  first: (call) => {
    const xs = listArgument(call, 0);
    return has(call, 1) ? xs.slice(0, countArgument(call, 1)) : (xs[0] ?? null);
  },
  last: (call) => {
    const xs = listArgument(call, 0);
    return has(call, 1) ? xs.slice(Math.max(0, xs.length - countArgument(call, 1))) : (xs.at(-1) ?? null);
  },
  flatten: (call) => listArgument(call, 0).flatMap((inner) => asList(inner, "Each element for `flatten`", call.place)),
  compact: (call) => listArgument(call, 0).filter((x) => x !== null),
  concat: (call) => [...listArgument(call, 0), ...listArgument(call, 1)],
  append: (call) => [...listArgument(call, 0), argument(call, 1)],
  reverse: (call) => listArgument(call, 0).toReversed(),
  /** The first of those that are equal stays. */
  unique: (call) => {
    const seen = new Set<string>();
    return listArgument(call, 0).filter((x) => {
      const key = canonical(x);
      return !seen.has(key) && seen.add(key) !== undefined;
    });
  },
  sort_by: (call) => sortBy(call),
  /** The most frequent value; of several the one that occurs first. */
  most_common: (call) => {
    const counts = new Map<string, { value: Json; count: number }>();
    for (const value of listArgument(call, 0)) {
      const key = canonical(value);
      const entry = counts.get(key);
      if (entry === undefined) counts.set(key, { value, count: 1 });
      else entry.count++;
    }
    let best: { value: Json; count: number } | undefined;
    for (const entry of counts.values()) if (best === undefined || entry.count > best.count) best = entry;
    return best?.value ?? null;
  },
  /** `range(n)` is 0 to n-1, `range(a, b)` is a to b-1; empty when there is nothing between. */
  range: (call) => {
    const [from, to] = has(call, 1) ? [numberArgument(call, 0), numberArgument(call, 1)] : [0, numberArgument(call, 0)];
    if (to - from > longestRange) throw badValue(`\`range\` would make ${to - from} numbers, and ${longestRange} is the most.`, call.place);
    return Array.from({ length: Math.max(0, Math.ceil(to - from)) }, (_, index) => from + index);
  },
  keys: (call) => Object.keys(asObject(argument(call, 0), "The argument of keys", call.place)),
  values: (call) => Object.values(asObject(argument(call, 0), "The argument of values", call.place)),
  count: (call) => bools(call).filter((bool) => bool).length,
  all: (call) => bools(call).every((bool) => bool),
  any: (call) => bools(call).some((bool) => bool),
} satisfies Readonly<Record<string, LibraryFunction>>;

function bools(call: LibraryCall): readonly boolean[] {
  return listArgument(call, 0).map((bool) => asBool(bool, `Each element for ${call.name}`, call.place));
}

/** Stable in both directions. Numbers by size, texts by their UTF-16 units, false before true; null is last in both. */
function sortBy(call: LibraryCall): Json {
  const field = asString(argument(call, 1), "The field of `sort_by`", call.place);
  const direction = call.named["desc"] === true ? -1 : 1;
  return listArgument(call, 0)
    .map((value) => ({ value, key: memberOf(value, field, call.place) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null ? 1 : 0) - (b.key === null ? 1 : 0);
      return direction * order(a.key, b.key, field, call.place);
    })
    .map(({ value }) => value);
}

function order(a: Json, b: Json, field: string, place: string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  throw badValue(`\`sort_by\` cannot order ${kindOf(a)} and ${kindOf(b)} in "${field}".`, place);
}
