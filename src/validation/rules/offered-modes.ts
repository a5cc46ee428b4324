import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { FileSpan, Span } from "../../diagnostics/span.ts";
import type { AgentDecl } from "../../syntax/ast.ts";
import { declarationsOf } from "../call-graph.ts";
import { type Candidate, modelsOf, nameOfModel } from "../candidates.ts";
import type { ParamInfo } from "../checked.ts";
import { listed } from "../declarations/values.ts";
import { entryOf } from "../entry-of.ts";
import { mediaOf } from "../fits.ts";
import { profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";
import { spell } from "../spell.ts";
import type { Type } from "../types.ts";

/** Every model that an agent may ask, under every profile, has the output mode, the tools and the tool choice that the agent uses. */
export function* offeredModes(program: WholeProgram): Iterable<Diagnostic> {
  const reported = new Set<string>();
  for (const profile of profilesOf(program)) {
    const models = modelsOf(program, profile);
    for (const { key, decl, file } of declarationsOf(program, "AgentDecl")) {
      const choice = entryOf(decl, "model");
      if (choice === undefined) continue;
      const gives = program.signatures.get(key)?.result;
      for (const candidate of models.candidatesOf(choice.value, file)) {
        for (const lack of lacks(decl, program.signatures.get(key)?.params ?? [], gives, candidate)) {
          const id = `${key} ${lack.code}`;
          if (reported.has(id)) continue;
          reported.add(id);
          const under = profile === undefined ? "" : `Under the profile "${profile}", `;
          const span: FileSpan = { file, start: lack.span.start, end: lack.span.end };
          yield { code: lack.code, severity: "error", message: `${under}${lack.message}`, span, hint: lack.hint };
        }
      }
    }
  }
}

interface Lack {
  readonly code: "T451" | "T453" | "T462";
  readonly span: Span;
  readonly message: string;
  readonly hint: string;
}

function* lacks(decl: AgentDecl, params: readonly ParamInfo[], gives: Type | undefined, { kind, model }: Candidate): Iterable<Lack> {
  if (kind === undefined) return;
  const typed = gives !== undefined && gives.kind !== "string" && gives.kind !== "unknown";
  const by = `${nameOfModel(model.decl)}, a model of \`${kind.name}\``;
  for (const { name, type, decl: at } of params) {
    const of = mediaOf(type);
    if (of === undefined || (of === "image" ? kind.images : kind.documents)) continue;
    yield {
      code: "T462",
      span: at.name,
      message: `"${decl.name.text}" may ask ${by}, which takes no ${of}s, and "${name}" is \`${spell(type)}\`.`,
      hint: "Choose another model, or give it a text.",
    };
  }
  const output = entryOf(decl, "output");
  const mode = output?.value.kind === "NameExpr" ? output.value.name : "native";
  const tools = entryOf(decl, "tools") ?? entryOf(decl, "handoffs");
  const alone = tools !== undefined && kind.nativeWithTools === false;
  const modes = kind.outputModes.filter((one) => (one !== "tool" || kind.tools) && (one !== "native" || !alone));
  const isMode = mode === "native" || mode === "tool" || mode === "text";
  if (typed && isMode && !modes.includes(mode)) {
    yield {
      code: "T451",
      span: output?.value ?? decl.name,
      message: `"${decl.name.text}" may ask ${by}, which has no \`${mode}\` output${mode === "native" && kind.outputModes.includes(mode) ? " beside tools" : ""}.`,
      hint: `Write ${listed(modes.map((one) => `output: ${one}`))}.`,
    };
  } else if (typed && mode === "native" && kind.closedOutput && isOpen(gives, new Set())) {
    yield {
      code: "T451",
      span: output?.value ?? decl.name,
      message: `"${decl.name.text}" may ask ${by}, whose \`native\` output has no \`map\` and no \`json\`.`,
      hint: `Write ${listed(modes.filter((one) => one !== "native").map((one) => `output: ${one}`))}.`,
    };
  }
  if (tools !== undefined && !kind.tools) {
    yield {
      code: "T453",
      span: tools.key,
      message: `"${decl.name.text}" may ask ${by}, which calls no tools.`,
      hint: `Leave \`${tools.key.text}\` out, or choose another model.`,
    };
    return;
  }
  const choice = entryOf(decl, "tool_choice");
  if (choice === undefined) return;
  const word = choice.value.kind === "NameExpr" ? choice.value.name : "tool";
  const wanted = word === "auto" || word === "required" || word === "none" ? word : "tool";
  if (kind.toolChoices.includes(wanted)) return;
  const words = kind.toolChoices.map((one) => (one === "tool" ? "a tool's name" : `\`${one}\``)).join(", ");
  yield {
    code: "T453",
    span: choice.value,
    message: `"${decl.name.text}" may ask ${by}, which cannot be told this \`tool_choice\`.`,
    hint: `It takes ${words || "none at all"}.`,
  };
}

/** Whether some object in a value may have keys that its type does not name. */
function isOpen(type: Type, seen: Set<string>): boolean {
  switch (type.kind) {
    case "map":
    case "json":
      return true;
    case "list":
      return isOpen(type.element, seen);
    case "nullable":
      return isOpen(type.type, seen);
    case "union":
      return type.members.some((member) => isOpen(member, seen));
    case "record":
      if (seen.has(type.id)) return false;
      seen.add(type.id);
      return [...type.fields.values()].some((field) => isOpen(field.type, seen));
    default:
      return false;
  }
}
