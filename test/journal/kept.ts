import { createHash } from "node:crypto";
import type { RunEvent } from "../../src/agent/events.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { beginJournal, resumeJournal } from "../../src/journal/journal.ts";
import { blamed, type RunHead, readRun, type Source } from "../../src/journal/kept-run.ts";
import { type Ended, finish, type RunSettings } from "../interpreter/world.ts";

export const name = "run.jsonl";
export const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
export const head: RunHead = { run: "run", at: 0, file: "t", sources: [], main: "t#w", input: {}, seed: "seed" };

export interface KeptEnd extends Ended {
  /** The run's file. */
  readonly text: string;
}

/** Runs a graph to its end and keeps it. */
export async function keep(graph: Graph, settings: RunSettings = {}): Promise<KeptEnd> {
  const file = memoryFile();
  const ended = await finish(graph, { runId: "run", seed: "seed", journal: beginJournal(head, { file, hash, name }), ...settings });
  return { ...ended, text: file.text() };
}

export interface GoOn extends RunSettings {
  /** What the program is made of now; default: as it was. */
  readonly sources?: readonly Source[];
}

/** Goes on with a kept run. */
export async function goOn(text: string, graph: Graph, { sources = [], ...settings }: GoOn = {}): Promise<KeptEnd> {
  const kept = readRun(text, name, hash);
  const file = memoryFile(text);
  const journal = resumeJournal(kept, { at: 1, sources, dropped: blamed(kept) }, { file, hash, name });
  const ended = await finish(graph, { runId: "run", seed: "seed", journal, ...settings });
  return { ...ended, text: file.text() };
}

/** The file up to the first line that this holds for, without it. */
export function until(text: string, is: (line: string) => boolean): string {
  const lines = text.split("\n");
  const at = lines.findIndex(is);
  return `${lines.slice(0, at).join("\n")}\n`;
}

/** The paths of models that were asked, and not read. */
export function asked(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.type === "model.requested" && !event.replayed ? [event.path] : []));
}

/** The paths of tools that ran, and were not read. */
export function called(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.type === "tool.called" && !event.replayed ? [event.path] : []));
}
