import { runAgent } from "../agent/loop.ts";
import { createScope } from "../agent/scope.ts";
import type { AgentResult, AgentSpec, Tool } from "../agent/spec.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { visible } from "../diagnostics/visible.ts";
import { completeArguments } from "../graph/complete.ts";
import type { AgentNode, BudgetRef, RetryRef, ToolRef } from "../graph/graph.ts";
import { agentOutput } from "./agent-output.ts";
import { evaluate } from "./evaluate.ts";
import type { Limits, Run } from "./frame.ts";
import { renderMessages } from "./messages.ts";
import { retryPolicy } from "./models.ts";
import { notRunnable } from "./not-runnable.ts";
import type { McpRef } from "./servers.ts";
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
export async function callAgent(key: string, args: JsonObject, options: AgentCallOptions, limits: Limits, run: Run): Promise<AgentResult> {
  const node = agentOf(key, run);
  if (!node.callable) throw new RunError("internal", `The graph calls "${node.name}", which can only be talked to.`, { code: "T624", place: node.place });
  const variables = Variables.of(args);
  const timeoutMs = options.timeoutMs ?? node.timeoutMs;
  const { path } = limits;
  const scope =
    timeoutMs === undefined
      ? undefined
      : createScope(limits.signal, { timeoutMs, deadlines: run.runtime.deadlines, what: `The agent "${node.name}"`, path, place: node.place });
  try {
    const signal = scope?.signal ?? limits.signal;
    const offered = toolsOf(node, run, signal);
    // Waiting for what is there already would let go of the order in which branches begin.
    const tools = offered instanceof Promise ? await offered : offered;
    const spec = specOf(node, variables, options, tools, run);
    const opening = renderMessages(node.messages, { agent: node.name, variables, program: run.program, attach: run.attach });
    const messages = opening instanceof Promise ? await opening : opening;
    const budget = options.budget ?? node.budget;
    const pots = budget === undefined ? limits.pots : [...limits.pots, run.pots.open(budget, node.name)];
    return await runAgent(spec, { path, messages, signal, pots, args }, run.runtime);
  } finally {
    scope?.dispose();
  }
}

function specOf(node: AgentNode, variables: Variables, options: AgentCallOptions, tools: Offered, run: Run): AgentSpec {
  const model = options.model ?? asString(evaluate(node.model, variables, run.program), `The model of "${node.name}"`, node.model.place);
  const retry = options.retry ?? node.retry;
  const { repair } = node;
  return {
    name: node.name,
    place: node.place,
    model: run.models.choice(model),
    ...tools,
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

type Offered = Pick<AgentSpec, "tools" | "toolsNow">;

/** The tools of an agent, as listed. Those of servers are waited for, and may change from turn to turn. */
function toolsOf(node: AgentNode, run: Run, signal: AbortSignal): Offered | Promise<Offered> {
  const [handoff] = node.handoffs;
  if (handoff !== undefined) throw notRunnable(`the agent "${node.name}" with its handoffs`, node.place);
  const own = new Map<ToolRef, Tool>();
  const refs = node.tools.filter((ref) => ref.of === "mcp");
  for (const ref of node.tools) if (ref.of !== "mcp") own.set(ref, ref.of === "tool" ? run.tools.tool(ref.key) : agentAsTool(ref.key, run));
  if (refs.length === 0) return { tools: [...own.values()] };
  return offerWithServers(node, own, refs, run, signal);
}

async function offerWithServers(node: AgentNode, own: ReadonlyMap<ToolRef, Tool>, refs: readonly McpRef[], run: Run, signal: AbortSignal): Promise<Offered> {
  let listed = await run.servers.offered(refs, node, signal);
  const inOrder = (): readonly Tool[] =>
    distinct(
      node.tools.flatMap((ref) => own.get(ref) ?? listed.get(ref as McpRef) ?? []),
      node,
    );
  let tools = inOrder();
  return {
    tools,
    async toolsNow() {
      const now = await run.servers.offered(refs, node, signal, listed);
      if (now === listed) return tools;
      listed = now;
      tools = inOrder();
      return tools;
    },
  };
}

/** Each tool once. Throws T440 where two that differ would have one name. */
function distinct(tools: readonly Tool[], node: AgentNode): readonly Tool[] {
  const byName = new Map<string, Tool>();
  for (const tool of tools) {
    const other = byName.get(tool.name) ?? tool;
    if (other !== tool) {
      throw new RunError("invalid_request", `A model would see two tools named "${visible(tool.name, true)}" at "${node.name}".`, {
        code: "T440",
        place: node.place,
        hint: "Leave one of them out with `deny` on its server, or rename the other where it is declared.",
      });
    }
    byName.set(tool.name, tool);
  }
  return [...byName.values()];
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
