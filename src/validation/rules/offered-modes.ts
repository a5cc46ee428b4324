import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { FileSpan, Span } from "../../diagnostics/span.ts";
import type { AgentDecl } from "../../syntax/ast.ts";
import { declarationsOf } from "../call-graph.ts";
import { type Candidate, modelsOf, nameOfModel } from "../candidates.ts";
import { listed } from "../declarations/values.ts";
import { entryOf } from "../entry-of.ts";
import { profilesOf } from "../profiles.ts";
import type { WholeProgram } from "../rule.ts";

/** Every model that an agent may ask, under every profile, has the output mode, the tools and the tool choice that the agent uses. */
export function* offeredModes(program: WholeProgram): Iterable<Diagnostic> {
  const reported = new Set<string>();
  for (const profile of profilesOf(program)) {
    const models = modelsOf(program, profile);
    for (const { key, decl, file } of declarationsOf(program, "AgentDecl")) {
      const choice = entryOf(decl, "model");
      if (choice === undefined) continue;
      const gives = program.signatures.get(key)?.result.kind ?? "unknown";
      for (const candidate of models.candidatesOf(choice.value, file)) {
        for (const lack of lacks(decl, gives !== "string" && gives !== "unknown", candidate)) {
          const id = `${key} ${lack.code}`;
          if (reported.has(id)) continue;
          reported.add(id);
          const under = profile === undefined ? "" : `Under the profile \`${profile}\`, `;
          const span: FileSpan = { file, start: lack.span.start, end: lack.span.end };
          yield { code: lack.code, severity: "error", message: `${under}${lack.message}`, span, hint: lack.hint };
        }
      }
    }
  }
}

interface Lack {
  readonly code: "T451" | "T453";
  readonly span: Span;
  readonly message: string;
  readonly hint: string;
}

function* lacks(decl: AgentDecl, typed: boolean, { kind, model }: Candidate): Iterable<Lack> {
  if (kind === undefined) return;
  const by = `${nameOfModel(model.decl)}, a model of \`${kind.name}\``;
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
      message: `\`${decl.name.text}\` may ask ${by}, which has no \`${mode}\` output${mode === "native" && kind.outputModes.includes(mode) ? " beside tools" : ""}.`,
      hint: `Write ${listed(modes.map((one) => `output: ${one}`))}.`,
    };
  }
  if (tools !== undefined && !kind.tools) {
    yield {
      code: "T453",
      span: tools.key,
      message: `\`${decl.name.text}\` may ask ${by}, which calls no tools.`,
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
    message: `\`${decl.name.text}\` may ask ${by}, which cannot be told this \`tool_choice\`.`,
    hint: `It takes ${words || "none at all"}.`,
  };
}
