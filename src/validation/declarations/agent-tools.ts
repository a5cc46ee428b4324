import { suggest } from "../../diagnostics/suggest.ts";
import type { Entry, Expr } from "../../syntax/ast.ts";
import { canBeCalled } from "../can-be-called.ts";
import type { FileContext } from "../context.ts";
import { mediaOf } from "../fits.ts";
import { spell } from "../spell.ts";
import { unfit } from "./check-form.ts";
import { lockedTool } from "./locked-tools.ts";
import { forbiddenBy } from "./mcp.ts";
import { listed, nameOfValue, plainText } from "./values.ts";

/** One entry of `tools:`: the name that a model sees (undefined for all of a server), and where it is listed. */
export interface OfferedTool {
  readonly name: string | undefined;
  readonly at: Expr;
  /** The key of what is offered; `key.tool` of one tool of a server. */
  readonly key: string;
}

/** `tools: [search_notes, fact_checker, files.read_file, wiki.*]`. Gives what could be understood. */
export function checkTools(entry: Entry, context: FileContext): readonly OfferedTool[] {
  const { value } = entry;
  if (value.kind === "ErrorExpr") return [];
  if (value.kind !== "ListExpr") {
    unfit(value, { of: "list", item: { of: "name", kinds: ["ToolDecl"], want: "a tool" } }, { context, key: entry.key.text, entry });
    return [];
  }
  const tools: OfferedTool[] = [];
  for (const item of value.items) {
    const tool = offeredTool(item, context);
    if (tool === undefined) continue;
    const other = tools.find((one) => (one.name !== undefined ? one.name === tool.name : one.key === tool.key));
    if (other === undefined) {
      tools.push(tool);
      continue;
    }
    const twice = other.key === tool.key;
    context.report({
      code: "T440",
      message: twice ? "This tool is listed twice." : `A model would see two tools named "${tool.name}".`,
      span: tool.at,
      hint: twice ? "Leave one of the two out." : "Rename one of the two where it is declared.",
      related: [{ span: other.at, message: "the other one" }],
    });
  }
  return tools;
}

function offeredTool(item: Expr, context: FileContext): OfferedTool | undefined {
  switch (item.kind) {
    case "ErrorExpr":
      return undefined;
    case "NameExpr":
      return named(item, context);
    case "MemberExpr":
    case "StarExpr": {
      if (item.object.kind !== "NameExpr") break;
      const server = context.resolve(item.object, ["McpDecl"], "an MCP server");
      if (server === undefined) return undefined;
      if (item.kind === "StarExpr") return { name: undefined, at: item, key: server.key };
      const forbidden = forbiddenBy(server.decl, item.name.text);
      if (forbidden !== undefined) {
        context.report({
          code: "T443",
          message: `"${server.decl.name.text}" does not let "${item.name.text}" through: see its \`${forbidden.key.text}\`.`,
          span: item,
          hint: `Change \`${forbidden.key.text}\` of "${server.decl.name.text}", or leave the tool out.`,
          related: [{ file: server.file, span: forbidden, message: "what forbids it" }],
        });
      } else lockedTool(server.key, server.decl.name.text, item.name, context);
      return { name: `${server.decl.name.text}_${item.name.text}`, at: item, key: `${server.key}.${item.name.text}` };
    }
    default:
  }
  const written = item.kind === "CallExpr" && item.callee.kind === "NameExpr" ? item.callee.name : plainText(item);
  const known = written !== undefined && context.lookup(written) !== undefined;
  context.report({
    code: "T441",
    message: `A tool is listed by its name, not as ${nameOfValue(item)}.`,
    span: item,
    hint: known ? `Write \`${written}\`.` : "Write the name of a tool or an agent, `SERVER.tool` or `SERVER.*`.",
  });
  return undefined;
}

function named(item: Expr & { readonly kind: "NameExpr" }, context: FileContext): OfferedTool | undefined {
  if (context.lookup(item.name)?.decl.kind === "McpDecl") {
    const message = `"${item.name}" is a server, which has tools of its own.`;
    context.report({ code: "T441", message, span: item, hint: `Write \`${item.name}.*\` for all of them, or \`${item.name}.TOOL\` for one.` });
    return undefined;
  }
  const symbol = context.resolve(item, ["ToolDecl", "AgentDecl"], "a tool or an agent");
  if (symbol === undefined) return undefined;
  if (symbol.decl.kind === "AgentDecl" && !canBeCalled(symbol.decl)) {
    context.report({
      code: "T442",
      message: `"${item.name}" cannot be a tool: it has nothing to open a conversation with.`,
      span: item,
      hint: `Give "${symbol.decl.name.text}" a \`prompt\`, or list it under \`handoffs\`.`,
      related: [{ file: symbol.file, span: symbol.decl.name, message: "the agent" }],
    });
  }
  const media = context.signature(symbol.key)?.params.find(({ type }) => mediaOf(type) !== undefined);
  if (media !== undefined) {
    context.report({
      code: "T325",
      message: `"${item.name}" cannot be a tool: its "${media.name}" is \`${spell(media.type)}\`, which no model can give.`,
      span: item,
      hint: "Call it from a workflow, or give it a parameter that a model can write.",
      related: [{ file: symbol.file, span: media.decl.name, message: "the parameter" }],
    });
  }
  return { name: symbol.decl.name.text, at: item, key: symbol.key };
}

/** `tool_choice: required`, or the name of a tool that is offered. */
export function checkToolChoice(entry: Entry, tools: readonly OfferedTool[], handsOff: boolean, context: FileContext): void {
  const { value } = entry;
  if (value.kind === "ErrorExpr") return;
  const server = value.kind === "MemberExpr" && value.object.kind === "NameExpr" ? value.object : undefined;
  const name = value.kind === "NameExpr" ? value.name : server !== undefined && value.kind === "MemberExpr" ? `${server.name}_${value.name.text}` : undefined;
  if (name === undefined) {
    unfit(value, { of: "word", words: ["auto", "required", "none"] }, { context, key: entry.key.text, entry });
    return;
  }
  if (name === "auto" || name === "none") return;
  if (name === "required") {
    if (tools.length > 0 || handsOff) return;
    const hint = "List tools under `tools`, or leave `tool_choice` out.";
    context.report({ code: "T449", message: "A tool is required, and none is offered.", span: value, hint });
    return;
  }
  const key = value.kind === "NameExpr" ? context.lookup(value.name)?.key : undefined;
  const chosen = tools.find((tool) => (key !== undefined ? tool.key === key : tool.name === name));
  if (chosen !== undefined) {
    if (value.kind === "NameExpr") context.resolve(value, ["ToolDecl", "AgentDecl"], "a tool or an agent");
    else if (server !== undefined) context.resolve(server, ["McpDecl"], "an MCP server");
    return;
  }
  if (server !== undefined && tools.some((tool) => tool.name === undefined && tool.key === context.lookup(server.name)?.key)) {
    context.resolve(server, ["McpDecl"], "an MCP server");
    return;
  }
  const known = [...tools.flatMap((tool) => tool.name ?? []), "auto", "required", "none"];
  const near = suggest(name, known);
  context.report({
    code: "T449",
    message: `"${name}" is not among the tools of this agent.`,
    span: value,
    hint: near === undefined ? `Write ${listed(known)}.` : `Did you mean "${near}"?`,
  });
}
