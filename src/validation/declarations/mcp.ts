import type { Entry, Expr, McpDecl, ObjectExpr } from "../../syntax/ast.ts";
import type { FileContext } from "../context.ts";
import { checkOptions } from "./check-options.ts";
import type { Form, OptionTable } from "./form.ts";
import { timeoutOption } from "./references.ts";
import { plainText } from "./values.ts";

const secretText: Form = { of: "text", secret: true };
const secretMap: Form = { of: "map", value: secretText };
const toolNames: Form = { of: "list", item: { of: "text" }, min: 1 };
const boolOption = { form: { of: "bool" } } as const;

const mcpOptions: OptionTable = {
  command: { form: { of: "text" } },
  args: { form: { of: "list", item: secretText } },
  env: { form: secretMap },
  url: { form: { of: "text", secret: true, web: true } },
  headers: { form: secretMap },
  timeout: timeoutOption,
  allow: { form: toolNames },
  deny: { form: toolNames },
  approve: { form: { of: "either", forms: [{ of: "bool" }, toolNames] } },
  tools: { form: { of: "map", value: { of: "object", options: { approve: boolOption, deny: boolOption, timeout: timeoutOption } } } },
};

/** `mcp files { command: "npx", args: [ … ] }`, `mcp wiki { url: "https://…" }`. */
export function checkMcp(decl: McpDecl, context: FileContext): void {
  const found = checkOptions(decl.options.entries, mcpOptions, { what: `The MCP server "${decl.name.text}"`, at: decl.name }, context);
  const command = found.get("command");
  const url = found.get("url");
  if (command === undefined && url === undefined) {
    context.report({
      code: "T522",
      message: `The MCP server "${decl.name.text}" has neither a program to start nor an address.`,
      span: decl.name,
      hint: 'Write `command: "npx", args: ["NAME"]`, or `url: "https://…"`.',
    });
    return;
  }
  const excluded = url === undefined ? [found.get("headers")] : [command, found.get("args"), found.get("env")];
  const reason = url ?? command;
  for (const entry of excluded) {
    if (entry === undefined || reason === undefined) continue;
    const message = `\`${entry.key.text}\` and \`${reason.key.text}\` exclude each other: a server is started or reached over the network.`;
    const related = [{ span: reason.key, message: "the other one" }];
    context.report({ code: "T521", message, span: entry.key, hint: `Leave \`${entry.key.text}\` or \`${reason.key.text}\` out.`, related });
    return;
  }
}

function objectIn(value: Expr | undefined, key: string): ObjectExpr | undefined {
  const held = value?.kind === "ObjectExpr" ? value.entries.find((entry) => entry.key.text === key)?.value : undefined;
  return held?.kind === "ObjectExpr" ? held : undefined;
}

/** Whether `allow` and `deny` of a server let a tool through, and if not, the entry that forbids it. */
export function forbiddenBy(decl: McpDecl, tool: string): Entry | undefined {
  const option = (key: string): Entry | undefined => decl.options.entries.find((entry) => entry.key.text === key);
  const names = (entry: Entry | undefined): readonly (string | undefined)[] | undefined =>
    entry?.value.kind === "ListExpr" ? entry.value.items.map(plainText) : undefined;
  if (names(option("deny"))?.includes(tool)) return option("deny");
  const own = objectIn(option("tools")?.value, tool);
  const denied = own?.entries.find(({ key, value }) => key.text === "deny" && value.kind === "BoolExpr" && value.value);
  if (denied !== undefined) return denied;
  const allowed = names(option("allow"));
  return allowed !== undefined && !allowed.includes(tool) ? option("allow") : undefined;
}
