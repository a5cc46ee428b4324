import type { EventOf, EventType, RunEvent } from "../agent/events.ts";
import { waitsForPeople } from "../agent/question.ts";
import { addCost, addUsage, noCost, noUsage } from "../agent/usage.ts";
import type { AgentModelSum, CostReport, StepSum, Sum } from "./cost-report.ts";
import { prefixes } from "./run-tree.ts";
import { staticPath } from "./static-path.ts";

/** Reads a run's events and knows at any time what was spent. */
export interface CostCollector {
  readonly sink: (event: RunEvent) => void;
  /** Takes an event of an earlier process of the run, before those of this one: what ended then took no longer for being read now. */
  earlier(event: RunEvent): void;
  /** Whether it makes anything of events of this type. */
  hears(type: EventType): boolean;
  report(): CostReport;
  /** Milliseconds of every step, whether models were asked in it or not: from its first start to its last end. */
  durations(): Readonly<Record<string, number>>;
}

interface Attempt extends Sum {
  readonly path: string;
  readonly step: string;
  readonly failed: boolean;
  readonly aborted: boolean;
  readonly agent: string;
  readonly model: string;
  readonly modelId: string;
  readonly provider: string;
  readonly pricedAs?: string;
  readonly tier?: string;
}
interface StepTime {
  agent?: string;
  runs: number;
  from: number;
  to: number;
}

const nothing: Sum = { calls: 0, usage: noUsage, cost: noCost };

/** `prices` is the price table's name, version and date; "" where it is not known. */
export function collectCosts(prices: string): CostCollector {
  const attempts: Attempt[] = [];
  const steps = new Map<string, StepTime>();
  const agents = new Set<string>();
  /** Paths of steps whose result nobody used. */
  const givenUp = new Set<string>();
  /** Paths that ended in earlier processes, and below which nothing was asked in this one. */
  const before = new Set<string>();
  let total: Omit<Sum, "calls"> | undefined;
  let unheard = 0;
  let resumed = false;
  let replayed: Sum = nothing;

  function time(path: string, at: number): StepTime {
    const step = staticPath(path, agents);
    const known = steps.get(step);
    if (known === undefined) {
      const fresh = { runs: 0, from: at, to: at };
      steps.set(step, fresh);
      return fresh;
    }
    if (!before.has(path)) known.to = Math.max(known.to, at);
    return known;
  }
  function attempted(event: EventOf<"model.replied"> | EventOf<"model.failed">): void {
    const { path, agent, model, modelId, provider, usage, cost } = event;
    if (before.size > 0) for (const above of prefixes(path)) before.delete(above);
    const failed = event.type === "model.failed";
    const aborted = failed && event.outcome === "aborted";
    const asked = { agent, model, modelId, provider, ...(failed ? {} : pricing(event)) };
    attempts.push({ path, step: staticPath(path, agents), ...asked, usage, cost, calls: 1, failed: failed && !aborted, aborted });
  }

  function endedIn({ path, at }: RunEvent): void {
    time(path, at);
    givenUp.delete(path);
  }
  function over({ path, at, usage, cost }: EventOf<"run.finished"> | EventOf<"run.failed">): void {
    time(path, at);
    total = { usage, cost };
  }
  const heard: { readonly [T in EventType]?: (event: EventOf<T>) => void } = {
    "agent.started"({ path, at, agent }) {
      const again = agents.has(path);
      agents.add(path);
      const step = time(path, at);
      step.agent = agent;
      // One that is gone on with is the same run of the agent.
      if (!again) step.runs++;
    },
    "run.started"(event) {
      if (event.resumed) resumed = true;
      time(event.path, event.at);
    },
    "step.started": ({ path, at }) => void time(path, at),
    "agent.finished": endedIn,
    "step.finished": endedIn,
    "agent.failed"({ path, at, error }) {
      time(path, at);
      // What is suspended is gone on with, and nothing of it is lost.
      if (!waitsForPeople(error)) givenUp.add(path);
    },
    "step.cancelled"({ path, at, waits }) {
      time(path, at);
      if (!waits) givenUp.add(path);
    },
    "step.failed"({ path, at, tolerated }) {
      time(path, at);
      if (tolerated) givenUp.add(path);
    },
    "model.replied"(event) {
      if (!event.replayed) attempted(event);
      // What an earlier process of the run has paid is a part of the total.
      else if (!resumed) replayed = add(replayed, { calls: 1, usage: event.usage, cost: event.cost });
    },
    "model.failed": attempted,
    "budget.spent"({ outcome }) {
      if (outcome === "unknown") unheard++;
    },
    "run.finished": over,
    "run.failed": over,
  };

  const sink = (event: RunEvent): void => heard[event.type]?.(event as never);

  return {
    sink,
    earlier(event) {
      sink(event);
      if (event.type === "agent.finished" || event.type === "step.finished") before.add(event.path);
    },
    hears: (type) => type in heard,
    report() {
      const unused = isBelow([...givenUp]);
      return {
        total: { ...sum(attempts), ...total },
        agents: grouped(attempts, (a) => `${a.agent}\n${keyOf(a)}`, identity),
        models: grouped(attempts, keyOf, ({ agent: _agent, ...model }) => model),
        steps: byStep(attempts, steps),
        retries: sum(attempts.filter((attempt) => attempt.failed)),
        abandoned: sum(attempts.filter((attempt) => !attempt.failed && (attempt.aborted || unused(attempt.path)))),
        unheard,
        ...(replayed.calls === 0 ? {} : { replayed }),
        prices,
      };
    },
    durations: () => Object.fromEntries([...steps].filter(([step]) => step !== "").map(([step, { from, to }]) => [step, to - from])),
  };
}

