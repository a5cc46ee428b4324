import type { Message, ModelRequest } from "../agent/provider.ts";
import type { Json } from "../diagnostics/json.ts";
import { keptMessage } from "./messages.ts";

/** Lines of one part of what is compared. */
interface Part {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Lines around what differs. */
const context = 2;
/** So many characters of a line, and lines of the whole, are shown. */
const longestLine = 300;
const mostLines = 80;

/** What another model's key, parameters, tools or messages have that the recorded request has not, as a unified diff. */
export function requestDiff(before: AskedSide, now: AskedSide): readonly string[] {
  return diffOfParts(partsOf(before), partsOf(now));
}

export interface AskedSide {
  readonly model: string;
  readonly provider: string;
  readonly request: ModelRequest;
}

/** Arguments of a tool, or a question. */
export function valueDiff(title: string, before: Json, now: Json): readonly string[] {
  return diffOfParts([{ title, lines: linesOf(before) }], [{ title, lines: linesOf(now) }]);
}

function partsOf({ model, provider, request }: AskedSide): Part[] {
  const { messages, tools, toolChoice, output, parameters, extra } = request;
  return [
    { title: "model", lines: [`${model} (${request.model}) of ${provider}`] },
    { title: "parameters", lines: linesOf(parameters as Json) },
    ...(extra === undefined ? [] : [{ title: "extra", lines: linesOf(extra) }]),
    ...messages.map((message, index) => ({ title: `message ${index + 1} (${message.role})`, lines: messageLines(message) })),
    { title: "tool choice", lines: linesOf(toolChoice as Json) },
    ...tools.map(({ name, ...tool }) => ({ title: `tool ${name}`, lines: linesOf(tool as unknown as Json) })),
    ...(output === undefined ? [] : [{ title: "output", lines: linesOf(output as unknown as Json) }]),
  ];
}

function messageLines(message: Message): string[] {
  const { role: _, content, ...more } = keptMessage(message) as unknown as { readonly role: string; readonly content: string };
  return [...content.split("\n"), ...(Object.keys(more).length === 0 ? [] : linesOf(more as Json))];
}

function linesOf(value: Json): string[] {
  return JSON.stringify(value, null, 2).split("\n");
}

/** Parts of the same title beside each other, in the order of what is now; those that are alike are left out. */
function diffOfParts(before: readonly Part[], now: readonly Part[]): readonly string[] {
  const titles = [...new Set([...now.map(({ title }) => title), ...before.map(({ title }) => title)])];
  const linesIn = (parts: readonly Part[], title: string): readonly string[] => parts.find((part) => part.title === title)?.lines ?? [];
  const lines = titles.flatMap((title) => {
    const diff = diffOfLines(linesIn(before, title), linesIn(now, title));
    return diff.length === 0 ? [] : [`@@ ${title} @@`, ...diff];
  });
  return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), `  … and ${lines.length - mostLines} more lines`];
}

/** `-` what only `before` has, `+` what only `now` has, and a few lines around. Nothing where both are the same. */
export function diffOfLines(before: readonly string[], now: readonly string[]): string[] {
  const edits = edited(before, now);
  const isNear = (index: number): boolean => edits.slice(Math.max(0, index - context), index + context + 1).some(({ mark }) => mark !== " ");
  const lines: string[] = [];
  let skipped = false;
  edits.forEach(({ mark, line }, index) => {
    if (isNear(index)) {
      if (skipped && lines.length > 0) lines.push("  …");
      lines.push(...cut(mark, line, edits[index + (mark === "-" ? 1 : -1)]));
      skipped = false;
    } else skipped = true;
  });
  return lines;
}

interface Edit {
  readonly mark: "-" | "+" | " ";
  readonly line: string;
}

/** A long line is shown from where it begins to differ from the one that took its place. */
function cut(mark: Edit["mark"], line: string, other: Edit | undefined): string[] {
  if (line.length <= longestLine) return [`${mark} ${line}`];
  const pair = other !== undefined && other.mark !== mark && other.mark !== " " && mark !== " " ? other.line : undefined;
  let at = 0;
  if (pair !== undefined) while (at < line.length && line[at] === pair[at]) at++;
  const from = Math.max(0, Math.min(at - 40, line.length - longestLine));
  const to = from + longestLine;
  return [`${mark} ${from > 0 ? "…" : ""}${line.slice(from, to)}${to < line.length ? "…" : ""}`];
}

/** More lines than this are compared as a whole: the table of the longest common part has a cell for each pair. */
const mostCells = 4_000_000;

/** By the longest common subsequence of lines, after what both begin and end with. */
function edited(before: readonly string[], now: readonly string[]): Edit[] {
  let start = 0;
  while (start < before.length && start < now.length && before[start] === now[start]) start++;
  let end = 0;
  while (end < before.length - start && end < now.length - start && before.at(-1 - end) === now.at(-1 - end)) end++;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ mark: " ", line }));
  const [a, b] = [before.slice(start, before.length - end), now.slice(start, now.length - end)];
  return [...same(before.slice(0, start)), ...middle(a, b), ...same(before.slice(before.length - end))];
}

function middle(a: readonly string[], b: readonly string[]): Edit[] {
  const whole = [...a.map((line): Edit => ({ mark: "-", line })), ...b.map((line): Edit => ({ mark: "+", line }))];
  if (a.length === 0 || b.length === 0 || a.length * b.length > mostCells) return whole;
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [line, other] = [a[i], b[j]];
    if (line !== undefined && line === other) {
      edits.push({ mark: " ", line });
      i++;
      j++;
    } else if (line !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ mark: "-", line });
      i++;
    } else if (other !== undefined) {
      edits.push({ mark: "+", line: other });
      j++;
    }
  }
  return edits;
}
