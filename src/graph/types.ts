/** A type of the program, as data. Records stand once, in `Graph.types`; everything else is written out where it is used. */
export type TypeNode =
  | { readonly kind: "string"; readonly min?: number; readonly max?: number; readonly pattern?: string }
  | { readonly kind: "int"; readonly min?: number; readonly max?: number }
  | { readonly kind: "float"; readonly min?: number; readonly max?: number }
  | { readonly kind: "bool" }
  | { readonly kind: "json" }
  | { readonly kind: "null" }
  | { readonly kind: "image" }
  | { readonly kind: "file" }
  | { readonly kind: "literal"; readonly value: string | boolean }
  | { readonly kind: "list"; readonly element: TypeNode; readonly min?: number; readonly max?: number }
  | { readonly kind: "map"; readonly value: TypeNode }
  | { readonly kind: "nullable"; readonly type: TypeNode }
  /** A record of `Graph.types`. */
  | { readonly kind: "record"; readonly name: string }
  /** String literals, or records told apart by the literal field `tag`. */
  | { readonly kind: "union"; readonly members: readonly TypeNode[]; readonly tag?: string }
  /** No value: of `repeat`, of a block of `let`s; of what never comes back. */
  | { readonly kind: "none" };

/** A record type. `name` is what a person wrote. */
export interface RecordNode {
  readonly name: string;
  readonly doc?: string;
  /** In declared order. */
  readonly fields: readonly FieldNode[];
}
export interface FieldNode {
  readonly name: string;
  readonly type: TypeNode;
  readonly doc?: string;
}
