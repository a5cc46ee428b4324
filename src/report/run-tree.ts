import type { EventOf, RunEvent } from "../agent/events.ts";
import { addCost, type Cost, noCost } from "../agent/usage.ts";

export type StepState = "running" | "done" | "failed" | "tolerated" | "cancelled";

/** A step of a run as its events tell it: of a construct, an agent, a turn or a call. */
export interface RunStep {
  readonly path: string;
  /** The graph node's kind, or `agent`. Absent: only what happened in it was told. */
  readonly kind?: string;
  readonly agent?: string;
  /** `file:line:column` */
  readonly place?: string;
  readonly state: StepState;
  readonly durationMs?: number;
  /** Of all that was asked in it or below. */
  readonly cost: Cost;
  /** What happened right in it, in order. */
  readonly told: readonly Told[];
}

export interface Told {
  readonly event: RunEvent;
  /** Which process of the run told it, from 1. */
  readonly process: number;
}

type Writable = { -readonly [P in keyof RunStep]: RunStep[P] } & { told: Told[] };

/** The steps of a run in the order in which they began, a parent before what is below it. */
export function runSteps(events: readonly RunEvent[]): readonly RunStep[] {
  const steps = new Map<string, Writable>();
  let process = 0;

  function at(path: string): Writable {
    const known = steps.get(path);
    if (known !== undefined) return known;
    const fresh: Writable = { path, state: "running", cost: noCost, told: [] };
    steps.set(path, fresh);
    return fresh;
  }
  function end(path: string, state: StepState, durationMs: number): void {
    const step = at(path);
    // An agent ends in the step of its call, which says the same.
    Object.assign(step, { state: step.state === "tolerated" ? step.state : state, durationMs });
  }
  function spent(path: string, cost: Cost): void {
    for (const above of prefixes(path)) {
      const step = steps.get(above);
      if (step !== undefined) step.cost = addCost(step.cost, cost);
    }
  }
  function open({ path, kind, place, agent }: { path: string; kind: string; place?: string | undefined; agent?: string }): void {
    const step = at(path);
    Object.assign(step, { state: "running", kind, ...(place === undefined ? {} : { place }), ...(agent === undefined ? {} : { agent }) });
    delete step.durationMs;
  }

  for (const event of events) {
    const { path } = event;
    switch (event.type) {
      case "run.started":
        process++;
        open({ path, kind: "run", place: event.place });
        break;
      case "run.finished":
        end(path, "done", event.durationMs);
        break;
      case "run.failed":
        end(path, event.error.class === "cancelled" ? "cancelled" : "failed", event.durationMs);
        break;
      case "step.started":
        open(event);
        break;
      case "step.finished":
        end(path, "done", event.durationMs);
        break;
      case "step.failed":
        end(path, event.tolerated ? "tolerated" : "failed", event.durationMs);
        break;
      case "step.cancelled":
        end(path, "cancelled", event.durationMs);
        break;
      case "agent.started":
        open({ ...event, kind: "agent" });
        break;
      case "agent.finished":
        end(path, "done", event.durationMs);
        break;
      case "agent.failed":
        end(path, event.error.class === "cancelled" ? "cancelled" : "failed", event.durationMs);
        break;
      case "model.replied":
      case "model.failed":
        at(path).told.push({ event, process });
        if (!replayed(event)) spent(path, event.cost);
        at(path).state = event.type === "model.replied" ? "done" : "failed";
        break;
      case "tool.called":
        open({ path, kind: "tool" });
        at(path).told.push({ event, process });
        break;
      case "tool.returned":
      case "tool.failed":
        at(path).told.push({ event, process });
        end(path, event.type === "tool.returned" ? "done" : "failed", event.durationMs);
        break;
      case "model.requested":
        at(path);
        break;
      case "budget.spent":
      case "model.delta":
      case "model.queued":
        break;
      default:
        at(path).told.push({ event, process });
    }
  }
  return inOrder(steps);
}

function replayed(event: EventOf<"model.replied"> | EventOf<"model.failed">): boolean {
  return "replayed" in event && event.replayed === true;
}

/** `a/b[1]/c` and what it lies in: `a/b[1]`, `a/b`, `a`. */
export function prefixes(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.flatMap((part, index) => {
    const before = parts
      .slice(0, index)
      .map((each) => `${each}/`)
      .join("");
    const bare = part.replace(/\[\d+\]$/, "");
    return bare === part ? [before + part] : [before + bare, before + part];
  });
}

/** Each below the nearest that it lies in. */
function inOrder(steps: ReadonlyMap<string, RunStep>): readonly RunStep[] {
  const children = new Map<string, RunStep[]>();
  for (const step of steps.values()) {
    const above =
      prefixes(step.path)
        .slice(0, -1)
        .findLast((path) => steps.has(path)) ?? "";
    children.set(above, [...(children.get(above) ?? []), step]);
  }
  const ordered: RunStep[] = [];
  const visit = (path: string): void => {
    for (const step of children.get(path) ?? []) {
      ordered.push(step);
      if (step.path !== "") visit(step.path);
    }
  };
  visit("");
  return ordered;
}
