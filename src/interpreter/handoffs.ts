import type { Pot } from "../agent/ledger.ts";
import type { AgentSpec, Handoff, Taker } from "../agent/spec.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { countLeading } from "../diagnostics/system-places.ts";
import type { AgentNode, HandoffNode } from "../graph/graph.ts";
import { evaluate } from "./evaluate.ts";
import type { Run } from "./frame.ts";
import { openingOf, type Speaker } from "./speaker.ts";
import { Variables } from "./variables.ts";

/** The agents that take over in one run of an agent. */
export interface Takers {
  /** What a model is offered beside the tools. */
  handoffs(giver: Speaker): readonly Handoff[];
}

/** Who took over as which spec. */
const speakers = new WeakMap<AgentSpec, Speaker>();

/** The speaker whose spec this is; undefined of an agent that was called and has not taken over. */
export function speakerOf(spec: AgentSpec): Speaker | undefined {
  return speakers.get(spec);
}

/** `specOf` makes what the loop runs of an agent; it asks these takers for the handoffs in it. */
export function createTakers(specOf: (speaker: Speaker, takers: Takers) => AgentSpec | Promise<AgentSpec>, run: Run): Takers {
  /** A literal budget is one pot for as long as the run lasts, however often its agent takes over. */
  const pots = new Map<string, Pot>();

  async function take(handoff: HandoffNode, giver: Speaker): Promise<Taker> {
    const speaker = takerOf(handoff, giver, run);
    const { key, node } = speaker;
    const spec = await specOf(speaker, takers);
    speakers.set(spec, speaker);
    if (node.budget !== undefined && !pots.has(key)) pots.set(key, run.pots.open(node.budget, node.name));
    const pot = pots.get(key);
    return {
      spec,
      system: await systemOf(speaker, run),
      ...(pot === undefined ? {} : { pots: [pot] }),
      ...(node.timeoutMs === undefined ? {} : { timeoutMs: node.timeoutMs }),
    };
  }

  const takers: Takers = {
    handoffs: (giver) =>
      giver.node.handoffs.map((handoff): Handoff => {
        const { name, doc } = takerNode(handoff, run);
        return { agent: name, ...(doc === undefined ? {} : { description: doc }), take: () => take(handoff, giver) };
      }),
  };
  return takers;
}

/** The system texts that an agent begins with; the rest of its opening is not sent to a conversation that has begun. */
export function systemOf(speaker: Speaker, run: Run): ReturnType<typeof openingOf> {
  const { messages } = speaker.node;
  return openingOf(speaker, messages.slice(0, countLeading(messages.map(({ role }) => role))), run);
}

/** The agent that takes over, with the arguments that the giver's list binds and the defaults of the others. */
function takerOf(handoff: HandoffNode, giver: Speaker, run: Run): Speaker {
  const node = takerNode(handoff, run);
  const variables = Variables.of(giver.args);
  const args: [string, Json][] = [];
  for (const { name, type, default: otherwise } of node.params) {
    const bound = Object.hasOwn(handoff.args, name) ? handoff.args[name] : undefined;
    if (bound !== undefined) args.push([name, evaluate(bound, variables, run.program)]);
    else if (otherwise !== undefined || type.kind === "nullable") args.push([name, otherwise ?? null]);
  }
  return { key: handoff.agent, node, args: Object.fromEntries(args) };
}

function takerNode({ agent }: HandoffNode, { graph }: Run): AgentNode {
  const node = graph.agents[agent];
  if (node === undefined) throw new RunError("internal", `The graph has no agent "${agent}".`, { code: "T624" });
  return node;
}
