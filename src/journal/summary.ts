import type { ErrorInfo, EventOf } from "../agent/events.ts";
import { addCost, type Cost, noCost } from "../agent/usage.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import { keptEvent } from "./kept-event.ts";
import { type RunHead, type RunState, stateOf } from "./kept-run.ts";

/** A run in a few words. */
export interface RunSummary {
  readonly run: string;
  readonly state: RunState;
  /** When it began, milliseconds since 1970. */
  readonly at: number;
  /** Of all of its processes, without the time between them. */
  readonly durationMs: number;
  readonly cost: Cost;
  readonly main: string;
  readonly file: string;
  /** The run that it was begun from. */
  readonly from?: string;
  readonly error?: ErrorInfo;
}

type Told = EventOf<"run.started" | "run.finished" | "run.failed" | "budget.spent">;

/** Whether the line is one that a summary is made of; a line that only looks so is left out by `summaryOf`. */
export function isTelling(line: string): boolean {
  return line.includes('"type":"run.') || line.includes('"type":"budget.spent"');
}

/** `lines`: those that tell something, in order; the last one of the file may be among them whatever it is. */
export function summaryOf(head: RunHead, lines: readonly JsonObject[]): RunSummary {
  const { run, at, main, file, from } = head;
  const told = lines.filter(isTold);
  const state = stateOf({ events: told.map((event) => keptEvent(event)) });
  const end = told.findLast(({ type }) => type !== "budget.spent");
  const spent = told.filter((event) => event.type === "budget.spent");
  const ended = end?.type === "run.finished" || end?.type === "run.failed" ? end : undefined;
  return {
    run,
    state,
    at,
    durationMs: timeOf(told, Number(lines.at(-1)?.["at"] ?? at)),
    cost: ended?.cost ?? spent.reduce((sum, { cost }) => addCost(sum, cost), noCost),
    main,
    file,
    ...(from === undefined ? {} : { from }),
    ...(ended?.type === "run.failed" ? { error: ended.error } : {}),
  };
}

/** From each start to what was the last of its process. */
function timeOf(told: readonly Told[], last: number): number {
  let sum = 0;
  let from: number | undefined;
  let to = 0;
  let over = false;
  for (const { type, at } of told) {
    if (type === "run.started") {
      if (from !== undefined) sum += to - from;
      from = at;
    }
    over = type === "run.finished" || type === "run.failed";
    to = at;
  }
  if (from === undefined) return 0;
  // Behind an end only an answer stands, for the next process.
  return sum + (over ? to : Math.max(to, last)) - from;
}

function isTold(line: JsonObject): line is JsonObject & Told {
  return ["run.started", "run.finished", "run.failed", "budget.spent"].includes(String(line["type"]));
}
