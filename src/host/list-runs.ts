import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import { readHead } from "../journal/kept-run.ts";
import { linesOf, readLines } from "../journal/lines.ts";
import { isTelling, type RunSummary, summaryOf } from "../journal/summary.ts";
import { readAt } from "./file-lines.ts";
import { sha256 } from "./hash.ts";
import type { Owner } from "./lock-file.ts";
import type { RunStore } from "./run-store.ts";

/** A file of a run, as a list shows it. `owner`: who is at it. `damage`: why it cannot be read. */
export interface ListedRun {
  readonly id: string;
  readonly owner?: Owner;
  readonly summary?: RunSummary;
  readonly damage?: RunError;
}

/** Up to so many bytes every line's checksum is looked at; of a larger file as a rule only its two ends are. */
const small = 1 << 20;
const atTheEnd = 1 << 16;
/** A run that went on in one process began when its file did. */
const sameMoment = 5000;

export function listRun(id: string, store: RunStore): ListedRun {
  const owner = store.holder(id);
  const known = { id, ...(owner === undefined ? {} : { owner }) };
  try {
    return { ...known, summary: summarise(store.pathOf(id), store.fileOf(id)) };
  } catch (error) {
    if (error instanceof RunError) return { ...known, damage: error };
    throw error;
  }
}

function summarise(path: string, file: string): RunSummary {
  let opened: number;
  try {
    opened = openSync(path, "r");
  } catch (cause) {
    throw new RunError("invalid_request", `${file} cannot be read.`, { code: "T653", cause });
  }
  try {
    const { size } = fstatSync(opened);
    return size <= small ? ofSmall(readFileSync(opened, "utf8"), file) : ofLarge(opened, size, file);
  } finally {
    closeSync(opened);
  }
}

function ofSmall(text: string, file: string): RunSummary {
  const head = readHead(text, file, sha256);
  const lines: JsonObject[] = [];
  readLines(linesOf(text), file, sha256, (n, members) => void (n > 1 && lines.push(JSON.parse(`{${members}}`) as JsonObject)));
  return summaryOf(head, lines);
}

function ofLarge(opened: number, size: number, file: string): RunSummary {
  const head = readHead(firstLine(opened, size), file, sha256);
  const tail = textAt(opened, size - atTheEnd, atTheEnd);
  const end = parsed(tail.slice(0, tail.lastIndexOf("\n")).split("\n").slice(1).at(-1) ?? "");
  const { type, at, durationMs } = end ?? {};
  const whole = (type === "run.finished" || type === "run.failed") && Number(at) - Number(durationMs) - head.at < sameMoment;
  if (end !== undefined && whole) return { ...summaryOf(head, [end]), durationMs: Number(durationMs) };
  // What was torn off behind the last line break tells nothing.
  const all = textAt(opened, 0, size).split("\n").slice(1, -1);
  const last = all.at(-1);
  const told = all.slice(0, -1).filter(isTelling);
  const lines = [...told, ...(last === undefined ? [] : [last])].map(parsed);
  return summaryOf(
    head,
    lines.filter((line) => line !== undefined),
  );
}

function firstLine(opened: number, size: number): string {
  for (let length = atTheEnd; ; length *= 4) {
    const text = textAt(opened, 0, Math.min(length, size));
    const end = text.indexOf("\n");
    if (end !== -1 || length >= size) return text.slice(0, end + 1);
  }
}

function textAt(opened: number, from: number, length: number): string {
  return readAt(opened, from, length).toString("utf8");
}

function parsed(line: string): JsonObject | undefined {
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return undefined;
  }
}
