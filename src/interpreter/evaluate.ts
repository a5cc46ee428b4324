import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { Expr, ExprKind, ExprOf } from "../graph/expressions.ts";
import { evaluateBinary } from "./evaluators/binary.ts";
import { evaluateBlock } from "./evaluators/block.ts";
import { evaluateCatch } from "./evaluators/catch.ts";
import { evaluateFail } from "./evaluators/fail.ts";
import { evaluateFor } from "./evaluators/for.ts";
import { evaluateIf } from "./evaluators/if.ts";
import { evaluateMatch } from "./evaluators/match.ts";
import { evaluateRepeat } from "./evaluators/repeat.ts";
import { evaluateText } from "./evaluators/text.ts";
import type { Program } from "./program.ts";
import { type StrictKind, strict } from "./strict.ts";
import type { Variables } from "./variables.ts";

/**
 * The value of an expression that cannot wait: of prompts, conditions, arguments, all that lies between the calls of a
 * workflow. At once, without promises and without events. Throws `RunError` (`bad_value`, `failed`) at the place of the
 * expression that has none; `return` and `break` leave as signals. What has no value (a block of `let`s, `repeat`) gives null.
 */
export function evaluate(expr: Expr, variables: Variables, program: Program): Json {
  program.visit?.(expr);
  const evaluator = evaluators[expr.kind] as Evaluator<ExprKind>;
  return evaluator(expr, variables, program);
}

export type Evaluator<K extends ExprKind> = (node: ExprOf<K>, variables: Variables, program: Program) => Json;

const evaluators: { readonly [K in ExprKind]: Evaluator<K> } = {
  literal: ({ value }) => value,
  read: ({ name }, variables) => variables.get(name),
  model: ({ key }) => key,
  text: evaluateText,
  list: parts("list"),
  object: parts("object"),
  member: parts("member"),
  index: parts("index"),
  unary: parts("unary"),
  function: parts("function"),
  template_call: parts("template_call"),
  binary: evaluateBinary,
  block: evaluateBlock,
  if: evaluateIf,
  match: evaluateMatch,
  catch: evaluateCatch,
  fail: evaluateFail,
  for: evaluateFor,
  repeat: evaluateRepeat,
  agent_call: waiting,
  tool_call: waiting,
  mcp_call: waiting,
  workflow_call: waiting,
  parallel: waiting,
  parallel_for: waiting,
  race: waiting,
  ask: waiting,
  chat: waiting,
  chat_send: waiting,
  chat_add: waiting,
  chat_messages: waiting,
  fork: waiting,
};

function parts<K extends StrictKind>(kind: K): Evaluator<K> {
  return (node, variables, program) => {
    const { parts, value } = strict[kind];
    return value(
      node,
      parts(node).map((part) => evaluate(part, variables, program)),
      program,
    );
  };
}

/** A compiled program has these in workflows only, where the run executes them. */
function waiting({ kind, place }: Expr): never {
  throw new RunError("internal", `The graph has a "${kind}" where nothing can wait.`, { code: "T624", place });
}
