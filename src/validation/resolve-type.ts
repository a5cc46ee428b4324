import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import { constrained } from "./constraints.ts";
import { plainText } from "./declarations/values.ts";
import type { Context } from "./file-context.ts";
import type { DeclSymbol } from "./program.ts";
import type { RecordField, RecordType, Type } from "./types.ts";
import { unionOf } from "./union-types.ts";
import { builtInTypes, sortOf } from "./words.ts";

const unknown: Type = { kind: "unknown" };

/** What `catch err` binds, and what `Error` names. */
export const errorType: RecordType = {
  kind: "record",
  id: "Error",
  name: "Error",
  fields: new Map<string, RecordField>([
    ["class", { type: { kind: "string" } }],
    ["message", { type: { kind: "string" } }],
    ["path", { type: { kind: "string" } }],
  ]),
};

const deepest = 50;

/** Declarations being resolved, outermost first: a type that meets itself here contains itself. */
interface Trail {
  readonly symbols: readonly DeclSymbol[];
  /** Whether `image` and `file` may stand here. */
  readonly media: boolean;
}

/** The type that a type expression means; what is wrong with it is reported at its first resolution only. */
export function resolveType(expr: ast.TypeExpr, context: Context, media = false): Type {
  return resolve(expr, context, { symbols: [], media });
}

/** The type that a declaration makes. */
export function resolveTypeDecl(symbol: DeclSymbol, context: Context): Type {
  return declared(symbol, context, { symbols: [], media: false }) ?? unknown;
}

function resolve(expr: ast.TypeExpr, context: Context, trail: Trail): Type {
  const known = context.program.typeOfType.get(expr);
  if (known !== undefined) return known;
  const type = build(expr, context, trail);
  context.program.typeOfType.set(expr, type);
  return type;
}

function build(expr: ast.TypeExpr, context: Context, trail: Trail): Type {
  switch (expr.kind) {
    case "NamedType":
      return named(expr, context, trail);
    case "LiteralType": {
      const value = plainText(expr.value);
      // What is filled into a text is an error of syntax here.
      return value === undefined ? unknown : { kind: "literal", value };
    }
    case "ListType":
      return { kind: "list", element: resolve(expr.element, context, trail) };
    case "MapType":
      return { kind: "map", value: resolve(expr.value, context, trail) };
    case "NullableType": {
      const type = resolve(expr.type, context, trail);
      return type.kind === "nullable" || type.kind === "unknown" ? type : { kind: "nullable", type };
    }
    case "ConstrainedType":
      return constrained(resolve(expr.type, context, trail), expr, context);
    case "UnionType": {
      if (reportUnquoted(expr, context)) return unknown;
      const members = expr.members.map((member) => ({ at: member, type: resolve(member, context, trail) }));
      return unionOf(members, expr, context);
    }
    case "ErrorType":
      return unknown;
  }
}

function named(expr: ast.NamedType, context: Context, trail: Trail): Type {
  const name = expr.name.text;
  switch (name) {
    case "":
      return unknown;
    case "string":
    case "int":
    case "float":
    case "bool":
    case "json":
      return { kind: name };
    case "true":
    case "false":
      return { kind: "literal", value: name === "true" };
    case "Error":
      return errorType;
    case "image":
    case "file":
      if (trail.media) return { kind: name };
      context.report({
        code: "T325",
        message: `\`${name}\` may stand in parameters only.`,
        span: expr,
        hint: "Take it as a parameter, and give the result another type.",
      });
      return unknown;
  }
  const symbol = context.lookup(name);
  if (symbol === undefined) {
    if (!context.table.imported.has(name)) reportUnknownType(expr.name, context);
    return unknown;
  }
  context.program.resolved.set(expr, symbol);
  context.program.resolved.set(expr.name, symbol);
  if (symbol.decl.kind !== "TypeDecl") {
    context.report({
      code: "T205",
      message: `"${name}" is ${sortOf[symbol.decl.kind]}, not a type.`,
      span: expr,
      hint: "Write the name of a type here.",
      related: [{ file: symbol.file, span: symbol.decl.name, message: "declared here" }],
    });
    return unknown;
  }
  const place = trail.symbols.findIndex((one) => one.key === symbol.key);
  // Only types in a cycle lead so deep: the others were resolved before those that name them.
  if (place === -1 && trail.symbols.length <= deepest) return declared(symbol, context, trail) ?? unknown;
  const ring = place === -1 ? [] : [...trail.symbols.slice(place), symbol].map((one) => `"${one.decl.name.text}"`);
  context.report({
    code: "T324",
    message:
      ring.length === 0
        ? `"${name}" is part of a ring of more than ${deepest} types.`
        : ring.length === 2
          ? `${ring[0]} contains itself.`
          : `Types contain each other: ${ring.join(" contains ")}.`,
    span: expr,
    hint: "Refer to the other value by a name or a number instead, or use `json` here.",
  });
  return unknown;
}

