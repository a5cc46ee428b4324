/**
 * The first place where JSON does not fit a schema, as a sentence's middle: `"planner[0].times" must be …`; undefined
 * where all fits. Reads what the schemas of Tantra's own files use: `type const enum properties required
 * additionalProperties items minItems minimum pattern anyOf` (a test compares the outcome with Ajv's).
 */
export function misfitOf(schema: object, json: unknown, path = ""): string | undefined {
  const rules = schema as Readonly<Record<string, unknown>>;
  const here = path === "" ? "the file" : `"${path}"`;
  const alternatives = rules["anyOf"];
  if (Array.isArray(alternatives)) {
    const misfits = alternatives.map((one: object) => misfitOf(one, json, path));
    return misfits.includes(undefined) ? undefined : `${here} must be ${alternatives.map(spell).join(" or ")}`;
  }
  if ("const" in rules) return rules["const"] === json ? undefined : `${here} must be ${spell(schema)}`;
  const words = rules["enum"];
  if (Array.isArray(words)) return words.includes(json) ? undefined : `${here} must be ${spell(schema)}`;
  if (typeof rules["type"] === "string" && !hasType(json, rules["type"])) return `${here} must be ${spell(schema)}`;
  if (typeof json === "number" && typeof rules["minimum"] === "number" && json < rules["minimum"]) return `${here} must be at least ${rules["minimum"]}`;
  if (typeof json === "string" && typeof rules["pattern"] === "string" && !new RegExp(rules["pattern"], "u").test(json)) {
    return `${here} must be written like "250ms" or "1.5s"`;
  }
  if (Array.isArray(json)) return misfitOfList(rules, json, path);
  if (typeof json === "object" && json !== null) return misfitOfObject(rules, json, path);
  return undefined;
}

function misfitOfList(rules: Readonly<Record<string, unknown>>, json: readonly unknown[], path: string): string | undefined {
  if (typeof rules["minItems"] === "number" && json.length < rules["minItems"]) return `"${path}" must not be empty`;
  const items = rules["items"];
  if (typeof items !== "object" || items === null) return undefined;
  for (const [index, item] of json.entries()) {
    const misfit = misfitOf(items, item, `${path}[${index}]`);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function misfitOfObject(rules: Readonly<Record<string, unknown>>, json: object, path: string): string | undefined {
  const inside = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const required = rules["required"];
  for (const key of Array.isArray(required) ? required : []) {
    if (!Object.hasOwn(json, key)) return `"${path}" has no \`${key}\``;
  }
  const properties = (rules["properties"] ?? {}) as Readonly<Record<string, object>>;
  for (const [key, value] of Object.entries(json)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : rules["additionalProperties"];
    if (known === false)
      return `"${inside(key)}" is not known there: write ${Object.keys(properties)
        .map((one) => `\`${one}\``)
        .join(", ")}`;
    const misfit = typeof known === "object" && known !== null ? misfitOf(known, value, inside(key)) : undefined;
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function hasType(json: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(json);
  if (type === "array") return Array.isArray(json);
  if (type === "object") return typeof json === "object" && json !== null && !Array.isArray(json);
  return type === "null" ? json === null : typeof json === type;
}

const names: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "null",
};

function spell(schema: object): string {
  const rules = schema as Readonly<Record<string, unknown>>;
  if ("const" in rules) return JSON.stringify(rules["const"]);
  const words = rules["enum"];
  if (Array.isArray(words)) return words.map((word) => JSON.stringify(word)).join(", ");
  return names[String(rules["type"])] ?? "something else";
}
