import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { callGraphOf } from "./call-graph.ts";
import type { Rule, WholeProgram } from "./rule.ts";
import { acyclicCalls } from "./rules/acyclic-calls.ts";
import { budgetsWithBounds } from "./rules/budgets-with-bounds.ts";
import { fittingParameters } from "./rules/fitting-parameters.ts";
import { fittingReplies } from "./rules/fitting-replies.ts";
import { handoffsAgree } from "./rules/handoffs-agree.ts";
import { handoffsWithoutCalls } from "./rules/handoffs-without-calls.ts";
import { marksThatCount } from "./rules/marks-that-count.ts";
import { modelsEnd } from "./rules/models-end.ts";
import { offeredModes } from "./rules/offered-modes.ts";
import { placedSystemTexts } from "./rules/placed-system-texts.ts";
import { repairBeforeRetry } from "./rules/repair-before-retry.ts";
import { repliesToldApart } from "./rules/replies-told-apart.ts";
import { sentKeywords } from "./rules/sent-keywords.ts";
import { testsThatTell } from "./rules/tests-that-tell.ts";

/** What the whole program must fulfil, looked at in this order once every file has been checked. */
const rules: readonly Rule[] = [
  modelsEnd,
  acyclicCalls,
  handoffsWithoutCalls,
  handoffsAgree,
  fittingParameters,
  offeredModes,
  placedSystemTexts,
  marksThatCount,
  sentKeywords,
  repairBeforeRetry,
  budgetsWithBounds,
  fittingReplies,
  repliesToldApart,
  testsThatTell,
];

/** What is wrong with the whole of a program whose files have all been checked. */
export function* brokenRules(program: WholeProgram): Iterable<Diagnostic> {
  const calls = callGraphOf(program);
  for (const rule of rules) yield* rule(program, calls);
}
