import type { JsonObject } from "../diagnostics/json.ts";

/** What `tantra types` writes of a program: what each of its workflows and agents takes and gives, and what a host may replace. */
export interface ProgramTypes {
  readonly starts: Readonly<Record<string, { readonly input: object; readonly value: unknown }>>;
  readonly tools: Readonly<Record<string, { readonly input: object; readonly value: unknown }>>;
  readonly providers: string;
  readonly profiles: string;
}

/** Whatever `JSON.parse` gives. */
export type Loose = ReturnType<typeof JSON.parse>;

/** A program of which no types were written. Values are as `JSON.parse` gives them. */
export interface AnyProgram {
  readonly starts: Readonly<Record<string, { readonly input: JsonObject; readonly value: Loose }>>;
  readonly tools: Readonly<Record<string, { readonly input: Loose; readonly value: unknown }>>;
  readonly providers: string;
  readonly profiles: string;
}

/**
 * The programs whose types were written, by their files' paths from the project's root: every `FILE.d.ts` of `tantra types`
 * adds its own.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be added to.
export interface Programs {}

/** The key of a program that a path means: the path itself, or one that ends as it does. */
type KeyOf<F extends string> = {
  [K in keyof Programs & string]: F extends K | `${string}/${K}` ? K : K extends `${string}/${F}` ? K : never;
}[keyof Programs & string];

/** The types of the program in a file, as far as they were written. */
export type TypesOf<F extends string> = string extends F ? AnyProgram : Written<KeyOf<F>>;
type Written<K extends keyof Programs> = [K] extends [never] ? AnyProgram : Programs[K] extends infer T extends ProgramTypes ? T : AnyProgram;
