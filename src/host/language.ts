/** The language in its pieces: text to tree, tree to checked program, checked program to graph. */
export interface Language {
  readonly parse: typeof import("../syntax/parse.ts").parse;
  readonly check: typeof import("../validation/check.ts").check;
  readonly compile: typeof import("../compiler/compile.ts").compile;
}

/** Loads the parser, the checker and the compiler: as much again as everything else, and a compiled graph needs none of it. */
export async function language(): Promise<Language> {
  const [{ parse }, { check }, { compile }] = await Promise.all([
    import("../syntax/parse.ts"),
    import("../validation/check.ts"),
    import("../compiler/compile.ts"),
  ]);
  return { parse, check, compile };
}