type Identity = Omit<AgentModelSum, keyof Sum>;
const identity = (row: Identity): Identity => row;
const keyOf = ({ model, modelId, tier = "" }: Attempt): string => `${model}\n${modelId}\n${tier}`;

/** What a reply says of how its price was found. */
function pricing({ pricedAs, reply: { tier } }: EventOf<"model.replied">): Pick<Attempt, "pricedAs" | "tier"> {
  return { ...(pricedAs === undefined ? {} : { pricedAs }), ...(tier === undefined ? {} : { tier }) };
}

function add(a: Sum, b: Sum): Sum {
  return { calls: a.calls + b.calls, usage: addUsage(a.usage, b.usage), cost: addCost(a.cost, b.cost) };
}

function sum(sums: readonly Sum[]): Sum {
  const { calls, usage, cost } = sums.reduce(add, nothing);
  return { calls, usage, cost };
}

function withName(names: readonly string[] = [], name: string): readonly string[] {
  return names.includes(name) ? names : [...names, name];
}

function grouped<T extends Pick<AgentModelSum, "pricedAs">>(
  attempts: readonly Attempt[],
  key: (attempt: Attempt) => string,
  name: (row: Identity) => T,
): (T & Sum)[] {
  const groups = new Map<string, T & Sum>();
  for (const attempt of attempts) {
    const { agent, model, modelId, provider, pricedAs, tier } = attempt;
    const group = groups.get(key(attempt)) ?? { ...name({ agent, model, modelId, provider, ...(tier === undefined ? {} : { tier }) }), ...nothing };
    groups.set(key(attempt), { ...group, ...add(group, attempt), ...(pricedAs === undefined ? {} : { pricedAs: withName(group.pricedAs, pricedAs) }) });
  }
  return [...groups.values()];
}

/** Every step that models were asked in or below, a parent with the sum of its children. */
function byStep(attempts: readonly Attempt[], times: ReadonlyMap<string, StepTime>): StepSum[] {
  const sums = new Map<string, Sum>();
  for (const attempt of attempts) {
    for (const step of prefixes(attempt.step)) sums.set(step, add(sums.get(step) ?? nothing, attempt));
  }
  const order = [...new Set([...times.keys(), ...sums.keys()])].filter((step) => sums.has(step));
  const children = (parent: string): string[] => order.filter((step) => step.slice(0, Math.max(0, step.lastIndexOf("/"))) === parent && step !== parent);
  const rows: StepSum[] = [];
  const visit = (step: string): void => {
    const { agent, runs = 0, from = 0, to = 0 } = times.get(step) ?? {};
    rows.push({ step, ...(agent === undefined ? {} : { agent }), runs, durationMs: to - from, ...(sums.get(step) ?? nothing) });
    for (const child of children(step)) visit(child);
  };
  for (const root of order.filter((step) => !step.includes("/"))) visit(root);
  return rows;
}

/** Whether a path is one of these or lies below one. */
function isBelow(paths: readonly string[]): (path: string) => boolean {
  const set = new Set(paths);
  return (path) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) if (set.has(path.slice(0, end))) return true;
    return false;
  };
}
