import { runAgent } from "../agent/loop.ts";
import type { Message } from "../agent/provider.ts";
import { createScope } from "../agent/scope.ts";
import type { AgentResult, AgentSpec, Tool } from "../agent/spec.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { completeArguments } from "../graph/complete.ts";
import type { AgentNode, BudgetRef, RetryRef } from "../graph/graph.ts";
import { agentOutput } from "./agent-output.ts";
import { evaluate } from "./evaluate.ts";
import type { Limits, Run } from "./frame.ts";
import { createTakers, type Takers } from "./handoffs.ts";
import { retryPolicy } from "./models.ts";
import { notRunnable } from "./not-runnable.ts";
import { openingOf, type Speaker } from "./speaker.ts";
import { renderTemplate, templateOf } from "./strict.ts";
import { asString } from "./values/kinds.ts";
import { Variables } from "./variables.ts";

/** What a call says in the place of the declaration. */
export interface AgentCallOptions {
  /** A model's key. */
  readonly model?: string;
  readonly retry?: RetryRef;
  readonly timeoutMs?: number;
  readonly budget?: BudgetRef;
}

/** Runs an agent on a fresh conversation. `args` holds every parameter. */
export function callAgent(key: string, args: JsonObject, options: AgentCallOptions, limits: Limits, run: Run): Promise<AgentResult> {
  const node = agentOf(key, run);
  if (!node.callable) throw new RunError("internal", `The graph calls "${node.name}", which can only be talked to.`, { code: "T624", place: node.place });
  const speaker = { key, node, args };
  const opening = openingOf(speaker, node.messages, run);
  const speak = (messages: readonly Message[]) => runSpeaker(speaker, messages, options, limits, run);
  // Waiting for what is there already would let go of the order in which branches begin.
  return opening instanceof Promise ? opening.then(speak) : speak(opening);
}

/** Runs an agent on a history: its opening, or all that was said since. `speakerOf` says who spoke last. */
export async function runSpeaker(speaker: Speaker, messages: readonly Message[], options: AgentCallOptions, limits: Limits, run: Run): Promise<AgentResult> {
  const { node, args } = speaker;
  const takers = createTakers((taker, own) => specOf(taker, {}, own, run), run);
  const spec = specOf(speaker, options, takers, run);
  const budget = options.budget ?? node.budget;
  const pots = budget === undefined ? limits.pots : [...limits.pots, run.pots.open(budget, node.name)];
  const timeoutMs = options.timeoutMs ?? node.timeoutMs;
  const { path, signal } = limits;
  if (timeoutMs === undefined) return runAgent(spec, { path, messages, signal, pots, args }, run.runtime);
  const scope = createScope(signal, { timeoutMs, deadlines: run.runtime.deadlines, what: `The agent "${node.name}"`, path, place: node.place });
  try {
    return await runAgent(spec, { path, messages, signal: scope.signal, pots, args }, run.runtime);
  } finally {
    scope.dispose();
  }
}

function specOf(speaker: Speaker, options: AgentCallOptions, takers: Takers, run: Run): AgentSpec {
  const { node, args } = speaker;
  const variables = Variables.of(args);
  const model = options.model ?? asString(evaluate(node.model, variables, run.program), `The model of "${node.name}"`, node.model.place);
  const retry = options.retry ?? node.retry;
  const { repair } = node;
  return {
    name: node.name,
    place: node.place,
    model: run.models.choice(model),
    tools: toolsOf(node, run),
    ...(node.handoffs.length === 0 ? {} : { handoffs: takers.handoffs(speaker) }),
    ...agentOutput(node, variables, run.program, run.graph),
    maxTurns: node.maxTurns,
    maxToolCalls: node.maxToolCalls,
    toolChoice: node.toolChoice,
    ...(retry === undefined ? {} : { retry: retryPolicy(retry, run.graph) }),
    ...(repair === undefined ? {} : { repair: { max: repair.max, render: (output, error) => repairText(repair.template, output, error, node, run) } }),
  };
}

function repairText(template: string, output: string, error: string, node: AgentNode, { program }: Run): string {
  return asString(renderTemplate(templateOf(template, program, node.place), { output, error }, program), "The text of a repair", node.place);
}

function toolsOf(node: AgentNode, run: Run): readonly Tool[] {
  return node.tools.map((ref) => {
    if (ref.of === "tool") return run.tools.tool(ref.key);
    if (ref.of === "agent") return agentAsTool(ref.key, run);
    throw notRunnable(`the agent "${node.name}" with tools of an MCP server`, node.place);
  });
}

/** Each call is a fresh conversation, paid from the pots of the agent that asks for it and its own. */
function agentAsTool(key: string, run: Run): Tool {
  const node = agentOf(key, run);
  const schemas = run.graph.schemas[key];
  if (schemas === undefined) throw new RunError("internal", `The graph has no schemas for "${key}".`, { code: "T624", place: node.place });
  return {
    name: node.name,
    ...(node.doc === undefined ? {} : { description: node.doc }),
    parameters: schemas.parameters,
    agent: true,
    complete: (args) => completeArguments(node.params, args, run.graph.types),
    execute: async (args, { path, signal, pots }): Promise<Json> => (await callAgent(key, args, {}, { path, signal, pots }, run)).value,
  };
}

export function agentOf(key: string, { graph }: Run): AgentNode {
  const node = graph.agents[key];
  if (node === undefined) throw new RunError("internal", `The graph has no agent "${key}".`, { code: "T624" });
  return node;
}
