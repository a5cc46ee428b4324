import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import type { Report } from "./context.ts";
import { pathOf } from "./facts.ts";
import { fits, mayBeNull, nullable, withoutNull } from "./fits.ts";
import { membersOf } from "./join.ts";
import { spell, spellValue } from "./spell.ts";
import type { Type } from "./types.ts";

/** How a message names an expression: its own words where they are short. */
export function named(expr: ast.Expr): string {
  const path = pathOf(expr);
  return path === undefined ? "this value" : `"${path}"`;
}

/** The same at the start of a sentence. */
export function Named(expr: ast.Expr): string {
  return named(expr).replace(/^this/, "This");
}

/** What to say of a value whose type does not fit. `what` is what wants it, at the start of a sentence: '"topic" of "planner"'. */
export function mismatch(expr: ast.Expr, type: Type, wanted: Type, what: string | undefined): Report {
  const span = expr;
  const target = what ?? "What stands here";
  if (type.kind === "none") {
    return { code: "T314", message: `${target} needs a value, and this gives none.`, span, hint: "End it with the value that is meant." };
  }
  if (mayBeNull(type) && fits(withoutNull(type), wanted)) {
    const value = pathOf(expr);
    const hint =
      value === undefined
        ? "Say what stands in for null: `… ?? fallback`."
        : `Check it first, \`if ${value} != null { … }\`, or say what stands in: \`${value} ?? …\`.`;
    return { code: "T302", message: `${target} must not be null, and ${named(expr)} may be.`, span, hint };
  }
  if (type.kind === "literal") {
    const choices = membersOf(withoutNull(wanted)).flatMap((member) => (member.kind === "literal" ? [String(member.value)] : []));
    if (choices.length > 0) {
      const near = suggest(String(type.value), choices);
      const list = choices.map((choice) => JSON.stringify(choice)).join(", ");
      return {
        code: "T301",
        message: `${target} is one of ${list}, not ${JSON.stringify(type.value)}.`,
        span,
        hint: near === undefined ? `Write one of them.` : `Did you mean ${JSON.stringify(near)}?`,
      };
    }
  }
  return { code: "T301", message: `${target} is \`${spell(wanted)}\`, not \`${spellValue(type)}\`.`, span, hint: wayOut(expr, type, wanted) };
}

/** A list that fits but for its nulls, or for being a list of lists. */
function ofList(type: Type, want: Type, value: string): string | undefined {
  if (type.kind !== "list" || want.kind !== "list") return undefined;
  const inner = withoutNull(type.element);
  const whole = mayBeNull(type.element) ? `compact(${value})` : value;
  if (fits(inner, want.element)) return whole === value ? undefined : `Leave the nulls out: \`${whole}\`.`;
  if (inner.kind === "list" && fits(inner.element, want.element)) return `Make one list of them: \`flatten(${whole})\`.`;
  return undefined;
}

/** What to type so that a value of one type becomes one of another. */
function wayOut(expr: ast.Expr, type: Type, wanted: Type): string {
  const value = pathOf(expr) ?? "…";
  const want = withoutNull(wanted);
  if (type.kind === "null") return `Write a value, or let it be null: \`${spell(nullable(wanted))}\`.`;
  if (type.kind === "json") return `Check it first: \`as(${value}, ${want.kind === "record" || want.kind === "string" ? spell(want) : "TYPE"})\`.`;
  const listed = ofList(type, want, value);
  if (listed !== undefined) return listed;
  if (want.kind === "list" && fits(type, want.element)) return `Put it into a list: \`[${value}]\`.`;
  if (type.kind === "list" && fits(type.element, want)) return `Take one of the list: \`first(${value}) ?? …\`.`;
  if (want.kind === "string") {
    if (type.kind === "list" && fits(type.element, want)) return `Join them: \`join(${value}, ", ")\`.`;
    return type.kind === "int" || type.kind === "float" || type.kind === "bool"
      ? `Write it as text: \`"\${${value}}"\`.`
      : `Write it as text: \`json(${value})\`.`;
  }
  if (want.kind === "int" && type.kind === "float") return `Round it: \`round(${value})\`.`;
  if (expr.kind === "StringExpr" && (want.kind === "int" || want.kind === "float" || want.kind === "bool")) return "Leave the quotes out.";
  if (want.kind === "float" && fits(type, { kind: "string" })) return `Read the number: \`number(${value})\`.`;
  if (want.kind === "int" && fits(type, { kind: "string" })) return `Read the number: \`round(number(${value}))\`.`;
  if (want.kind === "bool") return "Compare it with something, such as `… == …`.";
  if (want.kind === "record")
    return `Write an object with the fields of \`${want.name}\`: \`{ ${[...want.fields.keys()].map((key) => `${key}: …`).join(", ")} }\`.`;
  return `Give a value of the type \`${spell(wanted)}\`.`;
}
