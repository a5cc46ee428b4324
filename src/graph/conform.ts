import type { Json, JsonObject } from "../diagnostics/json.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { recordOf } from "./schema.ts";
import { spellType, type Types } from "./spell.ts";
import type { TypeNode } from "./types.ts";

/**
 * Whether a value that came in without a model (an input, what a tool of ours gave) is a T. Nothing is coerced; an absent
 * `T?` becomes null; a key that the type does not have is wrong. Written by hand, so that a run that has no structured
 * output never loads Ajv, and so that its messages are sentences.
 *
 * A `pattern` is matched with the engine's own regular expressions, in which some patterns take exponential time: it is
 * the author's own text, checked as part of the program, and the same engine that the model's replies are held to.
 */
export type Conformed =
  | { readonly ok: true; readonly value: Json }
  /** `path` is the place inside the value (`findings[0].source`), "" for the whole; `message` names it. */
  | { readonly ok: false; readonly path: string; readonly message: string };

/** `at` is what the value is called in messages, for example the parameter that it is for. */
export function conform(type: TypeNode, value: unknown, types: Types, at = ""): Conformed {
  try {
    return { ok: true, value: new Walk(types).fit(type, value, at) };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, path: error.path, message: error.message };
    throw error;
  }
}

/** Thrown and caught inside this file only. */
class Unfit extends Error {
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

const deepest = 500;

class Walk {
  readonly #types: Types;
  /** The objects around the value that is being looked at: one that is met again holds itself. */
  readonly #around: object[] = [];

  constructor(types: Types) {
    this.#types = types;
  }

  fit(type: TypeNode, value: unknown, path: string): Json {
    switch (type.kind) {
      case "string":
        return fitString(type, value, path);
      case "int":
      case "float":
        return fitNumber(type, value, path);
      case "bool":
        return typeof value === "boolean" ? value : wrong(path, "true or false", value);
      case "null":
      case "none":
        return value === null || value === undefined ? null : wrong(path, "null", value);
      case "image":
      case "file":
        return typeof value === "string" ? value : wrong(path, `the ${type.kind} as a text`, value);
      case "literal":
        return value === type.value ? type.value : wrong(path, JSON.stringify(type.value), value, [String(type.value)]);
      case "nullable":
        return value === null || value === undefined ? null : this.fit(type.type, value, path);
      case "json":
        return this.#json(value, path);
      case "list":
        return this.#list(type, value, path);
      case "map":
        return this.#map(type.value, value, path);
      case "record":
        return this.#record(type.name, value, path);
      case "union":
        return this.#union(type, value, path);
    }
  }

  #list(type: TypeNode & { readonly kind: "list" }, value: unknown, path: string): Json {
    if (!Array.isArray(value)) return wrong(path, `a list (${spellType(type, this.#types)})`, value);
    const items: readonly unknown[] = value;
    if (type.min !== undefined && items.length < type.min)
      throw new Unfit(path, `${named(path)} must have at least ${count(type.min)}, but has ${count(items.length)}.`);
    if (type.max !== undefined && items.length > type.max)
      throw new Unfit(path, `${named(path)} must have at most ${count(type.max)}, but has ${count(items.length)}.`);
    return this.#inside(items, path, () => Array.from(items, (item, index) => this.fit(type.element, item, `${path}[${index}]`)));
  }

