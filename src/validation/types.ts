import type { TypeDecl } from "../syntax/ast.ts";

/** A bound of a list's length; `max` undefined: not known. */
export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * A type as the checker reasons with it. Constraints ride along but do not matter for assignability.
 * `never` is the type of what does not come back (`fail`, `return`); `unknown` is what an error left behind: it fits
 * everything and is reported nowhere again. `chat` is the type of a conversation, which is no value.
 */
export type Type =
  | { readonly kind: "string"; readonly max?: number; readonly min?: number; readonly pattern?: string }
  | { readonly kind: "int"; readonly min?: number; readonly max?: number }
  | { readonly kind: "float"; readonly min?: number; readonly max?: number }
  | { readonly kind: "bool" }
  | { readonly kind: "json" }
  | { readonly kind: "null" }
  | { readonly kind: "image" }
  | { readonly kind: "file" }
  /** A string literal, or (as a record's tag) `true` or `false`. */
  | { readonly kind: "literal"; readonly value: string | boolean }
  | { readonly kind: "list"; readonly element: Type; readonly min?: number; readonly max?: number }
  | { readonly kind: "map"; readonly value: Type }
  | { readonly kind: "nullable"; readonly type: Type }
  | RecordType
  /** Literals, or records told apart by `tag`. Never nested, never holding null. */
  | { readonly kind: "union"; readonly members: readonly Type[]; readonly tag?: string; readonly name?: string }
  | { readonly kind: "never" }
  /** No value at all: what `for` without one, `repeat` and a block of `let`s give. */
  | { readonly kind: "none" }
  | { readonly kind: "chat"; readonly agent: string }
  | { readonly kind: "unknown" };

/** Nominal: two records are one type when their `id` is. */
export interface RecordType {
  readonly kind: "record";
  /** `file#Name`; of the built-in `Error` and the two records of `collect` a name without `#`. */
  readonly id: string;
  readonly name: string;
  /** In declared order. A getter where the declaration is resolved on demand. */
  readonly fields: ReadonlyMap<string, RecordField>;
  readonly decl?: TypeDecl;
}
export interface RecordField {
  readonly type: Type;
  readonly doc?: string;
}

export type TypeKind = Type["kind"];
