import { errorInfo } from "../../agent/failure.ts";
import { wrap } from "../../diagnostics/text-width.ts";
import { visible } from "../../diagnostics/visible.ts";
import { type ListedRun, listRun } from "../../host/list-runs.ts";
import { whoHas } from "../../host/lock-file.ts";
import { type RunStore, runsFolder } from "../../host/run-store.ts";
import type { RunSummary } from "../../journal/summary.ts";
import { formatCost, formatDuration } from "../../report/figures.ts";
import { type Column, renderTable } from "../../report/table.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";

export interface ListOptions {
  readonly store: RunStore;
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly limit: number;
}

const columns: readonly Column[] = [
  { title: "run", align: "start", drop: 0 },
  { title: "state", align: "start", drop: 0 },
  { title: "started", align: "start", drop: 3 },
  { title: "took", align: "end", drop: 2 },
  { title: "cost", align: "end", drop: 1 },
  { title: "main", align: "start", drop: 4 },
  { title: "file", align: "start", drop: 5 },
];

/** `tantra runs`: a table on standard output, and what cannot be read on standard error. */
export async function listRuns({ store, terminal, json, limit }: ListOptions): Promise<number> {
  const ids = store.ids().toReversed();
  const listed = ids.slice(0, limit).map((id) => listRun(id, store));
  if (json) {
    await terminal.out(
      `${JSON.stringify(
        listed.map((run) => asJson(run, store)),
        null,
        2,
      )}\n`,
    );
    return exitCodes.done;
  }
  if (listed.length === 0) {
    await terminal.out(`No run is kept in ${runsFolder}.\n`);
    return exitCodes.done;
  }
  const { width = 160, paint } = terminal.outLayout();
  await terminal.out(`${renderTable(columns, listed.map(rowOf), width, paint).join("\n")}\n`);
  const notes = listed.flatMap(({ damage }) => (damage === undefined ? [] : [`${damage.place ?? ""}: ${damage.message}`]));
  if (ids.length > listed.length) notes.push(`The newest ${listed.length} of ${ids.length}: --all lists them all.`);
  const { width: columnsOfNotes = 100, paint: paintNote } = terminal.errLayout();
  for (const note of notes) for (const line of wrap(visible(note), columnsOfNotes)) terminal.err(`${paintNote("dim", line)}\n`);
  return exitCodes.done;
}

export function stateIn({ owner, summary }: ListedRun): RunSummary["state"] | "running" | "damaged" {
  if (owner !== undefined) return "running";
  return summary === undefined ? "damaged" : summary.state;
}

function rowOf(run: ListedRun): readonly string[] {
  const state = stateIn(run);
  if (run.summary === undefined) return [visible(run.id, true), state];
  const { at, durationMs, cost, main, file } = run.summary;
  const simulated = cost.simulated ? " simulated" : "";
  return [run.id, state, moment(at), formatDuration(durationMs), `${formatCost(cost)}${simulated}`, main.slice(main.lastIndexOf("#") + 1), file].map((cell) =>
    visible(cell, true),
  );
}

/** `2026-11-04 15:30:12`, where the reader is. */
export function moment(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function asJson(run: ListedRun, store: RunStore): object {
  const { id, owner, summary, damage } = run;
  const { run: _run, state: _state, file, ...said } = summary ?? {};
  return {
    run: id,
    state: stateIn(run),
    ...said,
    ...(file === undefined ? {} : { program: file }),
    file: store.fileOf(id),
    ...(owner === undefined ? {} : { process: owner.pid, host: owner.host }),
    ...(damage === undefined ? {} : { damage: errorInfo(damage) }),
  };
}

/** ` (process 4711)`, for a run that goes on. */
export function atWork({ id, owner }: ListedRun): string {
  return `The run ${id} is at work${whoHas(owner)}.`;
}
