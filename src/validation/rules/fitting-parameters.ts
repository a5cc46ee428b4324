import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { FileSpan, Span } from "../../diagnostics/span.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import type { CallExpr, Entry, ModelDecl } from "../../syntax/ast.ts";
import { declarationsOf } from "../call-graph.ts";
import { type Candidate, type Models, modelsOf, nameOfModel } from "../candidates.ts";
import { isChoiceOfModels } from "../declarations/model.ts";
import { listed } from "../declarations/values.ts";
import { entryOf } from "../entry-of.ts";
import type { KindData } from "../kind-data.ts";
import { type Placed, profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";

const parameters = ["temperature", "top_p", "max_tokens", "stop", "seed", "reasoning"] as const;

/** A model says what its provider's kind demands and nothing that it lacks, under every profile. No number is ever ours. */
export function* fittingParameters(program: WholeProgram): Iterable<Diagnostic> {
  const reported = new Set<string>();
  for (const profile of profilesOf(program)) {
    const models = modelsOf(program, profile);
    for (const candidate of everyModel(program, models)) {
      for (const { what, diagnostic } of misfits(candidate, profile)) {
        // What is wrong without a profile is not told again for each.
        const id = `${candidate.model.file}:${candidate.model.decl.start}:${what}`;
        if (reported.has(id)) continue;
        reported.add(id);
        yield diagnostic;
      }
    }
  }
}

function* everyModel(program: WholeProgram, models: Models): Iterable<Candidate> {
  for (const { key } of declarationsOf(program, "ModelDecl")) {
    const model = models.declared(key);
    const candidate = model === undefined || isChoiceOfModels(model.decl) ? undefined : models.single(model);
    if (candidate !== undefined) yield candidate;
  }
  for (const { decl, file } of declarationsOf(program, "AgentDecl")) {
    const choice = entryOf(decl, "model");
    if (choice === undefined) continue;
    for (const candidate of models.candidatesOf(choice.value, file)) if (candidate.model.decl.kind === "CallExpr") yield candidate;
  }
}

function* misfits({ model, kind }: Candidate, profile: string | undefined): Iterable<{ what: string; diagnostic: Diagnostic }> {
  if (kind === undefined) return;
  const written = optionsOf(model.decl);
  const under = profile === undefined ? "" : `Under the profile "${profile}", `;
  const say = (what: string, code: "T506" | "T511" | "T512", span: Span, message: string, hint: string) => ({
    what,
    diagnostic: { code, severity: "error", message: `${under}${message}`, span: inFile(model, span), hint } satisfies Diagnostic,
  });
  for (const name of parameters) {
    const entry = written.find((one) => one.key.text === name);
    if (entry === undefined) {
      if (!kind.demands.includes(name)) continue;
      const span = model.decl.kind === "ModelDecl" ? model.decl.name : model.decl;
      const hint =
        model.decl.kind === "ModelDecl"
          ? `Write \`${name}: ${name === "max_tokens" ? "4000" : "…"}\`.`
          : `Declare it with \`model NAME = … { ${name}: … }\` and name it here.`;
      yield say(name, "T512", span, `${nameOfModel(model.decl)} needs \`${name}\`: ${called(kind)} demands it.`, hint);
    } else if (!kind.parameters.includes(name)) {
      const hint = `Leave \`${name}\` out; ${called(kind)} takes ${listed(kind.parameters, "and") || "no parameters"}.`;
      yield say(name, "T511", entry.key, `${nameOfModel(model.decl)} sets \`${name}\`, which ${called(kind)} does not understand.`, hint);
    } else if (name === "reasoning" && entry.value.kind === "NameExpr" && !kind.reasoning.includes(entry.value.name)) {
      yield say(name, "T506", entry.value, `\`reasoning\` of ${called(kind)} cannot be "${entry.value.name}".`, reasoningHint(entry.value.name, kind));
    }
  }
}

/** The kind as a message says it, with the option that makes it so. */
function called({ name, variant }: KindData): string {
  return variant === undefined ? `\`${name}\`` : `\`${name}\` under \`${variant}\``;
}

function reasoningHint(word: string, kind: KindData): string {
  const near = suggest(word, kind.reasoning);
  return near === undefined ? `Write ${listed(kind.reasoning)}.` : `Did you mean "${near}"?`;
}

function optionsOf(decl: ModelDecl | CallExpr): readonly Entry[] {
  return decl.kind === "ModelDecl" ? (decl.options?.entries ?? []) : [];
}

function inFile(model: Placed<unknown>, span: Span): FileSpan {
  return { file: model.file, start: span.start, end: span.end };
}