function declared(symbol: DeclSymbol, context: Context, trail: Trail): Type | undefined {
  const { decl } = symbol;
  if (decl.kind !== "TypeDecl") return undefined;
  const { program } = context;
  const known = program.typeOfType.get(decl);
  if (known !== undefined) return known;
  // A declaration of another file is read with that file's names.
  const home = program.contexts.get(symbol.file) ?? context;
  const inner: Trail = { symbols: [...trail.symbols, symbol], media: false };
  const type = decl.fields === undefined ? alias(decl, home, inner) : record(decl, decl.fields, symbol, home, inner);
  program.typeOfType.set(decl, type);
  return type;
}

function alias(decl: ast.TypeDecl, context: Context, trail: Trail): Type {
  const type = decl.type === undefined ? unknown : resolve(decl.type, context, trail);
  return type.kind === "union" ? { ...type, name: decl.name.text } : type;
}

function record(decl: ast.TypeDecl, written: readonly ast.FieldDecl[], symbol: DeclSymbol, context: Context, trail: Trail): RecordType {
  const fields = new Map<string, RecordField>();
  const places = new Map<string, ast.Name>();
  for (const field of written) {
    const type = resolve(field.type, context, trail);
    const name = field.name.text;
    const first = places.get(name);
    if (first !== undefined) {
      const related = [{ span: first, message: "the first one" }];
      context.report({ code: "T203", message: `The field "${name}" is declared twice.`, span: field.name, hint: "Leave one of the two out.", related });
    } else if (name !== "") {
      places.set(name, field.name);
      fields.set(name, { type, ...(field.doc === undefined ? {} : { doc: field.doc.text }) });
    }
  }
  return { kind: "record", id: symbol.key, name: decl.name.text, fields, decl };
}

const habits: Readonly<Record<string, string>> = {
  number: "float",
  integer: "int",
  boolean: "bool",
  str: "string",
  text: "string",
  object: "json",
  any: "json",
  dict: "map<json>",
  list: "json[]",
  array: "json[]",
  double: "float",
  map: "map<json>",
};

function reportUnknownType(name: ast.Name, context: Context): void {
  const own = [...context.table.declared, ...context.table.imported].map(([key]) => key).filter((key) => context.find(key)?.decl.kind === "TypeDecl");
  const near = (Object.hasOwn(habits, name.text) ? habits[name.text] : undefined) ?? suggest(name.text, [...own, ...builtInTypes]);
  if (near !== undefined) context.lookup(near);
  const null_ = name.text === "null" || name.text === "undefined";
  context.report({
    code: "T202",
    message: `There is no type "${name.text}".`,
    span: name,
    hint: null_
      ? "Write `T?` for a value that may be null."
      : near === undefined
        ? `Declare it with \`type ${name.text} { … }\`, or import it.`
        : `Did you mean "${near}"?`,
  });
}

/** Reports a union of words that were meant as texts: `low | high` for `"low" | "high"`. */
function reportUnquoted(expr: ast.UnionType, context: Context): boolean {
  const words = expr.members.map((member) => (member.kind === "NamedType" ? member.name.text : ""));
  if (!words.every((word) => /^[a-z]/.test(word) && context.find(word) === undefined && !(builtInTypes as readonly string[]).includes(word))) return false;
  const hint = `Put them in quotes: \`${words.map((word) => JSON.stringify(word)).join(" | ")}\`.`;
  context.report({ code: "T202", message: `There are no types ${words.map((word) => `"${word}"`).join(", ")}.`, span: expr, hint });
  return true;
}
