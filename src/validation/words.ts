import type { NamedDecl } from "./checked.ts";

/** Words that options take: a declaration of that name would be ambiguous there. */
export const optionWords: ReadonlySet<string> = new Set(
  "auto required none stop warn native tool text full equal low medium high read write fail continue collect".split(" "),
);

/** Types that no file declares. */
export const builtInTypes = ["string", "int", "float", "bool", "json", "image", "file", "Error"] as const;

/** What a declaration is, as a message says it. */
export const sortOf: { readonly [K in NamedDecl["kind"]]: string } = {
  ProviderDecl: "a provider",
  ModelDecl: "a model",
  RetryDecl: "a retry policy",
  BudgetDecl: "a budget",
  McpDecl: "an mcp server",
  ProfileDecl: "a profile",
  TypeDecl: "a type",
  TemplateDecl: "a template",
  ToolDecl: "a tool",
  AgentDecl: "an agent",
  WorkflowDecl: "a workflow",
};

/** A sort without its article: "agent". */
export function sortWord(kind: NamedDecl["kind"]): string {
  return sortOf[kind].replace(/^an? /, "");
}

/** "1 argument", "2 arguments". */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
