import type { ErrorInfo } from "../../agent/events.ts";
import type { Json } from "../../diagnostics/json.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { TypeNode } from "../../graph/types.ts";
import { collectCosts } from "../../report/collect.ts";
import { runReport } from "../../report/result.ts";
import type { Terminal } from "../terminal.ts";

/** A value as it goes to standard output or a file: a text as it is with a newline, all else as indented JSON, nothing for no value. */
export function valueText(value: Json, type: TypeNode): string {
  if (type.kind === "none" && value === null) return "";
  return `${typeof value === "string" ? value : JSON.stringify(value, null, 2)}\n`;
}

/** On a terminal a model's text must not steer it; a file or a program gets every byte. */
export async function printValue(text: string, terminal: Terminal): Promise<void> {
  if (text !== "") await terminal.out(terminal.outIsTerminal ? visible(text) : text);
}

/** The `--json` of a run that did not start. */
export async function printNothingRan(error: ErrorInfo, terminal: Terminal): Promise<void> {
  const report = runReport({ runId: null, value: null, error, durationMs: 0, steps: {}, questions: [], warnings: [] }, collectCosts("").report());
  await terminal.out(`${JSON.stringify(report, null, 2)}\n`);
}
