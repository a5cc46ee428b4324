import type { JsonSchema } from "../diagnostics/json.ts";

export interface Misfit {
  /** The steps to what does not fit: keys, and indices of lists. */
  readonly path: readonly (string | number)[];
  /** A sentence about the graph, without its full stop. */
  readonly message: string;
}

type Rules = Readonly<Record<string, unknown>>;

/**
 * The first thing in a graph that does not fit its schema. Reads the schema as it stands: compiling it, as Ajv would, takes
 * longer than most graphs take to run. Knows the words that `graph.schema.ts` uses (a test compares the outcome with Ajv's):
 * `$ref type const enum minimum minLength required properties additionalProperties items anyOf if then else`, and `oneOf`
 * with a `discriminator`.
 */
export function misfitOf(schema: JsonSchema, json: unknown): Misfit | undefined {
  return new Reader(schema).misfit(schema as Rules, json, []);
}

class Reader {
  readonly #definitions: Readonly<Record<string, Rules>>;
  /** Which definition each tag of a union stands for, by the list of its members. */
  readonly #members = new Map<unknown, ReadonlyMap<unknown, Rules>>();

  constructor(schema: JsonSchema) {
    this.#definitions = (schema as Rules)["$defs"] as Readonly<Record<string, Rules>>;
  }

  misfit(rules: Rules, json: unknown, path: Misfit["path"]): Misfit | undefined {
    if (typeof rules["$ref"] === "string") return this.misfit(this.#definition(rules["$ref"]), json, path);
    return misfitOfValue(rules, json, path) ?? this.#choice(rules, json, path) ?? this.#inside(rules, json, path);
  }

  #definition(ref: string): Rules {
    return this.#definitions[ref.replace("#/$defs/", "")] ?? {};
  }

  /** `anyOf`, `if` and `discriminator`. Of several misfits that lies deepest which says what is wrong: the others say that it was no alternative. */
  #choice(rules: Rules, json: unknown, path: Misfit["path"]): Misfit | undefined {
    if (Array.isArray(rules["anyOf"])) {
      const misfits = rules["anyOf"].map((one: Rules) => this.misfit(one, json, path));
      if (!misfits.includes(undefined)) return misfits.reduce((best, one) => ((one?.path.length ?? 0) > (best?.path.length ?? 0) ? one : best));
    }
    if (isRules(rules["if"])) {
      const chosen = rules[this.misfit(rules["if"], json, path) === undefined ? "then" : "else"];
      return isRules(chosen) ? this.misfit(chosen, json, path) : undefined;
    }
    return isRules(rules["discriminator"])
      ? this.#tagged(rules["oneOf"] as readonly Rules[], String(rules["discriminator"]["propertyName"]), json, path)
      : undefined;
  }

  #tagged(members: readonly Rules[], tag: string, json: unknown, path: Misfit["path"]): Misfit | undefined {
    let byTag = this.#members.get(members);
    if (byTag === undefined) {
      const definitions = members.map((one) => this.#definition(String(one["$ref"])));
      byTag = new Map(definitions.map((one) => [((one["properties"] as Rules)[tag] as Rules)["const"], one]));
      this.#members.set(members, byTag);
    }
    const given = own(json, tag);
    const chosen = byTag.get(given);
    if (chosen === undefined) return { path, message: `The graph has ${JSON.stringify(given)} as "${tag}", which is not known there` };
    return this.misfit(chosen, json, path);
  }

  #inside(rules: Rules, json: unknown, path: Misfit["path"]): Misfit | undefined {
    if (Array.isArray(json)) {
      const { items } = rules;
      if (!isRules(items)) return undefined;
      return firstOf(json.entries(), ([index, item]) => this.misfit(items, item, [...path, index]));
    }
    const properties = isRules(rules["properties"]) ? rules["properties"] : {};
    const others = rules["additionalProperties"];
    if (!isRules(json)) return undefined;
    return firstOf(Object.entries(json), ([key, value]) => {
      const known = Object.hasOwn(properties, key) ? properties[key] : others;
      if (known === false) return { path, message: `The graph has "${key}", which nothing reads there` };
      return isRules(known) ? this.misfit(known, value, [...path, key]) : undefined;
    });
  }
}

/** What a value must be by itself, whatever it holds. */
function misfitOfValue(rules: Rules, json: unknown, path: Misfit["path"]): Misfit | undefined {
  const { type, minimum, minLength, required } = rules;
  const types = Array.isArray(type) ? type.map(String) : type === undefined ? [] : [String(type)];
  const say = (message: string): Misfit => ({ path, message });
  if (types.length > 0 && !types.some((one) => hasType(json, one))) return say(`The graph has a value that is not of type ${types.join(" or ")}`);
  if ("const" in rules && json !== rules["const"]) return say(`The graph has a value that is not ${JSON.stringify(rules["const"])}`);
  if (Array.isArray(rules["enum"]) && !rules["enum"].includes(json)) return say(`The graph has a value that is none of ${JSON.stringify(rules["enum"])}`);
  if (typeof json === "number" && typeof minimum === "number" && json < minimum) return say(`The graph has a value that is less than ${minimum}`);
  if (typeof json === "string" && typeof minLength === "number" && json.length < minLength) return say("The graph has a text that is empty");
  const missing = isRules(json) && Array.isArray(required) ? required.find((key: string) => own(json, key) === undefined) : undefined;
  return missing === undefined ? undefined : say(`The graph lacks "${missing}"`);
}

function firstOf<T>(values: Iterable<T>, look: (value: T) => Misfit | undefined): Misfit | undefined {
  for (const value of values) {
    const found = look(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasType(json: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(json);
  if (type === "number") return Number.isFinite(json);
  if (type === "array") return Array.isArray(json);
  if (type === "object") return isRules(json);
  return type === "null" ? json === null : typeof json === type;
}

function isRules(value: unknown): value is Rules {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(json: unknown, key: string): unknown {
  return isRules(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}
