import type { AgentSpec, OutputSpec } from "../agent/spec.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { complete } from "../graph/complete.ts";
import type { Expr } from "../graph/expressions.ts";
import type { AgentNode, Graph } from "../graph/graph.ts";
import { type OutputSchema, outputSchema } from "../graph/schema.ts";
import type { TypeNode } from "../graph/types.ts";
import { evaluate } from "./evaluate.ts";
import type { Program } from "./program.ts";
import { asBool } from "./values/kinds.ts";
import type { Variables } from "./variables.ts";

type Conditions = Pick<OutputSpec, "ensure" | "check">;

/** What an agent's result must be: a T with its schemas, or text, and the author's conditions on either. */
export function agentOutput(node: AgentNode, variables: Variables, program: Program, graph: Graph): Pick<AgentSpec, "output" | "text"> {
  const conditions = conditionsOf(node, variables, program);
  if (node.result.kind === "string") {
    const text = withConstraints(node.result, conditions);
    return text === undefined ? {} : { text };
  }
  const { schema, accepts, wrapped, strict } = schemasOf(node, graph);
  const output: OutputSpec = {
    mode: node.output,
    schema,
    accepts,
    wrapped,
    strict,
    complete: (value) => complete(node.result, value, graph.types),
    ...conditions,
  };
  return { output };
}

/** The same objects for every run of an agent: compiled validators are kept by them. */
const schemas = new WeakMap<AgentNode, OutputSchema>();

function schemasOf(node: AgentNode, graph: Graph): OutputSchema {
  let known = schemas.get(node);
  if (known === undefined) {
    known = outputSchema(node.result, graph.types, node.output);
    schemas.set(node, known);
  }
  return known;
}

function conditionsOf(node: AgentNode, outer: Variables, program: Program): Conditions | undefined {
  const { ensure, check } = node;
  if (ensure.length === 0 && check.length === 0) return undefined;
  const holds = (condition: Expr, result: Json): boolean => conditionHolds(condition, outer.with("result", result), program);
  return {
    ensure: (result) => ensure.find(({ condition }) => !holds(condition, result))?.source,
    check: (result) => check.filter(({ condition }) => !holds(condition, result)).map(({ name }) => name),
  };
}

/** The constraints of a text result, in the words that Ajv has for them: what a `repair` shows is never a sentence of ours. */
function withConstraints(type: TypeNode & { readonly kind: "string" }, conditions: Conditions | undefined): Conditions | undefined {
  const { min, max, pattern } = type;
  if (min === undefined && max === undefined && pattern === undefined) return conditions;
  return {
    ...conditions,
    ensure(result) {
      const text = String(result);
      const length = [...text].length;
      if (min !== undefined && length < min) return `must NOT have fewer than ${min} characters`;
      if (max !== undefined && length > max) return `must NOT have more than ${max} characters`;
      if (pattern !== undefined && !new RegExp(pattern, "u").test(text)) return `must match pattern "${pattern}"`;
      return conditions?.ensure?.(result);
    },
  };
}

/** A condition that has no value for this result (it divides by its zero) does not hold. */
function conditionHolds(condition: Expr, variables: Variables, program: Program): boolean {
  try {
    return asBool(evaluate(condition, variables, program), "A condition", condition.place);
  } catch (error) {
    if (error instanceof RunError && error.class === "bad_value") return false;
    throw error;
  }
}
