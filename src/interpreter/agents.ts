import { runAgent } from "../agent/loop.ts";
import type { Message, Provider } from "../agent/provider.ts";
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
import { createTakers, type Takers } from "./handoffs.ts";
import { retryPolicy, standIn } from "./models.ts";
import type { McpRef } from "./servers.ts";
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
  const timeoutMs = options.timeoutMs ?? node.timeoutMs;
  const { path } = limits;
  const scope =
    timeoutMs === undefined
      ? undefined
      : createScope(limits.signal, { timeoutMs, deadlines: run.runtime.deadlines, what: `The agent "${node.name}"`, path, place: node.place });
  try {
    const signal = scope?.signal ?? limits.signal;
    const takers = createTakers((taker, own) => specOf(taker, {}, own, run, signal), run);
    const made = specOf(speaker, options, takers, run, signal);
    // Waiting for what is there already would let go of the order in which branches begin.
    const spec = made instanceof Promise ? await made : made;
    const budget = options.budget ?? node.budget;
    const pots = budget === undefined ? limits.pots : [...limits.pots, run.pots.open(budget, node.name, path)];
    return await runAgent(spec, { path, messages, signal, pots, args }, run.runtime);
  } finally {
    scope?.dispose();
  }
}

/** What the loop runs of an agent. Waits only where tools are those of servers. */
function specOf(speaker: Speaker, options: AgentCallOptions, takers: Takers, run: Run, signal: AbortSignal): AgentSpec | Promise<AgentSpec> {
  const fake = run.options.fakes?.agent(speaker.key);
  if (fake !== undefined) return fakedSpec(fake, speaker, run);
  const offered = toolsOf(speaker.node, run, signal);
  const make = (tools: Offered): AgentSpec => specWith(tools, speaker, options, takers, run);
  return offered instanceof Promise ? offered.then(make) : make(offered);
}

function specWith(tools: Offered, speaker: Speaker, options: AgentCallOptions, takers: Takers, run: Run): AgentSpec {
  const { node, args } = speaker;
  const variables = Variables.of(args);
  const model = options.model ?? asString(evaluate(node.model, variables, run.program), `The model of "${node.name}"`, node.model.place);
  const retry = options.retry ?? node.retry;
  const { repair } = node;
  return {
    name: node.name,
    place: node.place,
    model: run.models.choice(model),
    ...tools,
    ...(node.handoffs.length === 0 ? {} : { handoffs: takers.handoffs(speaker) }),
    ...agentOutput(node, variables, run.program, run.graph),
    maxTurns: node.maxTurns,
    maxToolCalls: node.maxToolCalls,
    toolChoice: node.toolChoice,
    ...(retry === undefined ? {} : { retry: retryPolicy(retry, run.graph) }),
    ...(repair === undefined ? {} : { repair: { max: repair.max, render: (output, error) => repairText(repair.template, output, error, node, run) } }),
  };
}

/** An agent that a test answers for: what it gives is held to all that its own result would be, and is final. */
function fakedSpec(fake: Provider, { key, node, args }: Speaker, run: Run): AgentSpec {
  const { output, text } = agentOutput(node, Variables.of(args), run.program, run.graph);
  return {
    name: node.name,
    place: node.place,
    model: { of: "model", model: standIn(key, node.name, fake) },
    tools: [],
    ...(output === undefined ? {} : { output: { ...output, mode: "native" } }),
    ...(text === undefined ? {} : { text }),
    maxTurns: 1,
    maxToolCalls: 0,
    toolChoice: "none",
    retry: "none",
  };
}

function repairText(template: string, output: string, error: string, node: AgentNode, { program }: Run): string {
  return asString(renderTemplate(templateOf(template, program, node.place), { output, error }, program), "The text of a repair", node.place);
}

type Offered = Pick<AgentSpec, "tools" | "toolsNow">;

/** The tools of an agent, as listed. Those of servers are waited for, and may change from turn to turn. */
function toolsOf(node: AgentNode, run: Run, signal: AbortSignal): Offered | Promise<Offered> {
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
