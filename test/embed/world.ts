import type { RunEvent } from "../../src/agent/events.ts";
import type { Provider } from "../../src/agent/provider.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import { Agent } from "../../src/embed/agent.ts";
import type { AgentOptions } from "../../src/embed/agent-options.ts";
import type { World } from "../../src/embed/session.ts";
import { sha256 } from "../../src/host/hash.ts";
import { simulator } from "../../src/providers/simulator/index.ts";
import { type ManualClock, manualClock } from "../support/clock.ts";

export interface Stage {
  readonly clock: ManualClock;
  readonly world: World;
  readonly provider: Provider;
  agent<T = string>(options?: Partial<AgentOptions<T>>): Agent<T>;
}

/** Agents on a clock of one's own, answered by these entries, by the agent's name. */
export function stage(replies: { readonly [agent: string]: readonly JsonObject[] } = {}): Stage {
  const clock = manualClock();
  let ids = 0;
  const world: World = {
    clock,
    hash: sha256,
    newId: () => `run-${++ids}`,
    prices: { source: "none", cost: (_kind, _id, { input, output }) => (input + output) / 1e6 },
  };
  const provider = simulator({ replies: "replies.json" }, { clock, replies });
  return { clock, world, provider, agent: (options = {}) => new Agent({ name: "writer", model: "sim-1", provider, ...options }, world) };
}

/** Resolves with the first event of this type. */
export function telling(): { readonly events: RunEvent[]; readonly onEvent: (event: RunEvent) => void; until(type: RunEvent["type"]): Promise<RunEvent> } {
  const events: RunEvent[] = [];
  const waiting: { readonly type: string; readonly resolve: (event: RunEvent) => void }[] = [];
  return {
    events,
    onEvent(event) {
      events.push(event);
      for (const each of waiting.filter(({ type }) => type === event.type)) each.resolve(event);
    },
    until: (type) => new Promise((resolve) => waiting.push({ type, resolve })),
  };
}

/** Everything that it gives, until it ends. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
