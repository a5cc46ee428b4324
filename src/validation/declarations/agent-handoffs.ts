import { countLeading } from "../../diagnostics/system-places.ts";
import type { AgentDecl, Arg, Entry, Expr, NameExpr, Node } from "../../syntax/ast.ts";
import type { ParamInfo } from "../checked.ts";
import type { FileContext } from "../context.ts";
import { namesIn } from "../names-in.ts";
import type { AgentFacts } from "./agent.ts";
import { unfit } from "./check-form.ts";
import { nameOfValue } from "./values.ts";

/** `handoffs: [billing, planning(profile)]`: agents that may take over, with what their `system` reads bound in the list. */
export function checkHandoffs(entry: Entry, agent: AgentFacts, context: FileContext): void {
  const { value } = entry;
  if (value.kind === "ErrorExpr") return;
  if (value.kind !== "ListExpr") {
    unfit(value, { of: "list", item: { of: "name", kinds: ["AgentDecl"], want: "an agent" } }, { context, key: entry.key.text, entry });
    return;
  }
  const seen = new Map<string, Expr>();
  for (const item of value.items) {
    const name = item.kind === "NameExpr" ? item : item.kind === "CallExpr" && item.callee.kind === "NameExpr" ? item.callee : undefined;
    if (name === undefined) {
      if (item.kind === "ErrorExpr") continue;
      const hint = "Write the name of an agent, with arguments where its `system` reads some: `planning(profile)`.";
      context.report({ code: "T444", message: `A handoff names an agent, not ${nameOfValue(item)}.`, span: item, hint });
      continue;
    }
    const taker = context.resolve(name, ["AgentDecl"], "an agent");
    if (taker === undefined) continue;
    const first = seen.get(taker.key);
    if (first !== undefined) {
      const related = [{ span: first, message: "the first one" }];
      context.report({ code: "T440", message: `The handoff to "${name.name}" is listed twice.`, span: item, hint: "Leave one of the two out.", related });
      continue;
    }
    seen.set(taker.key, item);
    const params = context.signature(taker.key)?.params ?? [];
    const bound = item.kind === "CallExpr" ? bindArguments(item, params, agent, context) : new Map<string, Expr>();
    if (item.kind === "CallExpr") context.recordCall(item, { of: "agent", key: taker.key, args: bound });
    checkBound(name, taker.decl, params, bound, context);
  }
}

/** What each parameter is given. Arguments that fit none are reported. */
function bindArguments(
  call: Expr & { readonly kind: "CallExpr" },
  params: readonly ParamInfo[],
  agent: AgentFacts,
  context: FileContext,
): ReadonlyMap<string, Expr> {
  const bound = new Map<string, Expr>();
  call.args.forEach((arg, index) => {
    const param = arg.name === undefined ? params[index] : params.find((one) => one.name === arg.name?.text);
    if (param === undefined || bound.has(param.name)) {
      reportArgument(arg, call, params, param !== undefined, context);
      context.pure(arg.value, agent.scope);
      return;
    }
    context.pure(arg.value, agent.scope, param.type);
    bound.set(param.name, arg.value);
  });
  return bound;
}

function reportArgument(arg: Arg, call: Expr & { readonly kind: "CallExpr" }, params: readonly ParamInfo[], twice: boolean, context: FileContext): void {
  const agent = call.callee.kind === "NameExpr" ? call.callee.name : "the agent";
  const takes = params.length === 0 ? "takes nothing" : `takes ${params.map((param) => `"${param.name}"`).join(", ")}`;
  const what = arg.name === undefined ? "this argument" : `"${arg.name.text}"`;
  const message = twice ? `"${agent}" is given ${what} twice.` : `"${agent}" has no place for ${what}: it ${takes}.`;
  context.report({ code: "T444", message, span: arg.name ?? arg, hint: "Leave it out, or give it to a parameter by name." });
}

/** A taker's `prompt` is not sent. Whatever else of it reads a parameter must find it bound, or with a default. */
function checkBound(at: NameExpr, taker: AgentDecl, params: readonly ParamInfo[], bound: ReadonlyMap<string, Expr>, context: FileContext): void {
  const read = readBesidePrompt(taker);
  const missing = params.filter((param) => param.required && read.has(param.name) && !bound.has(param.name));
  const [first] = missing;
  if (first === undefined) return;
  context.report({
    code: "T445",
    message: `The \`${read.get(first.name)}\` of "${at.name}" reads "${first.name}", and the handoff does not bind it.`,
    span: at,
    hint: `Write \`${at.name}(${missing.map((param) => `${param.name}: …`).join(", ")})\`.`,
  });
}

/** Every name that is read in an agent but for its messages of the user, with the option that reads it first. */
function readBesidePrompt({ members }: AgentDecl): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  const note = (node: Node, option: string): void => {
    for (const name of namesIn(node)) if (!read.has(name)) read.set(name, option);
  };
  for (const member of members) {
    const option = member.key.text;
    if (member.kind === "MessagesEntry") {
      const head = countLeading(member.messages.map(({ role }) => role));
      for (const { text } of member.messages.slice(0, head)) note(text, "system");
    } else if (option !== "prompt") note(member.value, option);
  }
  return read;
}
