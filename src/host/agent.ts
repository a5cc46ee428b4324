import { createPriceTable } from "../agent/price-table.ts";
import { Agent as PortableAgent } from "../embed/agent.ts";
import type { AgentOptions } from "../embed/agent-options.ts";
import type { Loose } from "../embed/program-types.ts";
import type { World } from "../embed/session.ts";
import { systemClock } from "./clock.ts";
import { sha256 } from "./hash.ts";
import { newRunId } from "./ids.ts";

export type Agent<T = string> = PortableAgent<T>;

interface AgentClass {
  /** Without `output` it gives text. */
  new (options: AgentOptions<string> & { readonly output?: undefined }, world?: World): Agent<string>;
  /** With a JSON Schema it gives what that says, typed loosely unless a type is written: `new Agent<Brief>({ … })`. */
  new <T = Loose>(options: AgentOptions<T>, world?: World): Agent<T>;
  readonly runParallel: typeof PortableAgent.runParallel;
  readonly prototype: PortableAgent<Loose>;
}

/** An agent on this machine: its clock, ids of its own, the price table. */
export const Agent: AgentClass = class Agent extends PortableAgent<Loose> {
  constructor(options: AgentOptions<Loose>, world: World = machine()) {
    super(options, world);
  }
};

function machine(): World {
  return { clock: systemClock, hash: sha256, newId: newRunId, prices: createPriceTable() };
}
