import { type Paint, unpainted } from "../diagnostics/paint.ts";
import { clip, pad, textWidth } from "../diagnostics/text-width.ts";

export interface Column {
  readonly title: string;
  readonly align: "start" | "end";
  /** Columns of a higher number go first when the table is too wide; 0 always stays. */
  readonly drop: number;
}

/**
 * Lines of a table that is at most so wide: columns that matter less are left out, then the first is cut. A row that is
 * `undefined` is a rule. Columns without anything in them are left out too.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[] | undefined)[], width: number, paint: Paint = unpainted): string[] {
  const cell = (row: readonly string[] | undefined, index: number) => row?.[index] ?? "";
  const widths = columns.map((column, index) => Math.max(textWidth(column.title), ...rows.map((row) => textWidth(cell(row, index)))));
  let shown = columns.map((_, index) => index).filter((index) => index === 0 || rows.some((row) => cell(row, index) !== ""));
  const total = () => shown.reduce((sum, index) => sum + (widths[index] ?? 0) + gap.length, -gap.length);
  while (total() > width) {
    const [last] = shown.filter((index) => (columns[index]?.drop ?? 0) > 0).sort((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0));
    if (last === undefined) break;
    shown = shown.filter((index) => index !== last);
  }
  widths[0] = Math.max(6, (widths[0] ?? 0) - Math.max(0, total() - width));
  const line = (row: readonly string[]) =>
    shown
      .map((index) => {
        const room = widths[index] ?? 0;
        return columns[index]?.align === "end" ? pad(cell(row, index), room, "start") : pad(clip(cell(row, index), room), room);
      })
      .join(gap)
      .trimEnd();
  return [
    paint("dim", line(columns.map((column) => column.title))),
    ...rows.map((row) => (row === undefined ? paint("dim", "─".repeat(Math.min(width, total()))) : line(row))),
  ];
}

const gap = "  ";
