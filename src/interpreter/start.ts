import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { conformArguments } from "../graph/complete.ts";
import type { AgentNode, Graph, WorkflowNode } from "../graph/graph.ts";

/** What a run starts. */
export type Start =
  | { readonly of: "workflow"; readonly key: string; readonly node: WorkflowNode }
  | { readonly of: "agent"; readonly key: string; readonly node: AgentNode };

/** The graph with a profile's declarations in the place of those of the same key. */
export function withProfile(graph: Graph, profile: string | undefined): Graph {
  if (profile === undefined) return graph;
  const chosen = Object.hasOwn(graph.profiles, profile) ? graph.profiles[profile] : undefined;
  if (chosen === undefined) throw unfit(`There is no profile "${profile}".`, choices(profile, Object.keys(graph.profiles), "The program has no profiles."));
  return {
    ...graph,
    providers: { ...graph.providers, ...chosen.providers },
    models: { ...graph.models, ...chosen.models },
    mcp: { ...graph.mcp, ...chosen.mcp },
  };
}

/** The workflow or agent that a key or a bare name stands for; without one, the program's only. `talk`: it may be an agent that can only be talked to. */
export function startOf(graph: Graph, main: string | undefined, { talk = false }: { readonly talk?: boolean } = {}): Start {
  const wanted = main ?? graph.main;
  const names = graph.mains.map((key) => nameOf(graph, key));
  if (wanted === null) throw unfit("The program does not say what to start.", `Name one of ${names.join(", ")}.`);
  const key = graph.mains.find((each) => each === wanted || nameOf(graph, each) === wanted) ?? wanted;
  const workflow = Object.hasOwn(graph.workflows, key) ? graph.workflows[key] : undefined;
  if (workflow !== undefined) return { of: "workflow", key, node: workflow };
  const agent = Object.hasOwn(graph.agents, key) ? graph.agents[key] : entryAgent(graph, key);
  if (agent === undefined) throw unfit(`There is no workflow or agent "${wanted}" to start.`, choices(wanted, names, "The program has nothing to start."));
  if (!agent.callable && !talk)
    throw unfit(
      `The agent "${agent.name}" has no prompt and can only be talked to.`,
      `Talk with it: tantra chat FILE ${agent.name}. To have it run, give it a \`prompt\`.`,
    );
  return { of: "agent", key: keyOf(graph, agent), node: agent };
}

/** The arguments, held to the parameters, with defaults filled in. */
export function fittedInput({ of, node }: Start, input: JsonObject, graph: Graph): JsonObject {
  const fitted = conformArguments(node.params, input, graph.types);
  if (fitted.ok) return fitted.value;
  const message = fitted.problems.map((problem) => problem.message).join(" ");
  const names = node.params.map((param) => param.name);
  const hint = names.length === 0 ? `The ${of} "${node.name}" takes no input.` : `The ${of} "${node.name}" takes ${names.join(", ")}.`;
  throw new RunError("invalid_request", message, { code: "T621", place: node.place, hint });
}

/** Any agent of the entry file may be started by its bare name, beside workflows too. */
function entryAgent(graph: Graph, name: string): AgentNode | undefined {
  const entry = graph.sources[0]?.path;
  return entry === undefined ? undefined : graph.agents[`${entry}#${name}`];
}

function keyOf(graph: Graph, agent: AgentNode): string {
  return Object.keys(graph.agents).find((key) => graph.agents[key] === agent) ?? "";
}

function nameOf(graph: Graph, key: string): string {
  return (graph.workflows[key] ?? graph.agents[key])?.name ?? key;
}

function choices(wanted: string, names: readonly string[], none: string): string {
  const nearest = suggest(wanted, names);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  return names.length === 0 ? none : `There is ${names.join(", ")}.`;
}

function unfit(message: string, hint: string): RunError {
  return new RunError("invalid_request", message, { code: "T621", hint });
}
