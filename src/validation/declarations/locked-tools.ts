import type { Span } from "../../diagnostics/span.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import { visible } from "../../diagnostics/visible.ts";
import type * as ast from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { type LockedServer, type LockedTool, names, parametersOf } from "../server-lock.ts";
import { plainText } from "./values.ts";

/** The lock's word on a server's tool; undefined where the lock does not know the server, or, which is reported, the tool. */
export function lockedTool(key: string, server: string, tool: ast.Name, context: FileContext): LockedTool | undefined {
  const locked = context.locked(key);
  if (locked === undefined || tool.text === "") return undefined;
  const found = locked.tools.find(({ name }) => name === tool.text) ?? locked.tools.find(({ name }) => names(name, tool.text));
  if (found === undefined) reportUnknown(locked, server, tool.text, tool, context);
  return found;
}

/** Names in `allow`, `deny`, `approve` and `tools` that the server does not have. */
export function checkNamedTools(key: string, decl: ast.McpDecl, context: FileContext): void {
  const locked = context.locked(key);
  if (locked === undefined) return;
  for (const { key: option, value } of decl.options.entries) {
    if (!["allow", "deny", "approve", "tools"].includes(option.text)) continue;
    const named: readonly (readonly [string, Span])[] =
      value.kind === "ObjectExpr"
        ? value.entries.map((entry) => [entry.key.text, entry.key] as const)
        : value.kind === "ListExpr"
          ? value.items.flatMap((item) => {
              const text = plainText(item);
              return text === undefined ? [] : [[text, item] as const];
            })
          : [];
    for (const [name, span] of named) if (!locked.tools.some((tool) => names(tool.name, name))) reportUnknown(locked, decl.name.text, name, span, context);
  }
}

/** The arguments of a workflow's call against the tool's schema: names that it does not have, and names that it must be given. */
export function checkServerArguments(call: ast.CallExpr, tool: LockedTool, callee: string, context: FileContext): void {
  const takes = parametersOf(tool);
  if (takes === undefined) return;
  const given = new Set(call.args.flatMap(({ name }) => name?.text ?? []));
  const missing = new Set(takes.required.filter((name) => !given.has(name)));
  for (const { name } of call.args) {
    if (name === undefined || takes.open || takes.names.includes(name.text)) continue;
    const near = suggest(
      name.text,
      takes.names.filter((one) => !given.has(one)),
    );
    // A parameter that was meant is not missing, too.
    if (near !== undefined) missing.delete(near);
    const list = takes.names.map((one) => `"${visible(one, true)}"`).join(", ");
    const hint = near !== undefined ? `Did you mean "${near}"?` : list === "" ? "It takes no arguments." : `It takes ${list}.`;
    context.report({ code: "T306", message: `"${callee}" has no parameter "${name.text}".`, span: name, hint });
  }
  if (missing.size === 0) return;
  const quoted = [...missing].map((name) => `"${visible(name, true)}"`);
  const shown = quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
  const hint = `Add ${[...missing].map((name) => `\`${visible(name, true)}: …\``).join(", ")}.`;
  context.report({ code: "T305", message: `"${callee}" is not given ${shown}.`, span: { start: call.start, end: call.end }, hint });
}

/** Names shown where none is near. */
const shownNames = 12;

function reportUnknown({ tools }: LockedServer, server: string, tool: string, span: Span, context: FileContext): void {
  const near = suggest(
    tool,
    tools.map(({ name }) => name),
  );
  const list = tools.slice(0, shownNames).map(({ name }) => visible(name, true));
  const more = tools.length > shownNames ? ` and ${tools.length - shownNames} more` : "";
  const known = list.length === 0 ? "It has none" : `It has ${list.join(", ")}${more}`;
  context.report({
    code: "T470",
    message: `The MCP server "${server}" has no tool "${tool}".`,
    span,
    hint: near !== undefined ? `Did you mean "${visible(near, true)}"?` : `${known}; \`tantra mcp pull\` asks it again.`,
  });
}
