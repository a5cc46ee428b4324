/** One line of a report. */
export interface Figure {
  readonly name: string;
  /** What was measured, in words: `310 µs, undici 210 µs, openai 830 µs`. */
  readonly measured: string;
  readonly value: number;
  /** How `value` is to be read: a multiple, or a quantity with its unit. */
  readonly unit: "x" | "ms" | "µs" | "MB";
  readonly must?: number;
  readonly aim?: number;
  /** Larger is better; else smaller is. */
  readonly more?: boolean;
}

export interface Report {
  readonly part: string;
  readonly title: string;
  readonly figures: readonly Figure[];
}

export type Verdict = "aim" | "must" | "missed" | "";

/** Which of its two marks a figure reaches. */
export function verdict({ value, must, aim, more = false }: Figure): Verdict {
  const reaches = (mark: number | undefined) => mark !== undefined && (more ? value >= mark : value <= mark);
  if (must === undefined && aim === undefined) return "";
  return reaches(aim) ? "aim" : reaches(must) ? "must" : "missed";
}

export function quantity(value: number, unit: Figure["unit"]): string {
  if (unit === "x") return `${value.toFixed(2)} x`;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

export function table({ title, figures }: Report): string {
  const rows = figures.map((figure) => [
    figure.name,
    quantity(figure.value, figure.unit),
    figure.must === undefined ? "" : quantity(figure.must, figure.unit),
    figure.aim === undefined ? "" : quantity(figure.aim, figure.unit),
    verdict(figure),
    figure.measured,
  ]);
  const all = [["figure", "value", "must", "aim", "reaches", "measured"], ...rows];
  const widths = all[0]?.map((_cell, column) => Math.max(...all.map((row) => (row[column] ?? "").length))) ?? [];
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column >= 1 && column <= 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [title, "", ...all.slice(0, 1).map(line), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line), ""].join("\n");
}
