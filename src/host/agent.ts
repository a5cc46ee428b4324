import { createPriceTable } from "../agent/price-table.ts";
import { Agent as EmbeddedAgent } from "../embed/agent.ts";
import type { AgentOptions } from "../embed/agent-options.ts";
import type { World } from "../embed/session.ts";
import { systemClock } from "./clock.ts";
import { sha256 } from "./hash.ts";
import { newRunId } from "./ids.ts";

/** An agent on this machine: its clock, ids of its own, the price table. */
export class Agent<T = string> extends EmbeddedAgent<T> {
  constructor(options: AgentOptions<T>, world: World = machine()) {
    super(options, world);
  }
}

function machine(): World {
  return { clock: systemClock, hash: sha256, newId: newRunId, prices: createPriceTable() };
}
