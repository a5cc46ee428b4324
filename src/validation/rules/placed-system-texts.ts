import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { misplacedSystem } from "../../diagnostics/system-places.ts";
import { declarationsOf } from "../call-graph.ts";
import { modelsOf, nameOfModel } from "../candidates.ts";
import { entryOf } from "../entry-of.ts";
import { profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";

/** Every system text in `messages` stands where each model that the agent may ask takes one, under every profile. */
export function* placedSystemTexts(program: WholeProgram): Iterable<Diagnostic> {
  const told = new Set<string>();
  for (const profile of profilesOf(program)) {
    const models = modelsOf(program, profile);
    for (const { key, decl, file } of declarationsOf(program, "AgentDecl")) {
      const opening = decl.members.find((member) => member.kind === "MessagesEntry");
      const choice = entryOf(decl, "model");
      if (opening === undefined || choice === undefined) continue;
      const roles = opening.messages.map(({ role }) => role);
      for (const { kind, model } of models.candidatesOf(choice.value, file)) {
        const wrong = kind === undefined ? undefined : misplacedSystem(roles, kind.systemTexts ?? "anywhere");
        const message = opening.messages[wrong?.index ?? -1];
        if (kind === undefined || wrong === undefined || message === undefined || told.has(key)) continue;
        told.add(key);
        const under = profile === undefined ? "" : `Under the profile "${profile}", `;
        yield {
          code: "T464",
          severity: "error",
          message: `${under}"${decl.name.text}" may ask ${nameOfModel(model.decl)}, a model of \`${kind.name}\`, which ${wrong.rule}.`,
          span: { file, start: message.start, end: message.end },
          hint: wrong.hint,
        };
      }
    }
  }
}
