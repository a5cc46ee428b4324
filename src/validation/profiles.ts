import type { McpDecl, ModelDecl, ProviderDecl } from "../syntax/ast.ts";
import type { WholeProgram } from "./rule.ts";

/** A declaration and the file that it stands in. */
export interface Placed<D> {
  readonly decl: D;
  readonly file: string;
}
type Replaceable = ProviderDecl | ModelDecl | McpDecl;

/** The names of all profiles, and first undefined: no profile. */
export function profilesOf(program: WholeProgram): readonly (string | undefined)[] {
  const names = new Set<string>();
  for (const { file } of program.files) for (const decl of file.declarations) if (decl.kind === "ProfileDecl") names.add(decl.name.text);
  return [undefined, ...names];
}

/** What a profile puts in the place of declarations, by the key of what is replaced, over every file that declares it. */
export function replacedBy(program: WholeProgram, profile: string | undefined): ReadonlyMap<string, Placed<Replaceable>> {
  const replaced = new Map<string, Placed<Replaceable>>();
  if (profile === undefined) return replaced;
  for (const { path, file } of program.files) {
    for (const decl of file.declarations) {
      if (decl.kind !== "ProfileDecl" || decl.name.text !== profile) continue;
      for (const inner of decl.declarations) {
        const symbol = program.resolved.get(inner.name);
        if (symbol?.of === "decl" && symbol.decl.kind === inner.kind) replaced.set(symbol.key, { decl: inner, file: path });
      }
    }
  }
  return replaced;
}
