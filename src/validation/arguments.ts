import type { Span } from "../diagnostics/span.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import type { ParamInfo } from "./checked.ts";
import { type Env, unknown } from "./env.ts";
import { checkValue } from "./expressions/expression.ts";
import { spell } from "./spell.ts";
import { counted } from "./words.ts";

/**
 * The arguments of a call by parameter, in the order of writing; each is held to its parameter's type. What is missing,
 * unknown, too much or written twice is reported. `params` undefined: what is called is wrong already, and nothing more is said.
 */
export function bindArgs(
  args: readonly ast.Arg[],
  params: readonly ParamInfo[] | undefined,
  callee: string,
  at: Span,
  env: Env,
): ReadonlyMap<string, ast.Expr> {
  const bound = new Map<string, ast.Expr>();
  if (params === undefined) {
    for (const arg of args) checkValue(arg.value, env, { type: unknown });
    return bound;
  }
  const missing = new Set(params.filter((param) => param.required).map((param) => param.name));
  const named = new Set(args.flatMap((arg) => arg.name?.text ?? []));
  let firstNamed: ast.Arg | undefined;
  let tooMany = false;
  for (const [index, arg] of args.entries()) {
    const param = arg.name === undefined ? params[index] : params.find((one) => one.name === arg.name?.text);
    if (arg.name === undefined && firstNamed !== undefined) {
      reportOrder(arg, firstNamed, params, callee, env);
      if (param !== undefined) missing.delete(param.name);
      checkValue(arg.value, env, { type: unknown });
      continue;
    }
    if (arg.name !== undefined) firstNamed ??= arg;
    if (param === undefined) {
      checkValue(arg.value, env, { type: unknown });
      if (arg.name !== undefined) reportUnknown(arg.name, params, named, missing, callee, env);
      else if (!tooMany) reportTooMany(arg, args, params, callee, env);
      tooMany ||= arg.name === undefined;
      continue;
    }
    missing.delete(param.name);
    if (bound.has(param.name)) {
      checkValue(arg.value, env, { type: unknown });
      const first = bound.get(param.name);
      const related = first === undefined ? [] : [{ span: first, message: "the first one" }];
      env.context.report({ code: "T308", message: `${callee} is given \`${param.name}\` twice.`, span: arg, hint: "Leave one of the two out.", related });
      continue;
    }
    bound.set(param.name, arg.value);
    checkValue(arg.value, env, { type: param.type, what: `\`${param.name}\` of ${callee}` });
  }
  if (missing.size > 0) reportMissing(missing, params, callee, at, env);
  return bound;
}

function reportOrder(arg: ast.Arg, first: ast.Arg, params: readonly ParamInfo[], callee: string, env: Env): void {
  const index = params.findIndex((param) => param.name === first.name?.text);
  const next = params[index + 1]?.name;
  env.context.report({
    code: "T309",
    message: `An argument of ${callee} without a name stands behind one with a name.`,
    span: arg,
    hint: next === undefined ? "Put it before those with a name, or name it." : `Put it before those with a name, or name it: \`${next}: …\`.`,
    related: [{ span: first, message: "the named one" }],
  });
}

function reportUnknown(name: ast.Name, params: readonly ParamInfo[], given: ReadonlySet<string>, missing: Set<string>, callee: string, env: Env): void {
  const free = params.map((param) => param.name).filter((one) => !given.has(one));
  const near = suggest(name.text, free);
  // A parameter that was meant is not missing, too.
  if (near !== undefined) missing.delete(near);
  env.context.report({
    code: "T306",
    message: `${callee} has no parameter \`${name.text}\`.`,
    span: name,
    hint: near === undefined ? takes(params) : `Did you mean \`${near}\`?`,
  });
}

function reportTooMany(arg: ast.Arg, args: readonly ast.Arg[], params: readonly ParamInfo[], callee: string, env: Env): void {
  const positional = args.filter((one) => one.name === undefined).length;
  env.context.report({
    code: "T307",
    message: `${callee} takes ${params.length === 0 ? "no arguments" : counted(params.length, "argument")}, not ${positional}.`,
    span: arg,
    hint: params.length === 0 ? "Leave it out." : takes(params),
  });
}

function reportMissing(missing: ReadonlySet<string>, params: readonly ParamInfo[], callee: string, at: Span, env: Env): void {
  const names = [...missing].map((name) => `\`${name}\``);
  const shown = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const add = params.filter((param) => missing.has(param.name)).map((param) => `\`${param.name}: …\` (\`${spell(param.type)}\`)`);
  env.context.report({ code: "T305", message: `${callee} is not given ${shown}.`, span: at, hint: `Add ${add.join(", ")}.` });
}

function takes(params: readonly ParamInfo[]): string {
  return params.length === 0 ? "It takes no arguments." : `It takes ${params.map((param) => `\`${param.name}\``).join(", ")}.`;
}
