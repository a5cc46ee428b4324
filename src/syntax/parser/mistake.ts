import type { IToken, TokenType } from "chevrotain";
import type { Code } from "../../diagnostics/codes.ts";

/** What the parser throws where a rule cannot go on; caught by the nearest list of members. Never leaves the parser. */
export interface Mistake {
  readonly mistake: true;
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
  /** The token that does not fit. */
  readonly token: IToken;
  /** Something is missing behind the token before, rather than that this one is wrong. */
  readonly missing: boolean;
  /** As much of the member as could be read, so that its name at least is known. */
  readonly partial?: unknown;
}

export function isMistake(thrown: unknown): thrown is Mistake {
  return typeof thrown === "object" && thrown !== null && "mistake" in thrown;
}

/** A mistake with as much as was read before it, to be thrown on; anything else as it is. */
export function withPartial(thrown: unknown, partial: () => unknown): unknown {
  return isMistake(thrown) && thrown.partial === undefined ? { ...thrown, partial: partial() } : thrown;
}

/** A node that is still being built: what may be absent is set once it has been found. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

export type Told = Omit<Mistake, "mistake" | "token" | "missing" | "partial"> & { readonly missing?: boolean };

/** Where a rule did not find the token that it needs. */
export interface Mismatch {
  readonly rule: string;
  readonly expected: TokenType;
  readonly previous: IToken;
  readonly actual: IToken;
}
