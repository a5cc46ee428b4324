import type { Paint, Role } from "./paint.ts";
import type { Position, Source } from "./source.ts";
import { type Cell, cells } from "./text-width.ts";
import { visible } from "./visible.ts";

export interface Frame {
  readonly source: Source;
  readonly from: Position;
  readonly to: Position;
  readonly role: Role;
  /** What is said beside the underline. */
  readonly label?: string;
}

/**
 * The line that a place begins on, with its number and an underline; a place of several lines is underlined to the end
 * of its first and says where it ends. Tabs are widened, wide characters counted as two columns, and of a long line the
 * part around the place is shown. No line is wider than `width`.
 */
export function codeFrame({ source, from, to, role, label }: Frame, gutter: number, width: number, paint: Paint): string[] {
  const text = source.line(from.line);
  const several = to.line > from.line;
  const shown = columns(text, from.column - 1, several ? text.length : Math.max(to.column, from.column) - 1);
  const room = Math.max(16, width - gutter - 4);
  const part = window(shown, room);
  const note = [several ? `to line ${to.line}` : "", label ?? ""].filter((word) => word !== "").join(", ");
  const bar = paint("dim", "│");
  const number = paint("dim", String(from.line).padStart(gutter));
  const blank = " ".repeat(gutter);
  const mark = `${" ".repeat(part.from)}${paint(role, (role === "mark" ? "─" : "^").repeat(Math.max(1, part.to - part.from)))}`;
  const fits = part.to + 1 + note.length <= room;
  return [
    `${number} ${bar} ${part.text}`.trimEnd(),
    `${blank} ${bar} ${mark}${note !== "" && fits ? ` ${paint(role, note)}` : ""}`,
    ...(note !== "" && !fits ? [`${blank} ${bar} ${" ".repeat(Math.max(0, Math.min(part.from, room - note.length)))}${paint(role, note)}`] : []),
  ];
}

interface Shown {
  readonly cells: readonly Cell[];
  /** Indices of the first marked cell and of the one after the last. */
  readonly first: number;
  readonly after: number;
}

const tab = 4;
/** Of a line that is longer than this only the part around the place is looked at. */
const longest = 4000;

/** The cells of a line, as they are drawn, and which of them are marked. Offsets are those of the text. */
function columns(line: string, start: number, end: number): Shown {
  const cut = line.length > longest ? Math.max(0, start - longest / 2) : 0;
  const text = line.slice(cut, cut + longest);
  const drawn: Cell[] = [];
  let first = -1;
  let after = -1;
  let column = 0;
  for (const cell of cells(text)) {
    const at = cut + cell.at;
    if (first === -1 && at + cell.text.length > start) first = drawn.length;
    if (after === -1 && at >= end && first !== -1) after = drawn.length;
    const pieces = cell.text === "\t" ? " ".repeat(tab - (column % tab)) : cell.width === 0 ? visible(cell.text) : "";
    if (pieces === "") {
      drawn.push(cell);
      column += cell.width;
    } else {
      for (const piece of pieces) drawn.push({ text: piece, width: 1, at });
      column += pieces.length;
    }
  }
  if (first === -1) first = drawn.length;
  return { cells: drawn, first, after: Math.max(first, after === -1 ? drawn.length : after) };
}

/** The part of a line that fits, the marked cells in sight, with `…` where something is left out. In columns. */
function window(shown: Shown, room: number): { readonly text: string; readonly from: number; readonly to: number } {
  const sum = (from: number, to: number) => shown.cells.slice(from, to).reduce((total, cell) => total + cell.width, 0);
  let begin = 0;
  let end = shown.cells.length;
  if (sum(0, end) > room) {
    // The place first, then as much before it as leaves a third of the room behind it.
    begin = shown.first;
    while (begin > 0 && sum(begin - 1, shown.first) <= room / 3) begin--;
    if (sum(0, Math.min(shown.after, end)) < room - 1) begin = 0;
    const left = room - (begin > 0 ? 1 : 0);
    end = begin;
    while (end < shown.cells.length && sum(begin, end + 1) <= left - 1) end++;
    if (end === shown.cells.length - 1 && sum(begin, end + 1) <= left) end++;
    // Near the end of the line there is room left: it goes to what stands before.
    if (end === shown.cells.length) while (begin > 0 && sum(begin - 1, end) <= left) begin--;
  }
  const lead = begin > 0 ? "…" : "";
  const text = `${lead}${shown.cells
    .slice(begin, end)
    .map((cell) => cell.text)
    .join("")}${end < shown.cells.length ? "…" : ""}`;
  const from = lead.length + sum(begin, shown.first);
  return { text, from, to: from + sum(shown.first, Math.min(shown.after, end)) };
}
