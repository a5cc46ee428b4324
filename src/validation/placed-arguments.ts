import type * as ast from "../syntax/ast.ts";
import type { ParamInfo } from "./checked.ts";
import { type Env, unknown } from "./env.ts";
import { infer } from "./expressions/expression.ts";
import { fits, withoutNull } from "./fits.ts";
import { mismatch } from "./mismatch.ts";
import { spell } from "./spell.ts";
import type { Type } from "./types.ts";

/** An argument without a name, and the parameter that it goes to. */
export interface PlacedArg {
  readonly arg: ast.Arg;
  readonly param: ParamInfo;
  /** Undefined of a list or an object that is written out: it is looked at when its parameter is known, which says what it is. */
  readonly type: Type | undefined;
}

/** A parameter that was forgotten, and what stands in its place. */
export interface Skipped {
  readonly param: ParamInfo;
  readonly by: PlacedArg;
}

/**
 * The arguments without a name at the parameters of their places. Where one does not fit, and all would fit if its parameter
 * were skipped, that is what was meant: one mistake, not one for every argument behind it.
 */
export function placeArgs(
  args: readonly ast.Arg[],
  params: readonly ParamInfo[],
  named: ReadonlySet<string>,
  env: Env,
): { readonly placed: readonly PlacedArg[]; readonly skipped?: Skipped } {
  const placed = args.flatMap((arg, index): readonly PlacedArg[] => {
    const param = params[index];
    if (param === undefined) return [];
    return [{ arg, param, type: isWrittenOut(arg.value) ? undefined : infer(arg.value, env, { type: param.type }) }];
  });
  const at = placed.findIndex((one) => !isFit(one));
  const param = params[at];
  if (param === undefined || args.length >= params.length) return { placed };
  const meant = placed.map((one, index) => ({ ...one, param: index < at ? one.param : (params[index + 1] ?? one.param) }));
  const by = meant[at];
  const fit = meant.slice(at).every((one) => isFit(one) && !named.has(one.param.name));
  return by !== undefined && fit ? { placed: meant, skipped: { param, by } } : { placed };
}

function isWrittenOut(value: ast.Expr): boolean {
  return value.kind === "ListExpr" || value.kind === "ObjectExpr";
}

function isFit({ arg, param, type }: PlacedArg): boolean {
  if (type !== undefined) return fits(type, param.type);
  const wanted = withoutNull(param.type).kind;
  if (wanted === "json" || wanted === "unknown") return true;
  return arg.value.kind === "ListExpr" ? wanted === "list" : wanted === "record" || wanted === "union" || wanted === "map";
}

/** Says that a parameter was skipped: it is missing, or has a default, or is `given` by its name behind the others. */
export function reportSkipped({ param, by }: Skipped, placed: readonly PlacedArg[], given: ast.Arg | undefined, callee: string, env: Env): void {
  const { report } = env.context;
  const what = `"${param.name}" of "${callee}"`;
  const hint = `Name what it is for: \`${by.param.name}: ${shown(by.arg, env)}\`.`;
  if (given !== undefined) {
    const related = [{ span: by.arg, message: "the first one" }];
    report({ code: "T308", message: `"${callee}" is given "${param.name}" twice.`, span: given, hint, related });
  } else if (param.required) {
    const [before, behind] = [placed.slice(0, placed.indexOf(by)), placed.slice(placed.indexOf(by))];
    const call = [...before.map(({ arg }) => shown(arg, env)), "…", ...behind.map(({ arg }) => shown(arg, env))].join(", ");
    report({
      code: "T305",
      message: `"${callee}" is not given "${param.name}": what stands in its place is for "${by.param.name}".`,
      span: by.arg,
      hint: `Put a \`${spell(param.type)}\` before it: \`${callee}(${call})\`.`,
    });
  } else report({ ...mismatch(by.arg.value, by.type ?? unknown, param.type, what), hint });
}

/** An argument as it was written, where that is short. */
function shown({ value }: ast.Arg, env: Env): string {
  const text = env.context.source.text.slice(value.start, value.end);
  return text.length > 24 || /[\n`]/.test(text) ? "…" : text;
}
