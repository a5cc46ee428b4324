import type { Name, NodeBase } from "./base.ts";
import type { Arg, StringExpr } from "./expressions.ts";

export type TypeExpr = NamedType | LiteralType | ListType | MapType | NullableType | ConstrainedType | UnionType | ErrorType;

export interface NamedType extends NodeBase {
  readonly kind: "NamedType";
  readonly name: Name;
}
export interface LiteralType extends NodeBase {
  readonly kind: "LiteralType";
  readonly value: StringExpr;
}
export interface ListType extends NodeBase {
  readonly kind: "ListType";
  readonly element: TypeExpr;
}
export interface MapType extends NodeBase {
  readonly kind: "MapType";
  readonly value: TypeExpr;
}
export interface NullableType extends NodeBase {
  readonly kind: "NullableType";
  readonly type: TypeExpr;
}
/** `int(min: 0, max: 10)`, `T[](max: 6)`. */
export interface ConstrainedType extends NodeBase {
  readonly kind: "ConstrainedType";
  readonly type: TypeExpr;
  readonly args: readonly Arg[];
}
export interface UnionType extends NodeBase {
  readonly kind: "UnionType";
  readonly members: readonly TypeExpr[];
}
export interface ErrorType extends NodeBase {
  readonly kind: "ErrorType";
}
