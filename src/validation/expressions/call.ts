import { suggest } from "../../diagnostics/suggest.ts";
import type * as ast from "../../syntax/ast.ts";
import { bindArgs } from "../arguments.ts";
import { canBeCalled } from "../can-be-called.ts";
import { checkOptions } from "../declarations/check-options.ts";
import type { OptionTable } from "../declarations/form.ts";
import { checkServerArguments, lockedTool } from "../declarations/locked-tools.ts";
import { forbiddenBy } from "../declarations/mcp.ts";
import { checkModelChoice } from "../declarations/model-choice.ts";
import { budgetOption, retryOption, timeoutOption } from "../declarations/references.ts";
import { type Env, json, unknown } from "../env.ts";
import { checkLibraryCall, findLibraryFunction, libraryNames } from "../library.ts";
import { named } from "../mismatch.ts";
import type { DeclSymbol } from "../program.ts";
import { findVariable } from "../scope.ts";
import { isCallable } from "../signatures.ts";
import type { Type } from "../types.ts";
import { sortOf } from "../words.ts";
import { chatOf, checkFork, checkMethod } from "./chat.ts";
import { check } from "./expression.ts";
import { reportImpure } from "./pure.ts";

export function checkCall(call: ast.CallExpr, env: Env): Type {
  const { callee } = call;
  if (callee.kind === "NameExpr") return checkNamedCall(call, callee, env);
  if (callee.kind === "MemberExpr") return checkMemberCall(call, callee, env);
  const type = check(callee, env);
  skipArgs(call, env);
  if (type.kind !== "unknown")
    env.context.report({
      code: "T218",
      message: "Only declarations and functions can be called.",
      span: callee,
      hint: "Write the name of an agent, a tool, a template, a workflow or a function.",
    });
  return unknown;
}

function checkNamedCall(call: ast.CallExpr, callee: ast.NameExpr, env: Env): Type {
  const { context } = env;
  const decl = context.lookup(callee.name);
  if (decl !== undefined) {
    context.program.resolved.set(callee, decl);
    return callDeclaration(call, callee, decl, env);
  }
  if (callee.name === "fork") return checkFork(call, env);
  const library = findLibraryFunction(callee.name, env);
  if (library !== undefined) {
    context.program.resolved.set(callee, { of: "function", name: callee.name });
    return checkLibraryCall(call, callee.name, library, env);
  }
  for (const arg of call.args) {
    // The argument of `calls(writer)` is fine, only its place is not.
    const names = inTestsOnly(callee.name) && arg.value.kind === "NameExpr" && context.lookup(arg.value.name) !== undefined;
    if (!names) check(arg.value, env, { type: unknown });
  }
  if (!context.table.imported.has(callee.name) && callee.name !== "") reportNoCallee(callee, env);
  return unknown;
}

function callDeclaration(call: ast.CallExpr, callee: ast.NameExpr, symbol: DeclSymbol, env: Env): Type {
  const { context } = env;
  const { decl } = symbol;
  const name = `"${callee.name}"`;
  if (!isCallable(decl)) {
    skipArgs(call, env);
    const hint =
      decl.kind === "TypeDecl"
        ? `Write an object where a ${name} is wanted, or check one: \`as(x, ${callee.name})\`.`
        : decl.kind === "ProviderDecl" || decl.kind === "ModelDecl"
          ? "Call an agent that uses it."
          : "Write the name of an agent, a tool, a template or a workflow.";
    context.report({
      code: "T218",
      message: `${name} is ${sortOf[decl.kind]}, which cannot be called.`,
      span: callee,
      hint,
      related: [{ file: symbol.file, span: decl.name, message: "declared here" }],
    });
    return unknown;
  }
  const signature = context.signature(symbol.key);
  const args = bindArgs(call.args, signature?.params, callee.name, { start: call.start, end: call.end }, env);
  const impure = decl.kind !== "TemplateDecl" && env.body.sort === "pure";
  if (impure) reportImpure(callee, `A call of ${sortOf[decl.kind]}`, env);
  if (decl.kind === "AgentDecl" && !canBeCalled(decl)) {
    context.report({
      code: "T442",
      message: `The agent ${name} has no \`prompt\`, so it can only be talked to.`,
      span: callee,
      hint: `Give it a \`prompt\`, or talk to it: \`let c = chat ${callee.name}(…)\`.`,
      related: [{ file: symbol.file, span: decl.name, message: "declared here" }],
    });
  }
  const of = ({ TemplateDecl: "template", ToolDecl: "tool", AgentDecl: "agent", WorkflowDecl: "workflow" } as const)[decl.kind];
  context.program.calls.set(call, { of, key: symbol.key, args });
  return impure ? unknown : (signature?.result ?? unknown);
}

function checkMemberCall(call: ast.CallExpr, callee: ast.MemberExpr, env: Env): Type {
  const { context } = env;
  const chat = chatOf(callee.object, env);
  if (chat !== undefined) return checkMethod(call, callee, chat, env);
  const server = callee.object.kind === "NameExpr" && findVariable(env.scope, callee.object.name) === undefined ? context.find(callee.object.name) : undefined;
  if (server?.decl.kind === "McpDecl" && callee.object.kind === "NameExpr") return callServer(call, callee, callee.object, server.decl, env);
  if (server !== undefined && server.decl.kind !== "McpDecl") {
    context.lookup(server.decl.name.text);
    skipArgs(call, env);
    context.report({
      code: "T218",
      message: `${named(callee.object)} is ${sortOf[server.decl.kind]}, which has no parts to call.`,
      span: callee.name,
      hint: "Call it itself, or a tool of an mcp server.",
    });
    return unknown;
  }
  const object = check(callee.object, env);
  skipArgs(call, env);
  const method = callee.name.text;
  if (object.kind === "unknown" || method === "") return unknown;
  const near = findLibraryFunction(method, env) !== undefined ? method : suggest(method, libraryNames(env));
  context.report({
    code: "T218",
    message: "Values have no methods.",
    span: callee.name,
    hint:
      near === undefined
        ? "Write the function's name and the value in parentheses: `len(xs)`."
        : `Write \`${near}(${callee.object.kind === "NameExpr" ? callee.object.name : "…"}${call.args.length > 0 ? ", …" : ""})\`.`,
  });
  return unknown;
}

