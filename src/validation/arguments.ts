import type { Span } from "../diagnostics/span.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import type { ParamInfo } from "./checked.ts";
import { type Env, unknown } from "./env.ts";
import { checkValue, holdValue, type Want } from "./expressions/expression.ts";
import { placeArgs, reportSkipped } from "./placed-arguments.ts";
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
  if (params === undefined) {
    for (const arg of args) checkValue(arg.value, env, { type: unknown });
    return new Map();
  }
  const firstNamed = args.findIndex((arg) => arg.name !== undefined);
  const leading = firstNamed < 0 ? args : args.slice(0, firstNamed);
  const named = new Set(args.flatMap((arg) => arg.name?.text ?? []));
  const { placed, skipped } = placeArgs(leading, params, named, env);
  const bound = new Map<string, ast.Expr>();
  const missing = new Set(params.filter((param) => param.required).map((param) => param.name));
  const bind = (param: ParamInfo, arg: ast.Arg): Want => {
    bound.set(param.name, arg.value);
    missing.delete(param.name);
    return { type: param.type, what: `"${param.name}" of "${callee}"` };
  };
  for (const { arg, param, type } of placed) {
    if (type === undefined) checkValue(arg.value, env, bind(param, arg));
    else holdValue(arg.value, type, env, bind(param, arg));
  }
  const surplus = leading.slice(placed.length);
  if (surplus[0] !== undefined) reportTooMany(surplus[0], args, params, callee, env);
  for (const arg of surplus) checkValue(arg.value, env, { type: unknown });
  for (const [index, arg] of args.entries()) {
    if (index < leading.length) continue;
    const param = arg.name === undefined ? params[index] : params.find((one) => one.name === arg.name?.text);
    const first = param === undefined ? undefined : bound.get(param.name);
    if (arg.name !== undefined && param !== undefined && first === undefined) {
      checkValue(arg.value, env, bind(param, arg));
      if (param === skipped?.param) reportSkipped(skipped, placed, arg, callee, env);
      continue;
    }
    checkValue(arg.value, env, { type: unknown });
    if (param !== undefined) missing.delete(param.name);
    if (arg.name === undefined) reportOrder(arg, args[leading.length] ?? arg, params, callee, env);
    else if (param === undefined || first === undefined) reportUnknown(arg.name, params, named, missing, callee, env);
    else reportTwice(arg, first, param, callee, env);
  }
  const others = [...missing].filter((name) => name !== skipped?.param.name);
  if (skipped !== undefined && !bound.has(skipped.param.name) && others.length === 0) reportSkipped(skipped, placed, undefined, callee, env);
  else if (missing.size > 0) reportMissing(missing, params, callee, at, env);
  return bound;
}

function reportTwice(arg: ast.Arg, first: ast.Expr, param: ParamInfo, callee: string, env: Env): void {
  const related = [{ span: first, message: "the first one" }];
  env.context.report({ code: "T308", message: `"${callee}" is given "${param.name}" twice.`, span: arg, hint: "Leave one of the two out.", related });
}

function reportOrder(arg: ast.Arg, first: ast.Arg, params: readonly ParamInfo[], callee: string, env: Env): void {
  const index = params.findIndex((param) => param.name === first.name?.text);
  const next = params[index + 1]?.name;
  env.context.report({
    code: "T309",
    message: `An argument of "${callee}" without a name stands behind one with a name.`,
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
    message: `"${callee}" has no parameter "${name.text}".`,
    span: name,
    hint: near === undefined ? takes(params) : `Did you mean "${near}"?`,
  });
}

function reportTooMany(arg: ast.Arg, args: readonly ast.Arg[], params: readonly ParamInfo[], callee: string, env: Env): void {
  const positional = args.filter((one) => one.name === undefined).length;
  env.context.report({
    code: "T307",
    message: `"${callee}" takes ${params.length === 0 ? "no arguments" : counted(params.length, "argument")}, not ${positional}.`,
    span: arg,
    hint: params.length === 0 ? "Leave it out." : takes(params),
  });
}

function reportMissing(missing: ReadonlySet<string>, params: readonly ParamInfo[], callee: string, at: Span, env: Env): void {
  const names = [...missing].map((name) => `"${name}"`);
  const shown = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const add = params.filter((param) => missing.has(param.name)).map((param) => `\`${param.name}: …\` (\`${spell(param.type)}\`)`);
  env.context.report({ code: "T305", message: `"${callee}" is not given ${shown}.`, span: at, hint: `Add ${add.join(", ")}.` });
}

function takes(params: readonly ParamInfo[]): string {
  return params.length === 0 ? "It takes no arguments." : `It takes ${params.map((param) => `"${param.name}"`).join(", ")}.`;
}
