import type { Span } from "../../diagnostics/span.ts";
import type * as ast from "../../syntax/ast.ts";
import { bindArgs } from "../arguments.ts";
import type { ResolvedCall } from "../checked.ts";
import { type Env, string, unknown } from "../env.ts";
import { named } from "../mismatch.ts";
import type { VariableSymbol } from "../program.ts";
import { barriersBetween, findVariable } from "../scope.ts";
import type { Type } from "../types.ts";
import { check, infer } from "./expression.ts";
import { reportImpure } from "./pure.ts";

/** `chat analyst(args)`, `… from c`, `… session "…"`: a conversation. */
export function checkChat(expr: ast.ChatExpr, env: Env): Type {
  if (env.body.sort === "pure") {
    reportImpure(expr, "`chat`", env);
    return unknown;
  }
  const { context } = env;
  const agent = context.resolve(expr.agent, ["AgentDecl"], "an agent");
  const signature = agent === undefined ? undefined : context.signature(agent.key);
  bindArgs(expr.args, signature?.params, expr.agent.text, expr, env);
  if (expr.from !== undefined) {
    const from: ast.NameExpr = { kind: "NameExpr", name: expr.from.text, start: expr.from.start, end: expr.from.end };
    const type = infer(from, env);
    const symbol = context.program.resolved.get(from);
    if (symbol !== undefined) context.program.resolved.set(expr.from, symbol);
    if (type.kind === "chat") noteUse(expr.from.text, expr.from, true, env);
    else if (type.kind !== "unknown")
      context.report({
        code: "T338",
        message: `"${expr.from.text}" is no conversation.`,
        span: expr.from,
        hint: "Write the name of one that a `chat` made.",
      });
  }
  if (expr.session !== undefined) check(expr.session, env, { type: string, what: "The name of a session" });
  return agent === undefined ? unknown : { kind: "chat", agent: agent.key };
}

/** The conversation that a name holds, or undefined. Counts as a use. */
export function chatOf(expr: ast.Expr, env: Env): { readonly symbol: VariableSymbol; readonly agent: string } | undefined {
  if (expr.kind !== "NameExpr") return undefined;
  const type = findVariable(env.scope, expr.name)?.variable.symbol.type;
  if (type?.kind !== "chat") return undefined;
  const symbol = env.scope.lookup(expr.name);
  return symbol === undefined ? undefined : { symbol, agent: type.agent };
}

/** `c.send("…")`, `c.add(user: "…")`, `c.continue()`. */
export function checkMethod(call: ast.CallExpr, callee: ast.MemberExpr, chat: { readonly agent: string }, env: Env): Type {
  const { context } = env;
  const name = callee.object.kind === "NameExpr" ? callee.object.name : "";
  const method = callee.name.text;
  infer(callee.object, env);
  noteUse(name, callee.object, false, env);
  if (method !== "send" && method !== "add" && method !== "continue") {
    for (const arg of call.args) check(arg.value, env, { type: unknown });
    context.report({
      code: "T218",
      message: `A conversation cannot \`${method}\`.`,
      span: callee.name,
      hint: "It has `.send(…)`, `.add(…)`, `.continue()` and `.messages`.",
    });
    return unknown;
  }
  const args = new Map<string, ast.Expr>();
  for (const arg of call.args) readMethodArg(arg, method, args, env);
  const wanted = { send: 'send("…")', add: 'add(user: "…")', continue: "continue()" }[method];
  if (args.size === 0 && call.args.length === 0 && method !== "continue") {
    context.report({ code: "T305", message: `\`.${method}\` is not told what to say.`, span: call, hint: `Write \`${name}.${wanted}\`.` });
  }
  const resolved: ResolvedCall = { of: "chat", method, chat: name, args };
  context.program.calls.set(call, resolved);
  if (method === "add") return { kind: "none" };
  return context.signature(chat.agent)?.result ?? unknown;
}

function readMethodArg(arg: ast.Arg, method: "send" | "add" | "continue", args: Map<string, ast.Expr>, env: Env): void {
  const { report } = env.context;
  const key = method === "send" && arg.name === undefined ? "text" : (arg.name?.text ?? "");
  const known = method === "send" ? ["text"] : method === "add" ? ["user", "assistant", "system"] : [];
  check(arg.value, env, known.includes(key) ? { type: string, what: `What \`.${method}\` says` } : { type: unknown });
  if (known.includes(key) && args.size === 0) {
    args.set(key, arg.value);
    return;
  }
  const hint =
    method === "add"
      ? 'Write `.add(user: "…")`, `.add(assistant: "…")` or `.add(system: "…")`.'
      : method === "send"
        ? 'Write `.send("…")` with one text.'
        : "Write `.continue()`.";
  report({
    code: known.includes(key) ? "T307" : "T306",
    message: `\`.${method}\` takes ${method === "continue" ? "no arguments" : "one text"}.`,
    span: arg,
    hint,
  });
}

/** `fork(c)`: a copy of a conversation. */
export function checkFork(call: ast.CallExpr, env: Env): Type {
  const { context } = env;
  const [arg, ...more] = call.args;
  const type = arg === undefined ? unknown : infer(arg.value, env);
  if (arg !== undefined && type.kind === "chat" && more.length === 0 && arg.value.kind === "NameExpr") {
    noteUse(arg.value.name, arg.value, true, env);
    context.program.calls.set(call, { of: "chat", method: "fork", chat: arg.value.name, args: new Map() });
    return type;
  }
  for (const one of more) check(one.value, env, { type: unknown });
  if (type.kind !== "unknown" || arg === undefined) {
    const message = arg === undefined ? "`fork` copies a conversation, and none is named." : `\`fork\` copies a conversation, and ${named(arg.value)} is none.`;
    context.report({ code: "T338", message, span: arg ?? call, hint: "Write `fork(c)` with the name of one that a `chat` made." });
  }
  return unknown;
}

/** Notes that a branch uses a conversation or copies it, and reports where another branch uses it at the same time. */
function noteUse(name: string, at: Span, copies: boolean, env: Env): void {
  const found = findVariable(env.scope, name);
  if (found === undefined) return;
  for (const { of, index } of barriersBetween(env.scope, found.scope)) {
    const uses = env.body.chats.get(of) ?? [];
    env.body.chats.set(of, uses);
    const others = uses.filter((use) => use.name === found.variable.name && (use.index !== index || index === undefined));
    const clash = (index === undefined && !copies) || others.some((use) => !use.copies || !copies);
    uses.push({ name: found.variable.name, index, copies });
    if (!clash || others.some((use) => use.reported === true)) continue;
    for (const use of uses) use.reported = true;
    env.context.report({
      code: "T412",
      message: `Several branches use the conversation "${name}" at the same time.`,
      span: at,
      hint: `Give each branch a copy that was made before: \`let own = fork(${name})\`.`,
      related: [{ span: found.variable.name, message: "the conversation" }],
    });
    return;
  }
}
