import { suggest } from "../../diagnostics/suggest.ts";
import type * as ast from "../../syntax/ast.ts";
import { checkForm } from "../declarations/check-form.ts";
import type { Form } from "../declarations/form.ts";
import { listed, plainWord } from "../declarations/values.ts";
import { type Env, int, unknown } from "../env.ts";
import { check } from "./expression.ts";

export interface BranchOptions {
  /** Undefined where the word is wrong: what becomes of a failed branch is then not known. */
  readonly onError: "fail" | "continue" | "collect" | undefined;
  readonly need: ast.Expr | undefined;
}

const onError: Form = { of: "word", words: ["fail", "continue", "collect"] };
const duration: Form = { of: "duration" };

/** Reads the options of `parallel(…)` and `race(…)`; `allowed` are the names that this block takes. */
export function readBranchOptions(args: readonly ast.Arg[], block: string, allowed: readonly string[], env: Env): BranchOptions {
  const { report } = env.context;
  const seen = new Map<string, ast.Arg>();
  for (const arg of args) {
    const name = optionOf(arg, args, block, allowed, env);
    const first = name === undefined ? undefined : seen.get(name);
    if (name === undefined) check(arg.value, env, { type: unknown });
    else if (first !== undefined) {
      report({
        code: "T308",
        message: `\`${name}\` is written twice.`,
        span: arg,
        hint: "Keep one of the two.",
        related: [{ span: first, message: "the first one" }],
      });
    } else {
      seen.set(name, arg);
      checkOption(name, arg.value, block, env);
    }
  }
  const need = seen.get("need");
  const policy = seen.get("on_error");
  if (need !== undefined && policy !== undefined) {
    const related = [{ span: policy, message: "`on_error` is here" }];
    report({ code: "T411", message: "`need` says what becomes of failures, so `on_error` has no say.", span: need, hint: "Keep one of the two.", related });
  }
  const word = policy === undefined ? "fail" : plainWord(policy.value);
  return { onError: word === "continue" || word === "collect" || word === "fail" ? word : undefined, need: need?.value };
}

/** The option that an argument sets, or the one that was meant where no other argument sets that. */
function optionOf(arg: ast.Arg, args: readonly ast.Arg[], block: string, allowed: readonly string[], env: Env): string | undefined {
  const name = arg.name?.text;
  if (name !== undefined && allowed.includes(name)) return name;
  const near = name === undefined ? undefined : suggest(name, allowed);
  const message = name === undefined ? `Options of \`${block}\` are named.` : `\`${block}\` has no option "${name}".`;
  const hint = near === undefined ? `It takes ${listed(allowed, "and")}.` : `Did you mean "${near}"?`;
  env.context.report({ code: "T340", message, span: arg.name ?? arg, hint });
  return args.some((other) => other.name?.text === near) ? undefined : near;
}

function checkOption(name: string, value: ast.Expr, block: string, env: Env): void {
  if (name === "on_error" || name === "timeout") {
    checkForm(value, name === "on_error" ? onError : duration, { context: env.context, key: name });
    return;
  }
  check(value, env, { type: int, what: `\`${name}\` of \`${block}\`` });
  if (value.kind === "NumberExpr" && value.value < 1) {
    env.context.report({ code: "T341", message: `\`${name}\` of \`${block}\` is 1 or more.`, span: value, hint: `Write \`${name}: 1\`, or leave it out.` });
  }
}
