import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { declarationsOf } from "../call-graph.ts";
import { modelsOf } from "../candidates.ts";
import { listed } from "../declarations/values.ts";
import { entryOf } from "../entry-of.ts";
import { profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";
import type { Type } from "../types.ts";

/** A result's constraints reach the model, or it is said which do not: a vendor's schema mode refuses some keywords. */
export function* sentKeywords(program: WholeProgram): Iterable<Diagnostic> {
  const told = new Set<string>();
  for (const profile of profilesOf(program)) {
    const models = modelsOf(program, profile);
    for (const { key, decl, file } of declarationsOf(program, "AgentDecl")) {
      const choice = entryOf(decl, "model");
      const output = entryOf(decl, "output")?.value;
      const result = program.signatures.get(key)?.result;
      if (told.has(key) || choice === undefined || result === undefined || (output?.kind === "NameExpr" && output.name !== "native")) continue;
      const used = new Set(keywordsOf(result, new Set()));
      for (const { kind } of used.size === 0 ? [] : models.candidatesOf(choice.value, file)) {
        const refused = (kind?.refusedKeywords ?? []).filter((keyword) => used.has(keyword));
        if (kind === undefined || refused.length === 0) continue;
        told.add(key);
        yield {
          code: "T456",
          severity: "warning",
          message: `\`${kind.name}\` refuses ${listed(refused, "and")} in a schema: the model is not told that part of the result of "${decl.name.text}", and its reply is still checked.`,
          span: { file, start: decl.name.start, end: decl.name.end },
          hint: "Say it in the prompt as well, or write `output: tool`.",
        };
        break;
      }
    }
  }
}

/** The keywords beyond `type`, `properties`, `required`, `items` and `enum` that a type's JSON Schema has. */
function* keywordsOf(type: Type, seen: Set<string>): Iterable<string> {
  switch (type.kind) {
    case "string":
      if (type.min !== undefined) yield "minLength";
      if (type.max !== undefined) yield "maxLength";
      if (type.pattern !== undefined) yield "pattern";
      return;
    case "int":
    case "float":
      if (type.min !== undefined) yield "minimum";
      if (type.max !== undefined) yield "maximum";
      return;
    case "list":
      if (type.min !== undefined) yield "minItems";
      if (type.max !== undefined) yield "maxItems";
      yield* keywordsOf(type.element, seen);
      return;
    case "map":
      yield* keywordsOf(type.value, seen);
      return;
    case "nullable":
      if (type.type.kind === "record" || type.type.kind === "union" || type.type.kind === "list") yield "anyOf";
      yield* keywordsOf(type.type, seen);
      return;
    case "union":
      if (type.members.some((member) => member.kind === "record")) yield "anyOf";
      for (const member of type.members) yield* keywordsOf(member, seen);
      return;
    case "record":
      if (seen.has(type.id)) return;
      seen.add(type.id);
      for (const field of type.fields.values()) yield* keywordsOf(field.type, seen);
      return;
    default:
  }
}
