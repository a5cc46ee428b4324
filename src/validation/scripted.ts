import type { Expr, ProviderDecl } from "../syntax/ast.ts";
import { projectPath } from "./declarations/project-path.ts";
import { plainText } from "./declarations/values.ts";
import { kindOfProvider } from "./kind-of-provider.ts";
import type { Placed } from "./profiles.ts";
import type { WholeProgram } from "./rule.ts";

/** A file that an option of a provider names and whose content has a schema: the simulator's `replies`. */
export interface ScriptedFile {
  readonly provider: Placed<ProviderDecl>;
  readonly at: Expr;
  /** As written: "./research.replies.json". */
  readonly name: string;
  readonly schema: object;
  readonly text: string;
}

/** All such files that can be read, those of profiles too; one that cannot is told where the option is checked. */
export function* scriptedFiles(program: WholeProgram): Iterable<ScriptedFile> {
  for (const provider of everyProvider(program)) {
    const kind = kindOfProvider(provider.decl, provider.file, program.options);
    if (kind.of !== "known") continue;
    for (const [key, schema] of Object.entries(kind.kind.fileSchemas ?? {})) {
      const at = provider.decl.options?.entries.find((entry) => entry.key.text === key)?.value;
      const name = at === undefined ? undefined : plainText(at);
      const path = name === undefined ? undefined : projectPath(provider.file, name);
      const read = path === undefined ? undefined : program.options.readFile(path);
      if (at !== undefined && name !== undefined && read?.ok) yield { provider, at, name, schema, text: read.text };
    }
  }
}

function* everyProvider(program: WholeProgram): Iterable<Placed<ProviderDecl>> {
  for (const { path, file } of program.files) {
    for (const decl of file.declarations) {
      for (const one of decl.kind === "ProfileDecl" ? decl.declarations : [decl]) if (one.kind === "ProviderDecl") yield { decl: one, file: path };
    }
  }
}

/** A text as JSON, or why it is none. */
export function readJson(text: string): { readonly json: unknown } | { readonly why: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
