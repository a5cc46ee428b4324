import type { Message, ToolCall } from "./provider.ts";
import type { Runtime } from "./runtime.ts";
import { createScope, type Scope } from "./scope.ts";
import type { AgentCall, AgentSpec, Handoff, Tool } from "./spec.ts";
import { emptyForm } from "./words.ts";

/** A handoff takes no arguments. The same object for all: compiled validators are kept by it. */
const nothing = { type: "object", properties: {}, additionalProperties: false };

/** An agent's tools, with its handoffs among them as `handoff_NAME`. The same list where it has none. */
export function withHandoffs({ tools, handoffs = [] }: Pick<AgentSpec, "tools" | "handoffs">): readonly Tool[] {
  return handoffs.length === 0 ? tools : [...tools, ...handoffs.map(asTool)];
}

function asTool(handoff: Handoff): Tool {
  return {
    name: toolName(handoff),
    ...(handoff.description === undefined ? {} : { description: handoff.description }),
    parameters: nothing,
    agent: true,
    execute: async () => emptyForm,
  };
}

/** The name under which a model knows it. */
export function toolName({ agent }: Handoff): string {
  return `handoff_${agent}`;
}

/** A handoff that a model asked for and got, and which call of its turn that was. */
export interface Granted {
  readonly handoff: Handoff;
  readonly call: number;
}

/** The handoffs among the calls of a turn, in their order: those whose answer is not an error. The first of them is taken. */
export function grantedOf({ handoffs = [] }: AgentSpec, calls: readonly ToolCall[], answers: readonly Message[]): readonly Granted[] {
  if (handoffs.length === 0) return [];
  return calls.flatMap(({ name }, call) => {
    const handoff = handoffs.find((each) => toolName(each) === name);
    return handoff === undefined || answers[call]?.content !== emptyForm ? [] : [{ handoff, call }];
  });
}

/** What holds for an agent that has taken over: all that held before, and its own pots and time. Dispose the scope when it is over. */
export function heldBy(taker: Awaited<ReturnType<Handoff["take"]>>, call: AgentCall, runtime: Runtime): { readonly call: AgentCall; readonly scope: Scope } {
  const { spec, pots = [], timeoutMs } = taker;
  const scope = createScope(call.signal, {
    deadlines: runtime.deadlines,
    what: `The agent "${spec.name}"`,
    path: call.path,
    ...(spec.place === undefined ? {} : { place: spec.place }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return { call: { ...call, signal: scope.signal, pots: [...call.pots, ...pots] }, scope };
}
