import type { Attach } from "../agent/attachment.ts";
import { type Asker, modelRequest, requestFrame } from "../agent/model-request.ts";
import type { Message, ModelRequest, ToolSpec } from "../agent/provider.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import { suggest } from "../diagnostics/suggest.ts";
import type { AgentNode, Graph, ProviderNode, SingleModelNode, ToolRef } from "../graph/graph.ts";
import { parametersSchema, withoutKeywords } from "../graph/schema.ts";
import { agentOutput } from "../interpreter/agent-output.ts";
import { createAttach } from "../interpreter/attach.ts";
import { evaluate } from "../interpreter/evaluate.ts";
import { renderMessages } from "../interpreter/messages.ts";
import type { ServerTool } from "../interpreter/options.ts";
import { prepare } from "../interpreter/program.ts";
import { isNamed, modelName, serverRules } from "../interpreter/server-rules.ts";
import { fittedInput, withProfile } from "../interpreter/start.ts";
import { asString } from "../interpreter/values/kinds.ts";
import { Variables } from "../interpreter/variables.ts";

/** What the first turn of an agent would send, without a run, a key or a network. */
export interface RenderedPrompt {
  /** The agent's key. */
  readonly agent: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpec[];
  /** One for each model that may be asked, in the order in which they are tried. */
  readonly requests: readonly RenderedRequest[];
  /** Tools of MCP servers that no lock knows, as written (`files.*`): what they take, only the server can say. */
  readonly unlisted: readonly string[];
}
export interface RenderedRequest {
  /** The keys of the model and its provider. */
  readonly model: string;
  readonly provider: string;
  readonly request: ModelRequest;
  /** Schema keywords that the vendor refuses and the request leaves out; the reply is still checked whole. */
  readonly leftOut: readonly string[];
}
export interface PromptOptions {
  readonly profile?: string;
  /** What a provider's kind refuses in output schemas. */
  readonly refusedKeywords: (provider: ProviderNode) => readonly string[];
  /** Opens an image or a file by its path. */
  readonly openAttachment?: Attach;
  /** What is known of the tools of an MCP server, by its key, without asking it. */
  readonly serverTools?: (key: string) => readonly ServerTool[] | undefined;
}

/**
 * The opening of an agent with these arguments, and the request of its first turn for each of its models. `agent` is its key,
 * or its name where only one has that. Throws `RunError`: T621 when there is no such agent or profile or an argument does
 * not fit, `bad_value` where a text has no value.
 */
export async function renderPrompt(whole: Graph, agent: string, args: JsonObject, options: PromptOptions): Promise<RenderedPrompt> {
  const graph = withProfile(whole, options.profile);
  const { key, node } = agentOf(graph, agent);
  const program = await prepare(graph);
  const variables = Variables.of(fittedInput({ of: "agent", key, node }, args, graph));
  const messages = await renderMessages(node.messages, { agent: node.name, variables, program, attach: createAttach(options) });
  const chosen = asString(evaluate(node.model, variables, program), `The model of "${node.name}"`, node.model.place);
  const asker: Asker = { name: node.name, tools: toolsOf(node, graph, options), toolChoice: node.toolChoice, ...agentOutput(node, variables, program, graph) };
  const frame = requestFrame(asker, "");
  const turn = { path: `${node.name}/turn[0]`, attempt: 1, messages, calledTools: false };
  return {
    agent: key,
    messages,
    tools: frame.tools,
    requests: candidates(chosen, graph).map(([model, single]) => {
      const refusedKeywords = options.refusedKeywords(held(graph.providers[single.provider], "provider", single.provider));
      const leftOut = asker.output === undefined ? [] : withoutKeywords(asker.output.schema, refusedKeywords).removed;
      return { model, provider: single.provider, request: modelRequest(frame, { ...single, refusedKeywords }, turn), leftOut };
    }),
    unlisted: node.tools.flatMap((ref) =>
      ref.of === "mcp" && serverTools(ref, graph, options) === undefined ? [`${graph.mcp[ref.key]?.name ?? ref.key}.${ref.tool}`] : [],
    ),
  };
}

