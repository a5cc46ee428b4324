import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { alternativesOf, modelsOf } from "../candidates.ts";
import { cyclesOf } from "../cycles.ts";
import { isChoiceOfModels } from "../declarations/model.ts";
import { profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";

/** Every `fallback` and `round_robin` ends at models of a provider: none stands for itself, under no profile. */
export function* modelsEnd(program: WholeProgram): Iterable<Diagnostic> {
  const reported = new Set<string>();
  for (const profile of profilesOf(program)) {
    const models = modelsOf(program, profile);
    const next = (key: string): readonly string[] => {
      const model = models.declared(key)?.decl;
      return model !== undefined && isChoiceOfModels(model) ? alternativesOf(model, program) : [];
    };
    const keys = [...program.declarations].flatMap(([key, { decl }]) => (decl.kind === "ModelDecl" ? [key] : []));
    for (const cycle of cyclesOf(keys, next)) {
      const [first] = cycle;
      const model = first === undefined ? undefined : models.declared(first);
      const id = [...cycle].sort().join(" ");
      if (model === undefined || reported.has(id)) continue;
      reported.add(id);
      const names = cycle.map((key) => key.slice(key.indexOf("#") + 1));
      const way = [...names.slice(1), names[0]].map((name) => `"${name}"`).join(", then ");
      const under = profile === undefined ? "" : ` under the profile "${profile}"`;
      yield {
        code: "T532",
        severity: "error",
        message: `The model "${names[0]}" stands for itself${under}: it may become ${way}.`,
        span: { file: model.file, start: model.decl.name.start, end: model.decl.name.end },
        hint: `Take one of the names out of \`${model.decl.of.text}(…)\`.`,
      };
    }
  }
}
