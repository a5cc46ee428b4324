import { codeFrame, type Frame } from "./code-frame.ts";
import { codes } from "./codes.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type Paint, type Role, unpainted } from "./paint.ts";
import type { Source } from "./source.ts";
import type { FileSpan } from "./span.ts";
import { clip, wrap } from "./text-width.ts";
import { visible } from "./visible.ts";

export interface RenderOptions {
  /** The text of a file, by its path; undefined: messages show the place without the line. */
  readonly source: (path: string) => Source | undefined;
  /** Columns. Absent: sentences are not wrapped, lines of code are cut at 120. */
  readonly width?: number;
  readonly paint?: Paint;
}

/** What stopped a run, as data: a `RunError`, or the `error` of an event. */
export interface Failure {
  readonly code: string;
  readonly class: string;
  readonly message: string;
  readonly path: string;
  /** `file:line:column` */
  readonly place?: string | undefined;
  readonly hint?: string | undefined;
  /** Lines of a unified diff. */
  readonly diff?: readonly string[] | undefined;
  readonly others?: readonly Failure[] | undefined;
}

const codeWidth = 120;
/** So many outcomes of other branches are shown in full. */
const othersShown = 5;

/** One diagnostic as a person sees it: title, sentence, the lines of code it is about, hint. No newline at its end. */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): string {
  const { severity, code, message, span, related = [], hint } = diagnostic;
  return [
    title(severity, code, options),
    ...sentence(message, options),
    ...frame(span, severity, undefined, options),
    ...related.flatMap((other) => frame(other.span, "mark", other.message, options)),
    ...hintLines(hint, options),
  ].join("\n");
}

/** All of them with a blank line between, and a line that counts them. "" when there are none. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  if (diagnostics.length === 0) return "";
  const paint = options.paint ?? unpainted;
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const counts = [errors > 0 ? paint("error", count(errors, "error")) : "", warnings > 0 ? paint("warning", count(warnings, "warning")) : ""];
  return [...diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, options)), counts.filter((text) => text !== "").join(", ")].join("\n\n");
}

/** What stopped a run, as a person sees it, with what came of the other branches under it. No newline at its end. */
export function renderFailure(failure: Failure, options: RenderOptions): string {
  const paint = options.paint ?? unpainted;
  const { code, message, path, place, hint, diff = [], others = [] } = failure;
  const shown = others.slice(0, othersShown).map((other) => {
    const line = `${visible(other.path, true)}: ${visible(other.message, true)}`;
    return `  ${paint("dim", "·")} ${options.width === undefined ? line : clip(line, options.width - 4)}`;
  });
  return [
    title("error", code, options),
    ...sentence(message, options),
    ...placeFrame(place, path, options),
    ...diffLines(diff, options),
    ...(shown.length === 0 ? [] : ["", "Other branches:", ...shown]),
    ...(others.length > othersShown ? [`  ${paint("dim", `· and ${others.length - othersShown} more`)}`] : []),
    ...hintLines(hint, options),
  ].join("\n");
}

function title(severity: "error" | "warning", code: string, { paint = unpainted }: RenderOptions): string {
  const words = code in codes ? codes[code as keyof typeof codes] : "";
  return `${paint(severity, `${severity} ${code}`)}${words === "" ? "" : paint("strong", `: ${words}`)}`;
}

function sentence(text: string, { width }: RenderOptions): string[] {
  const safe = visible(text);
  return width === undefined ? safe.split("\n") : wrap(safe, width);
}

function hintLines(hint: string | undefined, options: RenderOptions): string[] {
  const paint = options.paint ?? unpainted;
  return hint === undefined ? [] : ["", ...sentence(hint, options).map((line) => paint("hint", line))];
}

function diffLines(diff: readonly string[], { paint = unpainted, width }: RenderOptions): string[] {
  if (diff.length === 0) return [];
  const lines = diff.map((line) => {
    const shown = visible(line, true);
    const fitting = width === undefined ? shown : clip(shown, width - 2);
    const role = line.startsWith("-") ? "error" : line.startsWith("+") ? "good" : line.startsWith("@@") ? "place" : "dim";
    return `  ${paint(role, fitting)}`.trimEnd();
  });
  return ["", ...lines];
}

function frame(span: FileSpan, role: Role, label: string | undefined, options: RenderOptions): string[] {
  const source = options.source(span.file);
  if (source === undefined) return heading(span.file, 2, options);
  const from = source.position(span.start);
  // The end of a place that ends with a line's newline is that line's.
  const to = source.position(span.end > span.start && source.text[span.end - 1] === "\n" ? span.end - 1 : span.end);
  return framed({ source, from, to, role, ...(label === undefined ? {} : { label }) }, options);
}

/** Of a failure only the place where the step begins is known: the word that stands there is underlined. */
function placeFrame(place: string | undefined, path: string, options: RenderOptions): string[] {
  if (place === undefined) return path === "" ? [] : heading(path, 2, options);
  const parts = /^(.*):(\d+):(\d+)$/.exec(place);
  const source = options.source(parts?.[1] ?? "");
  if (source === undefined || parts === null) return heading(place, 2, options, path);
  const from = { line: Number(parts[2]), column: Number(parts[3]) };
  const word = /^(?:[\p{L}\p{N}_.]+|.)/u.exec(source.line(from.line).slice(from.column - 1))?.[0] ?? " ";
  return framed({ source, from, to: { line: from.line, column: from.column + word.length }, role: "error" }, options, path);
}

function framed(frame: Frame, options: RenderOptions, path = ""): string[] {
  const paint = options.paint ?? unpainted;
  const gutter = Math.max(3, String(frame.from.line).length + 1);
  const width = Math.min(options.width ?? codeWidth, codeWidth);
  return [...heading(`${frame.source.path}:${frame.from.line}:${frame.from.column}`, gutter, options, path), ...codeFrame(frame, gutter, width, paint)];
}

/** The place, and of a failure the step's path, under it where both do not fit on one line. */
function heading(place: string, gutter: number, { paint = unpainted, width }: RenderOptions, path = ""): string[] {
  const blank = " ".repeat(gutter);
  const first = `${blank} ${paint("dim", "┌─")} ${paint("place", visible(place, true))}`;
  const step = visible(path, true);
  if (step === "") return ["", first];
  if (gutter + 4 + place.length + 4 + step.length <= (width ?? codeWidth)) return ["", `${first} ${paint("dim", `in ${step}`)}`];
  return ["", first, `${blank} ${paint("dim", "│")}  ${paint("dim", `in ${step}`)}`];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
