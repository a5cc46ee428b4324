import type { Json, JsonObject } from "../diagnostics/json.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { type Conformed, conform } from "./conform.ts";
import type { ParamNode } from "./graph.ts";
import { recordOf } from "./schema.ts";
import { spellType, type Types } from "./spell.ts";
import type { TypeNode } from "./types.ts";

/**
 * A value that fits T (its schema let it in) as the program sees it: an absent `T?` is null, and the fields of a record
 * stand in declared order, in whatever order the model wrote them.
 */
export function complete(type: TypeNode, value: Json, types: Types): Json {
  switch (type.kind) {
    case "nullable":
      return value === null ? null : complete(type.type, value, types);
    case "list":
      return isList(value) ? value.map((item) => complete(type.element, item, types)) : value;
    case "map":
      return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, complete(type.value, item, types)])) : value;
    case "record":
      return isObject(value) ? completeRecord(type.name, value, types) : value;
    case "union":
      return isObject(value) ? completeUnion(type, value, types) : value;
    default:
      return value;
  }
}

function completeRecord(key: string, value: JsonObject, types: Types): Json {
  return Object.fromEntries(
    recordOf(key, types).fields.map((field) => [field.name, Object.hasOwn(value, field.name) ? complete(field.type, value[field.name] ?? null, types) : null]),
  );
}

function completeUnion(type: TypeNode & { readonly kind: "union" }, value: JsonObject, types: Types): Json {
  const fitting = type.members.find((member) => conform(member, value, types).ok);
  return fitting === undefined ? value : complete(fitting, value, types);
}

/** Arguments that fit their schema, with the defaults of those that were left out and null for an absent `T?`. In declared order. */
export function completeArguments(params: readonly ParamNode[], args: JsonObject, types: Types): JsonObject {
  return Object.fromEntries(
    params.map((param) => [param.name, Object.hasOwn(args, param.name) ? complete(param.type, args[param.name] ?? null, types) : (param.default ?? null)]),
  );
}

export type ConformedArguments =
  | { readonly ok: true; readonly value: JsonObject }
  /** All that is wrong, in declared order, then what is unknown. */
  | { readonly ok: false; readonly problems: readonly (Conformed & { readonly ok: false })[] };

/** Arguments from outside (flags, JSON) held to the parameters, with defaults and absent `T?` filled in. */
export function conformArguments(params: readonly ParamNode[], args: Readonly<Record<string, unknown>>, types: Types): ConformedArguments {
  const problems: (Conformed & { readonly ok: false })[] = [];
  const entries: [string, Json][] = [];
  for (const param of params) {
    const given = Object.hasOwn(args, param.name) ? args[param.name] : undefined;
    if (given === undefined && (param.default !== undefined || param.type.kind === "nullable")) {
      entries.push([param.name, param.default ?? null]);
    } else if (given === undefined) {
      problems.push({ ok: false, path: param.name, message: `"${param.name}" (${spellType(param.type, types)}) is missing.` });
    } else {
      const fitted = conform(param.type, given, types, param.name);
      if (fitted.ok) entries.push([param.name, fitted.value]);
      else problems.push(fitted);
    }
  }
  const names = params.map((param) => param.name);
  for (const name of Object.keys(args).filter((name) => !names.includes(name))) {
    const nearest = suggest(name, names);
    const help = nearest === undefined ? (names.length === 0 ? "" : ` The parameters are ${names.join(", ")}.`) : ` Did you mean "${nearest}"?`;
    problems.push({ ok: false, path: name, message: `There is no parameter "${name}".${help}` });
  }
  return problems.length === 0 ? { ok: true, value: Object.fromEntries(entries) } : { ok: false, problems };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}
