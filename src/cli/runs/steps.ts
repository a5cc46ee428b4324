import type { RunEvent } from "../../agent/events.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { Paint, Role } from "../../diagnostics/paint.ts";
import { clip } from "../../diagnostics/text-width.ts";
import { visible } from "../../diagnostics/visible.ts";
import { formatCost, formatDuration } from "../../report/figures.ts";
import { prefixes, type RunStep, type StepState, type Told } from "../../report/run-tree.ts";
import { plainLine } from "../progress/lines.ts";

export interface StepsLayout {
  readonly width: number;
  readonly paint: Paint;
  /** Replies and results whole. */
  readonly verbose: boolean;
  /** How many processes the run has had: of several it is said which one did what. */
  readonly processes: number;
}

const marks: { readonly [S in StepState]: readonly [string, Role] } = {
  running: ["…", "dim"],
  done: ["✓", "good"],
  failed: ["✗", "error"],
  tolerated: ["✗", "warning"],
  cancelled: ["–", "dim"],
};

/** Every step by its path with its end, and below it what was replied, called and given. */
export function renderSteps(steps: readonly RunStep[], layout: StepsLayout): string {
  const within = new Set(steps.flatMap(({ path }) => prefixes(path).slice(0, -1)));
  // A branch that went well is told by what was done in it.
  const shown = steps.filter(({ path, kind, state, told }) => !(isFrame(kind) && state === "done" && told.length === 0 && within.has(path)));
  return shown.flatMap((step) => [...headline(step, layout), ...step.told.flatMap((told) => line(told, step, layout))]).join("\n");
}

function isFrame(kind: string | undefined): boolean {
  return kind === "branch" || kind === "iteration";
}

/** A turn is told right below its agent, and has no line of its own. */
function isTurn({ kind, path }: RunStep): boolean {
  return kind === undefined && /\/turn\[\d+\]$/.test(path);
}

function headline(step: RunStep, { width, paint }: StepsLayout): string[] {
  const { path, agent, state, durationMs, cost } = step;
  if (isTurn(step)) return [];
  const [mark, role] = marks[state];
  const what = agent === undefined || path.endsWith(`/${agent}`) || path === agent ? "" : ` (${agent})`;
  const figures = [
    ...(state === "tolerated" ? ["failed, and the program went on"] : state === "done" ? [] : [state === "running" ? "no end" : state]),
    ...(durationMs === undefined ? [] : [formatDuration(durationMs)]),
    ...(cost.usd === 0 && cost.unpriced === 0 ? [] : [formatCost(cost)]),
  ];
  const text = `${visible(path + what, true)}${figures.length === 0 ? "" : `  ${figures.join(", ")}`}`;
  return [`${paint(role, mark)} ${clip(text, Math.max(20, width - 2))}`];
}

const indent = "    ";

function line({ event, process }: Told, step: RunStep, { width, paint, verbose, processes }: StepsLayout): string[] {
  const said = saidBy(event, verbose);
  if (said === undefined) return [];
  const which = processes > 1 && process > 0 ? ` (process ${process})` : "";
  const from = "replayed" in event && event.replayed ? " (taken over)" : which;
  const turn = isTurn(step) ? `${step.path.slice(step.path.lastIndexOf("/") + 1)}  ` : "";
  const text = turn + said;
  if (verbose) return `${text}${from}`.split("\n").map((each) => indent + visible(each, true));
  return [indent + clip(visible(text, true), Math.max(20, width - indent.length - from.length)) + paint("dim", from)];
}

function saidBy(event: RunEvent, verbose: boolean): string | undefined {
  const value = (of: Json) => (verbose ? whole(of) : shortened(of, 400));
  switch (event.type) {
    case "model.replied": {
      const { text, toolCalls } = event.reply;
      const calls = toolCalls.map(({ name, arguments: args }) => `calls ${name} ${value(args)}`);
      return `${event.modelId}: ${[...(text === "" ? [] : [value(text)]), ...calls].join("; ")}`;
    }
    case "model.failed":
      return event.outcome === "aborted" ? `${event.modelId} was given up: ${event.error.message}` : `${event.modelId} failed: ${event.error.message}`;
    case "tool.called":
      return `with ${value(event.arguments)}`;
    case "tool.returned":
      return `gave ${value(event.result)}`;
    case "tool.failed":
      return `failed: ${event.error.message}`;
    case "ask.answered":
      return `answered: ${value(event.answer)}`;
    default:
      return plainLine(event);
  }
}

function whole(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The beginning of a value, on one line. */
export function shortened(value: Json, length: number): string {
  const text = whole(value).replaceAll(/\s+/g, " ");
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
