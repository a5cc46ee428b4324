import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { declarationsOf } from "../call-graph.ts";
import { modelsOf, nameOfModel } from "../candidates.ts";
import { entryOf } from "../entry-of.ts";
import { profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";

/** `cache: true` marks something, for models that cache anything. */
export function* marksThatCount(program: WholeProgram): Iterable<Diagnostic> {
  const told = new Set<string>();
  for (const profile of profilesOf(program)) {
    const models = modelsOf(program, profile);
    for (const { key, decl, file } of declarationsOf(program, "AgentDecl")) {
      const cache = entryOf(decl, "cache");
      const choice = entryOf(decl, "model");
      if (cache === undefined || cache.value.kind !== "BoolExpr" || !cache.value.value || told.has(key)) continue;
      const say = (message: string, hint: string): Diagnostic => {
        told.add(key);
        return { code: "T463", severity: "warning", message, span: { file, start: cache.key.start, end: cache.key.end }, hint };
      };
      if (entryOf(decl, "system") === undefined) {
        yield say(
          `"${decl.name.text}" has no \`system\` text that could be cached.`,
          "Give it one, or write `{ cache: true }` behind a template that its messages begin with.",
        );
        continue;
      }
      const without = choice === undefined ? undefined : models.candidatesOf(choice.value, file).find(({ kind }) => kind?.caching === "none");
      if (without === undefined) continue;
      yield say(
        `"${decl.name.text}" may ask ${nameOfModel(without.model.decl)}, whose provider caches nothing.`,
        "Leave `cache` out, or choose another model.",
      );
    }
  }
}
