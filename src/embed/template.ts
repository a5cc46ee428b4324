import type { RunError } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { unfit } from "./unfit.ts";

/** The variables of a template's text: of `"Dear ${name}, …"` they are `"name"`. */
export type VariablesOf<S extends string> = string extends S
  ? string
  : S extends `${infer Before}\${${infer Name}}${infer Rest}`
    ? Before extends `${string}\\`
      ? VariablesOf<Rest>
      : Name | VariablesOf<Rest>
    : never;

/** What may stand in a text. How a list or a record looks in a prompt is for its author to say. */
export type TemplateValue = string | number | boolean;
export type ValuesOf<S extends string> = { readonly [N in VariablesOf<S>]: TemplateValue };

/** Fills in a template. Throws a `RunError` (T621) where a variable is missing or unknown, or is no text, number or bool. */
export interface Template<S extends string> {
  (...values: [VariablesOf<S>] extends [never] ? [] : [values: ValuesOf<S>]): string;
  readonly text: S;
  readonly variables: readonly VariablesOf<S>[];
}

/**
 * A text with variables, all of them required: `template("Dear ${name}, …")({ name })`. Written in plain quotes; `\${` is a
 * dollar and a brace. What is missing does not compile, and throws where a compiler did not look.
 */
export function template<const S extends string>(text: S): Template<S> {
  const pieces = text.split(/(?<!\\)\$\{([^}]*)\}/);
  const names = new Set(pieces.filter((_, index) => index % 2 === 1));
  for (const name of names) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw unfit(`"\${${name}}" is no variable of a template.`, "Between the braces stands a name: no expression, no blank.");
  }
  const fill = (values: Readonly<Record<string, unknown>> = {}): string => {
    for (const given of Object.keys(values)) if (!names.has(given)) throw unknown(given, names);
    return pieces.map((piece, index) => (index % 2 === 0 ? piece.replaceAll("\\${", "${") : valueOf(piece, values))).join("");
  };
  return Object.assign(fill as unknown as Template<S>, { text, variables: [...names] as VariablesOf<S>[] });
}

function valueOf(name: string, values: Readonly<Record<string, unknown>>): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw unfit(`The template's variable "${name}" is missing.`, `Give it a value: { ${name}: … }`);
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw unfit(`The template's variable "${name}" is no text, number or bool.`, "Say how it looks: JSON.stringify(x), xs.join(…)");
}

function unknown(given: string, names: ReadonlySet<string>): RunError {
  const nearest = suggest(given, names);
  const has = names.size === 0 ? "It has none." : `It has ${[...names].join(", ")}.`;
  return unfit(`The template has no variable "${given}".`, nearest === undefined ? has : `Did you mean "${nearest}"?`);
}
