import { suggest } from "../../diagnostics/suggest.ts";
import type { McpDecl, ModelDecl, ProfileDecl, ProviderDecl } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { checkMcp } from "./mcp.ts";
import { checkModel } from "./model.ts";
import { checkProvider } from "./provider.ts";

const wanted = { ProviderDecl: "a provider", ModelDecl: "a model", McpDecl: "an MCP server" } as const;

/** `profile openai { provider llm = openai { … } }`: each replaces something that is there. */
export function checkProfile(decl: ProfileDecl, context: FileContext): void {
  const seen = new Map<string, ProviderDecl | ModelDecl | McpDecl>();
  for (const inner of decl.declarations) {
    const first = seen.get(inner.name.text);
    if (first !== undefined && inner.name.text !== "") {
      const related = [{ span: first.name, message: "the first one" }];
      const message = `The profile "${decl.name.text}" replaces "${inner.name.text}" twice.`;
      context.report({ code: "T527", message, span: inner.name, hint: "Keep one of the two.", related });
      continue;
    }
    seen.set(inner.name.text, inner);
    checkReplaces(inner, decl, context);
    if (inner.kind === "ProviderDecl") checkProvider(inner, context);
    else if (inner.kind === "ModelDecl") checkModel(inner, context);
    else checkMcp(inner, context);
  }
}

function checkReplaces(inner: ProviderDecl | ModelDecl | McpDecl, profile: ProfileDecl, context: FileContext): void {
  const name = inner.name.text;
  if (name === "") return;
  const want = wanted[inner.kind];
  if (context.lookup(name) !== undefined) {
    context.resolve(inner.name, [inner.kind], want);
    return;
  }
  const near = suggest(
    name,
    context.file.file.declarations.flatMap((decl) => (decl.kind === inner.kind && "name" in decl ? [(decl as typeof inner).name.text] : [])),
  );
  const word = inner.kind === "ProviderDecl" ? "provider" : inner.kind === "ModelDecl" ? "model" : "mcp";
  const hint = near === undefined ? `Declare \`${word} ${name}\` outside of the profile too.` : `Did you mean "${near}"?`;
  context.report({ code: "T526", message: `The profile "${profile.name.text}" replaces ${want} "${name}" that does not exist.`, span: inner.name, hint });
}
