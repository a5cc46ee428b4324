import type { Arg, TypeExpr } from "../syntax/ast.ts";
import type { Layout } from "./layout.ts";
import { quoted } from "./strings.ts";

/** A type as it is written. */
export function printType(type: TypeExpr, printArg: (arg: Arg) => string, layout: Layout): string {
  const inner = (part: TypeExpr): string => {
    const text = printType(part, printArg, layout);
    return part.kind === "UnionType" ? `(${text})` : text;
  };
  switch (type.kind) {
    case "NamedType":
      return type.name.text;
    case "LiteralType":
      return `"${type.value.parts.map((part) => (part.kind === "TextChunk" ? quoted(part.value) : "")).join("")}"`;
    case "ListType":
      return `${inner(type.element)}[]`;
    case "MapType":
      return `map<${printType(type.value, printArg, layout)}>`;
    case "NullableType":
      // `T??` would be a name and an operator.
      return type.type.kind === "NullableType" ? `(${inner(type.type)})?` : `${inner(type.type)}?`;
    case "ConstrainedType":
      return inner(type.type) + layout.group("(", type.args.map(printArg), ")", "", ",");
    case "UnionType":
      return type.members.map(inner).join(" | ");
    case "ErrorType":
      return "";
  }
}