  #map(element: TypeNode, value: unknown, path: string): Json {
    if (!isObject(value)) return wrong(path, "an object", value);
    return this.#inside(value, path, () => fromEntries(Object.entries(value), (key, item) => this.fit(element, item, member(path, key))));
  }

  #record(key: string, value: unknown, path: string): Json {
    const record = recordOf(key, this.#types);
    if (!isObject(value)) return wrong(path, `an object (${record.name})`, value);
    return this.#inside(value, path, () => {
      const names = record.fields.map((field) => field.name);
      for (const [given, item] of Object.entries(value)) {
        if (item === undefined || names.includes(given)) continue;
        const nearest = suggest(given, names);
        const help = nearest === undefined ? `The fields of ${record.name} are ${listed(names)}.` : `Did you mean "${nearest}"?`;
        throw new Unfit(member(path, given), `${named(path)} must not have "${given}". ${help}`);
      }
      return Object.fromEntries(
        record.fields.map((field) => {
          const item = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
          const at = member(path, field.name);
          if (item === undefined && field.type.kind !== "nullable")
            throw new Unfit(at, `${named(path)} must have "${field.name}" (${spellType(field.type, this.#types)}).`);
          return [field.name, this.fit(field.type, item, at)] as const;
        }),
      );
    });
  }

  #union(type: TypeNode & { readonly kind: "union" }, value: unknown, path: string): Json {
    const { tag } = type;
    if (tag === undefined) {
      for (const one of type.members) if (one.kind === "literal" && one.value === value) return one.value;
      return wrongLiteral(path, type.members, value);
    }
    if (!isObject(value)) return wrong(path, "an object", value);
    const tagOf = (one: TypeNode) => (one.kind === "record" ? recordOf(one.name, this.#types).fields.find((field) => field.name === tag)?.type : undefined);
    const given = Object.hasOwn(value, tag) ? value[tag] : undefined;
    const tags: TypeNode[] = [];
    for (const one of type.members) {
      const its = tagOf(one);
      if (its === undefined) continue;
      if (its.kind === "literal" ? its.value === given : its.kind === "union" && its.members.some((m) => m.kind === "literal" && m.value === given))
        return this.fit(one, value, path);
      tags.push(...(its.kind === "union" ? its.members : [its]));
    }
    return wrongLiteral(member(path, tag), tags, given);
  }

  #json(value: unknown, path: string): Json {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : wrong(path, "a value that JSON can hold", value);
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      return this.#inside(items, path, () => Array.from(items, (item, index) => this.#json(item, `${path}[${index}]`)));
    }
    if (isObject(value)) {
      const entries = Object.entries(value).filter(([, item]) => item !== undefined);
      return this.#inside(value, path, () => fromEntries(entries, (key, item) => this.#json(item, member(path, key))));
    }
    return wrong(path, "a value that JSON can hold", value);
  }

  #inside<T>(object: object, path: string, look: () => T): T {
    if (this.#around.includes(object)) throw new Unfit(path, `${named(path)} holds itself, which JSON cannot.`);
    if (this.#around.length >= deepest) throw new Unfit("", `The value nests deeper than ${deepest} levels.`);
    this.#around.push(object);
    const result = look();
    this.#around.pop();
    return result;
  }
}

function fitString(type: TypeNode & { readonly kind: "string" }, value: unknown, path: string): string {
  if (typeof value !== "string") return wrong(path, "a text", value);
  const { min, max, pattern } = type;
  if (min !== undefined || max !== undefined) {
    // In characters as JSON Schema counts them, which are code points.
    const length = [...value].length;
    if (min !== undefined && length < min) throw new Unfit(path, `${named(path)} must have at least ${min} characters, but has ${length}.`);
    if (max !== undefined && length > max) throw new Unfit(path, `${named(path)} must have at most ${max} characters, but has ${length}.`);
  }
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) throw new Unfit(path, `${named(path)} must match ${pattern}, but is ${shown(value)}.`);
  return value;
}

function fitNumber(type: TypeNode & { readonly kind: "int" | "float" }, value: unknown, path: string): number {
  const fits = typeof value === "number" && (type.kind === "int" ? Number.isInteger(value) : Number.isFinite(value));
  if (!fits) return wrong(path, type.kind === "int" ? "a whole number" : "a number", value);
  if (type.min !== undefined && value < type.min) throw new Unfit(path, `${named(path)} must be at least ${type.min}, but is ${value}.`);
  if (type.max !== undefined && value > type.max) throw new Unfit(path, `${named(path)} must be at most ${type.max}, but is ${value}.`);
  return value;
}

/** Objects as JSON has them: a Date, a Map or an instance of a class is none. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `Object.fromEntries` makes a key such as `__proto__` an ordinary one. */
function fromEntries(entries: readonly (readonly [string, unknown])[], convert: (key: string, item: unknown) => Json): JsonObject {
  return Object.fromEntries(entries.map(([key, item]) => [key, convert(key, item)]));
}

function wrong(path: string, expected: string, value: unknown, candidates: readonly string[] = []): never {
  if (value === undefined) throw new Unfit(path, `${named(path)} is missing: it must be ${expected}.`);
  const nearest = typeof value === "string" ? suggest(value, candidates) : undefined;
  const help = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  throw new Unfit(path, `${named(path)} must be ${expected}, but is ${shown(value)}.${help}`);
}

/** `one of "low", "medium" and "high"`, and the same to suggest from. */
function wrongLiteral(path: string, members: readonly TypeNode[], value: unknown): never {
  const values = members.flatMap((one) => (one.kind === "literal" ? [one.value] : []));
  return wrong(path, `one of ${listed(values.map((one) => JSON.stringify(one)))}`, value, values.map(String));
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  if (typeof value === "object") return `a ${value.constructor?.name ?? "foreign object"}`;
  return `a ${typeof value}`;
}

function named(path: string): string {
  return path === "" ? "The value" : `"${path}"`;
}

function member(path: string, key: string): string {
  if (!/^[A-Za-z_]\w*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function count(items: number): string {
  return items === 1 ? "1 element" : `${items} elements`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
