import type { EventOf } from "../agent/events.ts";
import type { Message, ModelRequest } from "../agent/provider.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import { keptMessage, revivedMessage } from "./messages.ts";

/** A request as it stands in a file: what it says beside the one before it in the same run of an agent. */
export interface KeptRequest {
  /** So many messages of the request before it stay; absent: none. */
  readonly after?: number;
  readonly messages: readonly JsonObject[];
  /** All but the messages, where that is not as before. */
  readonly rest?: JsonObject;
}

interface Before {
  readonly messages: readonly Message[];
  /** As JSON. */
  readonly rest: string;
}

/** Writes requests as what was added since the last one. */
export interface RequestWriter {
  keep(event: EventOf<"model.requested">): KeptRequest;
  /** The run of the agent is over. */
  forget(path: string): void;
}

export function createRequestWriter(): RequestWriter {
  const before = new Map<string, Before>();
  return {
    keep({ path, request }) {
      const key = agentPath(path);
      const last = before.get(key);
      const { messages, origin, ...said } = request;
      // Whose request it is, where and in which run, says the event.
      const { runId: _run, agent: _agent, path: _path, attempt: _attempt, ...format } = origin;
      const now = { ...said, origin: format };
      const rest = JSON.stringify(now);
      before.set(key, { messages, rest });
      const after = last === undefined ? 0 : shared(last.messages, messages);
      return {
        ...(after === 0 ? {} : { after }),
        messages: messages.slice(after).map(keptMessage),
        ...(last?.rest === rest ? {} : { rest: now as unknown as JsonObject }),
      };
    },
    forget: (path) => void before.delete(path),
  };
}

/** The event of a request as its line holds it. */
export type KeptRequested = Pick<EventOf<"model.requested">, "path" | "runId" | "agent" | "attempt"> & { readonly request: KeptRequest };

/** Reads what a writer wrote. `last`: the request before it in the same run of an agent. */
export function readRequest({ path, runId, agent, attempt, request }: KeptRequested, last: ModelRequest | undefined): ModelRequest {
  const { after = 0, messages, rest } = request;
  const said = (rest ?? last) as unknown as ModelRequest;
  return {
    ...said,
    messages: [...(last?.messages.slice(0, after) ?? []), ...messages.map(revivedMessage)],
    origin: { ...said.origin, runId, agent, path, attempt },
  };
}

/** Of a turn: the run of the agent that it is in. */
export function agentPath(path: string): string {
  return path.replace(/\/turn\[\d+\]$/, "");
}

/** So many messages both begin with. */
export function shared(before: readonly Message[], now: readonly Message[]): number {
  const end = Math.min(before.length, now.length);
  for (let i = 0; i < end; i++) {
    if (before[i] !== now[i] && JSON.stringify(before[i]) !== JSON.stringify(now[i])) return i;
  }
  return end;
}