/** Tools and agents as tools, then a tool for each handoff, which takes nothing. */
function toolsOf(node: AgentNode, graph: Graph, options: PromptOptions): readonly ToolSpec[] {
  const declared = node.tools.flatMap((ref): readonly ToolSpec[] => {
    if (ref.of === "mcp") return serverTools(ref, graph, options) ?? [];
    const callable = held(ref.of === "tool" ? graph.tools[ref.key] : graph.agents[ref.key], ref.of, ref.key);
    return [specOf(callable.name, callable.doc, held(graph.schemas[ref.key], "schemas of", ref.key).parameters)];
  });
  const handoffs = node.handoffs.map((handoff) => {
    const taker = held(graph.agents[handoff.agent], "agent", handoff.agent);
    return specOf(`handoff_${taker.name}`, taker.doc, parametersSchema([], graph.types));
  });
  // A tool that is listed by its name and by `SERVER.*` is offered once.
  return [...new Map([...declared, ...handoffs].map((tool) => [tool.name, tool])).values()];
}

/** The tools that an entry stands for, as far as they are known; undefined where they are not. */
function serverTools(ref: Extract<ToolRef, { of: "mcp" }>, graph: Graph, { serverTools: known }: PromptOptions): readonly ToolSpec[] | undefined {
  const node = held(graph.mcp[ref.key], "mcp server", ref.key);
  const rules = serverRules(node);
  return known?.(ref.key)
    ?.filter(({ name }) => rules.allows(name) && (ref.tool === "*" || isNamed(name, ref.tool)))
    .map(({ name, description, parameters }) => specOf(modelName(node, name), description, parameters));
}

function specOf(name: string, doc: string | undefined, parameters: ToolSpec["parameters"]): ToolSpec {
  return { name, ...(doc === undefined ? {} : { description: doc }), parameters };
}

/** The single models behind a key, each once, in the order in which they may be asked. */
function candidates(key: string, graph: Graph): readonly (readonly [key: string, model: SingleModelNode])[] {
  const found = new Map<string, SingleModelNode>();
  const visit = (each: string): void => {
    const node = held(graph.models[each], "model", each);
    if (node.kind === "model") found.set(each, node);
    else for (const inner of node.models) visit(inner);
  };
  visit(key);
  return [...found];
}

/** An agent by its key, or by its name where only one has that. Throws T621. */
export function agentOf(graph: Graph, name: string): { readonly key: string; readonly node: AgentNode } {
  const agents = Object.entries(graph.agents);
  const entry = graph.sources[0]?.path;
  const own = agents.find(([key]) => key === name || key === `${entry}#${name}`);
  const named = own === undefined ? agents.filter(([, node]) => node.name === name) : [own];
  const [found] = named;
  if (found !== undefined && named.length === 1) return { key: found[0], node: found[1] };
  const names = [...new Set(agents.map(([, node]) => node.name))];
  if (named.length > 1) {
    const keys = named.map(([key]) => key).join(" or ");
    throw new RunError("invalid_request", `Several agents are named "${name}".`, { code: "T621", hint: `Write ${keys}.` });
  }
  const nearest = suggest(name, names);
  const hint = nearest !== undefined ? `Did you mean "${nearest}"?` : names.length === 0 ? "The program has no agents." : `There is ${names.join(", ")}.`;
  const isWorkflow = Object.values(graph.workflows).some((node) => node.name === name);
  throw new RunError("invalid_request", isWorkflow ? `"${name}" is a workflow, and no agent.` : `There is no agent "${name}".`, { code: "T621", hint });
}

function held<T>(node: T | undefined, what: string, key: string): T {
  if (node === undefined) throw new RunError("internal", `The graph has no ${what} "${key}".`, { code: "T624" });
  return node;
}
