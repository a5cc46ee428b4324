import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { BranchOptions } from "../graph/expressions.ts";
import { type BranchPlan, type Outcome, runBranches, winners } from "./branches.ts";
import { errorValue } from "./error-value.ts";
import { execute } from "./execute.ts";
import type { Frame } from "./frame.ts";
import { asCount, badValue } from "./values/kinds.ts";

/** Runs the branches of a `parallel` as its options say, and gives what each of them is to the program, in source order. */
export async function runWithOptions(
  branches: Pick<BranchPlan, "count" | "start" | "place">,
  options: { readonly max: number | undefined; readonly need: number | undefined } & Pick<BranchOptions, "onError">,
  frame: Frame,
): Promise<readonly Json[]> {
  const { max, need, onError } = options;
  if (need !== undefined && need > branches.count) {
    throw badValue(`\`need\` asks for ${need} successes of only ${branches.count} branches.`, branches.place, "Lower `need`, or start more branches.");
  }
  const outcomes = await runBranches({ ...branches, max, wanted: need ?? (onError === "fail" ? "all" : "any") }, frame);
  if (need !== undefined) {
    const won = winners(outcomes, need);
    return outcomes.map((outcome, index) => (won.has(index) ? valueOf(outcome) : null));
  }
  return outcomes.map((outcome) => (onError === "collect" ? collected(outcome) : valueOf(outcome)));
}

/** The options' expressions, which are executed before the block starts. */
export async function executeOptions(options: BranchOptions, frame: Frame): Promise<{ readonly max: number | undefined; readonly need: number | undefined }> {
  const max = options.max === undefined ? undefined : asCount(await execute(options.max, frame), "`max`", options.max.place);
  if (max === 0) throw badValue("`max` must be at least 1.", options.max?.place ?? "");
  const need = options.need === undefined ? undefined : asCount(await execute(options.need, frame), "`need`", options.need.place);
  return { max, need };
}

/** Null for a branch without a value. */
export function valueOf(outcome: Outcome | undefined): Json {
  return outcome?.ok ? outcome.value : null;
}

function collected(outcome: Outcome | undefined): Json {
  if (outcome?.ok) return { ok: true, value: outcome.value };
  return { ok: false, error: errorValue(outcome?.error ?? new RunError("cancelled", "The branch was not started.")) };
}
