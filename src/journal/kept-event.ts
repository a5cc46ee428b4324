import type { EventOf, EventType, RunEvent } from "../agent/events.ts";
import type { ModelRequest } from "../agent/provider.ts";
import { type Lines, membersAgain } from "./lines.ts";
import { agentPath, type KeptRequested, readRequest } from "./requests.ts";

/** A step's line. There may be a million of them, so what it says is read whenever it is looked at; the rest is at hand. */
export interface KeptEvent {
  /** The line's number. */
  readonly n: number;
  readonly type: EventType;
  readonly path: string;
  readonly event: RunEvent;
}
export type KeptEventOf<T extends EventType> = Omit<KeptEvent, "type" | "event"> & { readonly type: T; readonly event: EventOf<T> };

/** Whether it is of one of these types. It is not read for that. */
export function isOf<T extends EventType>(kept: KeptEvent, ...types: readonly T[]): kept is KeptEventOf<T> {
  return (types as readonly EventType[]).includes(kept.type);
}

/** One that is at hand whole. */
export function keptEvent(event: RunEvent, n = 0): KeptEvent {
  return { n, type: event.type, path: event.path, event };
}

/** The same, and what it came to is no answer any more. */
export function withoutAsked(kept: KeptEvent): KeptEvent {
  const { n, type, path } = kept;
  return {
    ...{ n, type, path },
    get event() {
      const { event } = kept;
      return "asked" in event ? ({ ...event, asked: undefined } as unknown as RunEvent) : event;
    },
  };
}

/** So many requests are kept for those behind them. */
const requestsAtHand = 256;

/** The step's lines of a file, in order. */
export interface EventReader {
  /** Takes the line whose members these are. `one` gives the same string for the same text: few different ones stand in a million lines. */
  take(n: number, members: string, one: (text: string) => string): { readonly kept: KeptEvent; readonly seq: number };
}

export function createEventReader(lines: Lines, file: string, runId: string): EventReader {
  /** The last request of each run of an agent. */
  const latest = new Map<string, number>();
  /** The line of the request before it in the same run of the agent, by that of a request. */
  const before = new Map<number, number>();
  const requests = new Map<number, ModelRequest>();

  function read(n: number): RunEvent {
    const event = said(n);
    return event.type === "model.requested" ? { ...event, request: requestOf(n, event as unknown as KeptRequested) } : event;
  }
  const beginning = `{"runId":${JSON.stringify(runId)},`;
  const parsed = (members: string): RunEvent => JSON.parse(`${beginning}${members}}`) as RunEvent;
  const said = (n: number): RunEvent => parsed(membersAgain(lines, n, file));
  function requestOf(n: number, event: KeptRequested): ModelRequest {
    const chain: { readonly n: number; readonly event: KeptRequested }[] = [];
    let request: ModelRequest | undefined;
    for (let at: number | undefined = n; at !== undefined && request === undefined; at = before.get(at)) {
      request = requests.get(at);
      if (request === undefined) chain.push({ n: at, event: at === n ? event : (said(at) as unknown as KeptRequested) });
    }
    for (const each of chain.reverse()) {
      request = readRequest(each.event, request);
      requests.set(each.n, request);
    }
    for (const at of requests.keys()) {
      if (requests.size <= requestsAtHand) break;
      requests.delete(at);
    }
    return request as ModelRequest;
  }

  /** An event whose members are read from its line. */
  class Line implements KeptEvent {
    readonly n: number;
    readonly type: EventType;
    readonly path: string;
    constructor(n: number, type: EventType, path: string) {
      this.n = n;
      this.type = type;
      this.path = path;
    }
    get event(): RunEvent {
      return read(this.n);
    }
  }

  return {
    take(n, members, one) {
      const begins = beginningOf(members) ?? parsed(members);
      const { seq } = begins;
      const type = one(begins.type) as EventType;
      const path = one(begins.path);
      if (type === "model.requested") {
        const agent = agentPath(path);
        const last = latest.get(agent);
        if (last !== undefined) before.set(n, last);
        latest.set(agent, n);
      } else if (type === "agent.finished" || type === "agent.failed") latest.delete(path);
      return { kept: new Line(n, type, path), seq };
    },
  };
}

/** What every event begins with, as it is written. */
const eachBeginsWith = /^"seq":(\d+),"at":[\d.]+,"path":("(?:[^"\\]|\\.)*"),"type":("[\w.]+")/;

function beginningOf(members: string): Pick<RunEvent, "type" | "path" | "seq"> | undefined {
  const [, seq, path, type] = eachBeginsWith.exec(members) ?? [];
  if (path === undefined || type === undefined) return undefined;
  // Not a part of the line's text, which would hold on to all of it.
  return { seq: Number(seq), path: JSON.parse(path) as string, type: JSON.parse(type) as EventType };
}