/** A call of a server's tool: arguments by name, JSON in and out. */
function callServer(call: ast.CallExpr, callee: ast.MemberExpr, object: ast.NameExpr, decl: ast.McpDecl, env: Env): Type {
  const { context } = env;
  const server = context.lookup(object.name);
  if (server === undefined) return unknown;
  context.program.resolved.set(object, server);
  const tool = callee.name.text;
  const args = new Map<string, ast.Expr>();
  for (const arg of call.args) {
    check(arg.value, env, { type: json, what: arg.name === undefined ? undefined : `"${arg.name.text}"` });
    if (arg.name === undefined)
      context.report({
        code: "T306",
        message: `Arguments of "${object.name}.${tool}" are named.`,
        span: arg,
        hint: "Write `NAME: …` with a name that the server knows.",
      });
    else if (args.has(arg.name.text))
      context.report({
        code: "T308",
        message: `"${object.name}.${tool}" is given "${arg.name.text}" twice.`,
        span: arg,
        hint: "Leave one of the two out.",
      });
    else args.set(arg.name.text, arg.value);
  }
  const forbidden = forbiddenBy(decl, tool);
  if (forbidden !== undefined) {
    context.report({
      code: "T443",
      message: `"${object.name}" does not let "${tool}" be called.`,
      span: callee.name,
      hint: "Allow it where the server is declared.",
      related: [{ file: server.file, span: forbidden, message: "forbidden here" }],
    });
  } else {
    const locked = lockedTool(server.key, object.name, callee.name, context);
    if (locked !== undefined) checkServerArguments(call, locked, `${object.name}.${tool}`, context);
  }
  if (env.body.sort === "pure") reportImpure(callee, "A call of a tool", env);
  context.program.calls.set(call, { of: "mcp", key: server.key, tool, args });
  return env.body.sort === "pure" ? unknown : json;
}

function reportNoCallee(callee: ast.NameExpr, env: Env): void {
  const { context } = env;
  const { name } = callee;
  const held = env.scope.lookup(name);
  if (held !== undefined) {
    context.program.resolved.set(callee, held);
    context.report({
      code: "T218",
      message: `"${name}" is a value, which cannot be called.`,
      span: callee,
      hint: "Write the name of an agent, a tool, a template, a workflow or a function.",
    });
    return;
  }
  const names = [...context.table.declared.keys(), ...context.table.imported.keys()].filter((one) => {
    const decl = context.find(one)?.decl;
    return decl !== undefined && isCallable(decl);
  });
  const near = suggest(name, [...names, ...libraryNames(env)]);
  const decl = near === undefined ? undefined : context.lookup(near)?.decl;
  const onlyInTests = inTestsOnly(name);
  context.report({
    code: onlyInTests ? "T220" : "T217",
    message: onlyInTests ? `\`${name}\` is known in tests only.` : `There is nothing called "${name}" to call.`,
    span: callee,
    hint: onlyInTests
      ? "Call it in an `expect` of a `test`."
      : near === undefined
        ? `Declare it, or import it: \`import { ${name} } from "./…"\`.`
        : decl === undefined
          ? `Did you mean "${near}"?`
          : `There is ${sortOf[decl.kind]} "${near}": did you mean that?`,
  });
}

function inTestsOnly(name: string): boolean {
  return name === "calls" || name === "prompt" || name === "failed_checks";
}

function skipArgs(call: ast.CallExpr, env: Env): void {
  for (const arg of call.args) check(arg.value, env, { type: unknown });
}

/** `f(x) with { … }`: what may be set depends on what is called. */
export function checkWith(expr: ast.WithExpr, env: Env): Type {
  const { context } = env;
  const type = check(expr.expr, env);
  const call = expr.expr;
  const resolved = call.kind === "CallExpr" ? context.program.calls.get(call) : undefined;
  const model = { form: { of: "own", check: (value: ast.Expr) => checkModelChoice(value, env.scope, context) } } as const;
  const agentOptions: OptionTable = { model, retry: retryOption, timeout: timeoutOption, budget: budgetOption };
  const tables: { readonly [of: string]: OptionTable } = {
    agent: agentOptions,
    workflow: { timeout: timeoutOption, budget: budgetOption },
    tool: { timeout: timeoutOption },
    mcp: { timeout: timeoutOption },
  };
  const sends = resolved?.of === "chat" && (resolved.method === "send" || resolved.method === "continue");
  const table = sends ? agentOptions : resolved === undefined ? undefined : tables[resolved.of];
  if (table !== undefined) {
    checkOptions(expr.options.entries, table, { what: "This call", at: expr.options }, context);
    return type;
  }
  if (type.kind !== "unknown") {
    context.report({
      code: "T340",
      message: "`with` sets options of a call of an agent, a tool or a workflow, and this is none.",
      span: expr.options,
      hint: "Leave the `with` out.",
    });
  }
  return type;
}
