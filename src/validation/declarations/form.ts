import type { Entry, Expr } from "../../syntax/ast.ts";
import type { NamedDecl } from "../checked.ts";
import type { FileContext } from "../context.ts";

/** What an option's value may be. Bounds are inclusive; durations in milliseconds. */
export type Form =
  | { readonly of: "duration"; readonly zero?: boolean }
  | { readonly of: "money"; readonly positive?: boolean }
  | { readonly of: "rate" }
  | { readonly of: "number"; readonly whole?: boolean; readonly min?: number; readonly max?: number }
  | { readonly of: "bool" }
  /** A text that is known before a run; with `secret` it may come from the environment. */
  | { readonly of: "text"; readonly secret?: boolean; readonly web?: boolean }
  /** One of some bare words. */
  | { readonly of: "word"; readonly words: readonly string[] }
  | { readonly of: "list"; readonly item: Form; readonly min?: number }
  | { readonly of: "object"; readonly options: OptionTable }
  /** Keys of the author's own. */
  | { readonly of: "map"; readonly value: Form }
  /** Any JSON; with `secret` parts of it may come from the environment. */
  | { readonly of: "json"; readonly secret?: boolean; readonly object?: boolean }
  /** A declaration's name, or one of some words. */
  | { readonly of: "name"; readonly kinds: readonly NamedDecl["kind"][]; readonly want: string; readonly words?: readonly string[] }
  | { readonly of: "either"; readonly forms: readonly Form[] }
  /** What needs more than a look at the value; it reports by itself. */
  | { readonly of: "own"; readonly check: (value: Expr, place: Place) => void };

export interface Option {
  readonly form: Form;
  /** It must be written; what to type, as a sentence. */
  readonly required?: string;
}
export type OptionTable = Readonly<Record<string, Option>>;

/** Where a value stands: what a message calls it, and whose option it is. */
export interface Place {
  readonly context: FileContext;
  /** The option as a person wrote it: `limit.requests`. */
  readonly key: string;
  readonly entry?: Entry;
}
