import { relative } from "node:path";
import type { EventOf, RunEvent } from "../../agent/events.ts";
import { addCost, type Cost, noCost } from "../../agent/usage.ts";
import type { Json } from "../../diagnostics/json.ts";
import { renderFailure } from "../../diagnostics/render.ts";
import { visible } from "../../diagnostics/visible.ts";
import { earlierEvents } from "../../host/earlier-events.ts";
import { whoHas } from "../../host/lock-file.ts";
import type { RunStore } from "../../host/run-store.ts";
import { endOf, type KeptRun, stateAfter, stateOf } from "../../journal/kept-run.ts";
import { collectCosts } from "../../report/collect.ts";
import type { CostReport } from "../../report/cost-report.ts";
import { formatCost, formatDuration } from "../../report/figures.ts";
import { renderCost } from "../../report/render-cost.ts";
import { runSteps } from "../../report/run-tree.ts";
import { exitCodes } from "../exit-codes.ts";
import { rendering } from "../layout.ts";
import type { Terminal } from "../terminal.ts";
import { moment, type stateIn } from "./list.ts";
import { resumeCommand } from "./resume-command.ts";
import { renderSteps, shortened } from "./steps.ts";

export interface ShowOptions {
  readonly store: RunStore;
  readonly root: string;
  readonly id: string;
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** A process of a run: from when to when, and how it ended; without an end it was killed, or is at work. */
interface Stretch {
  readonly at: number;
  readonly durationMs: number;
  readonly end?: EventOf<"run.finished" | "run.failed">;
}

/** `tantra runs show RUN`: all of it on standard output. */
export async function showRun({ store, root, id, terminal, json, verbose }: ShowOptions): Promise<number> {
  const kept = store.read(id);
  const owner = store.holder(id);
  const state = owner === undefined ? stateOf(kept) : "running";
  const events = kept.events.map(({ event }) => event);
  const steps = runSteps(events);
  const cost = costOf(kept);
  const stretches = stretchesOf(events);
  const end = endOf(kept);
  const waiting = waitingFor(events);
  if (json) {
    const { head, resumptions, torn } = kept;
    const value = end?.type === "run.finished" ? end.value : null;
    const error = end?.type === "run.failed" ? end.error : null;
    const processes = stretches.map(({ end: ended, ...stretch }) => ({ ...stretch, end: ended === undefined ? null : ended.type }));
    const { run, ...said } = head;
    const object = { run, state, kept: store.fileOf(id), ...said, resumptions, processes, torn, steps, waiting, value, error, cost };
    await terminal.out(`${JSON.stringify(object, null, 2)}\n`);
    return exitCodes.done;
  }
  const { width = 100, paint } = terminal.outLayout();
  const { head } = kept;
  const text = (value: Json) => visible(verbose ? wholeText(value) : shortened(value, width), !verbose);
  const parts: string[] = [
    [
      paint("strong", `${head.run}: ${state}${owner === undefined ? "" : whoHas(owner)}`),
      `${visible(head.main.slice(head.main.lastIndexOf("#") + 1), true)} of ${visible(head.file, true)}${head.profile === undefined ? "" : `, profile ${head.profile}`}${head.simulate ? ", simulated" : ""}`,
      ...stretches.map(
        (stretch, index) =>
          `${stretches.length === 1 ? "" : `process ${index + 1}: `}${stretchText(stretch, state === "running" && index === stretches.length - 1)}${editedText(kept, index)}`,
      ),
      ...(kept.torn === 0 ? [] : ["Its last line was torn off: what it told of is done again."]),
      ...(head.from === undefined ? [] : [`begun from ${head.from}, ${takenText(events)}`]),
      `input: ${text(head.input)}`,
      ...(end?.type === "run.finished" ? [`value: ${text(end.value)}`] : []),
    ].join("\n"),
    renderSteps(steps, { width, paint, verbose, processes: stretches.length }),
    renderCost(cost, { width, paint }),
  ];
  if (end?.type === "run.failed" && state !== "waiting") parts.push(renderFailure(end.error, rendering(terminal.outLayout())));
  if (waiting !== null && state !== "running") parts.push(`${visible(waiting.path, true)} waits for an answer: ${visible(waiting.question)}`);
  parts.push(paint("dim", onward(id, state, root)));
  await terminal.out(`${parts.filter((part) => part !== "").join("\n\n")}\n`);
  return exitCodes.done;
}

function onward(id: string, state: ReturnType<typeof stateIn>, root: string): string {
  if (state === "running")
    return `It is at work. All that has happened so far: ${relative(process.cwd(), root) === "" ? "" : `${root}/`}.tantra/runs/${id}.jsonl`;
  if (state === "finished") return `To begin again from one of its steps: ${resumeCommand("rerun", id, root)} --from STEP`;
  return `To go on with it: ${resumeCommand("resume", id, root)}`;
}

function stretchesOf(events: readonly RunEvent[]): readonly Stretch[] {
  const stretches: { at: number; durationMs: number; end?: EventOf<"run.finished" | "run.failed"> }[] = [];
  for (const event of events) {
    const last = stretches.at(-1);
    if (event.type === "run.started") stretches.push({ at: event.at, durationMs: 0 });
    else if (last !== undefined && last.end === undefined) {
      last.durationMs = event.at - last.at;
      if (event.type === "run.finished" || event.type === "run.failed") last.end = event;
    }
  }
  return stretches;
}

function stretchText({ at, durationMs, end }: Stretch, running: boolean): string {
  const took = formatDuration(durationMs);
  if (end?.type === "run.finished") return `${moment(at)}, finished after ${took}`;
  if (end === undefined) return `${moment(at)}, ${running ? `at work for ${took} so far` : `ended without a word after ${took}`}`;
  return `${moment(at)}, ${stateAfter(end.error)} after ${took}: ${visible(end.error.message, true)}`;
}

function editedText({ head, resumptions }: KeptRun, index: number): string {
  const now = resumptions[index - 1];
  if (now === undefined) return "";
  const before = new Map((resumptions[index - 2]?.sources ?? head.sources).map(({ path, sha256 }) => [path, sha256]));
  const edited = now.sources.filter(({ path, sha256 }) => before.get(path) !== sha256).map(({ path }) => path);
  const limit = now.maxCostUsd === undefined ? "" : `; at most $${now.maxCostUsd}`;
  return `${edited.length === 0 ? "" : `; changed before it: ${visible(edited.join(", "), true)}`}${limit}`;
}

/** What a run took over when it was begun, and what that had cost the other one. */
export function takenText(events: readonly RunEvent[]): string {
  const { steps, cost } = takenOver(events);
  return `with ${steps === 1 ? "1 step" : `${steps} steps`} of it, which had cost ${formatCost(cost)} there and cost nothing here`;
}

export function takenOver(events: readonly RunEvent[]): { readonly steps: number; readonly cost: Cost } {
  const ends = events.filter((event) => "replayed" in event && event.replayed && event.type !== "model.requested" && event.type !== "tool.called");
  return { steps: ends.length, cost: ends.reduce((sum, event) => (event.type === "model.replied" ? addCost(sum, event.cost) : sum), noCost) };
}

/** The account of the whole run, over all of its processes. */
function costOf(kept: KeptRun): CostReport {
  const costs = collectCosts("");
  const last = kept.events.at(-1)?.event;
  for (const event of earlierEvents(kept, last?.at ?? kept.head.at, costs.hears)) costs.sink(event);
  const end = endOf(kept);
  if (end !== undefined) costs.sink(end);
  return costs.report();
}

function waitingFor(events: readonly RunEvent[]): { readonly path: string; readonly question: string } | null {
  const asked = events.findLast((event) => event.type === "ask.waiting");
  const answered = events.some((event) => event.type === "ask.answered" && event.path === asked?.path && event.seq > asked.seq);
  return asked === undefined || answered ? null : { path: asked.path, question: asked.question };
}

function wholeText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
