/** One character as a person sees it, with the columns that a terminal gives it. */
export interface Cell {
  readonly text: string;
  readonly width: number;
  /** Where it begins in the text, in UTF-16 units. */
  readonly at: number;
}

/** Made once, on first use: it costs more than most lines. */
let segmenter: Intl.Segmenter | undefined;
const plain = /^[\x20-\x7e]*$/;
const nothing = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;
/** Unicode's East Asian Width W and F, in whole blocks. */
const wide =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

/** The columns that one character takes: 0, 1 or 2. */
function widthOf(character: string): number {
  if (nothing.test(character)) return 0;
  return wide.test(character) || emoji.test(character) ? 2 : 1;
}

/** The characters of a line, each with its width. */
export function cells(text: string): Cell[] {
  if (plain.test(text)) return Array.from(text, (character, at) => ({ text: character, width: 1, at }));
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment, index }) => ({ text: segment, width: widthOf(segment), at: index }));
}

/** The columns that a text without newlines takes in a terminal. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  return cells(text).reduce((sum, cell) => sum + cell.width, 0);
}

/** The text cut to so many columns, ending in `…` where something was cut. */
export function clip(text: string, width: number): string {
  if (width <= 0) return "";
  if (text.length <= width && plain.test(text)) return text;
  let kept = 0;
  let used = 0;
  // A long text is not measured to its end: a character seldom has more than a few UTF-16 units.
  for (const cell of cells(text.slice(0, (width + 1) * 16))) {
    if (used + cell.width > width) return `${text.slice(0, kept)}…`;
    used += cell.width;
    if (used < width) kept = cell.at + cell.text.length;
  }
  return text.length > (width + 1) * 16 ? `${text.slice(0, kept)}…` : text;
}

/** The text with blanks at its end (or, for numbers, at its start) up to so many columns. */
export function pad(text: string, width: number, side: "end" | "start" = "end"): string {
  const blanks = " ".repeat(Math.max(0, width - textWidth(text)));
  return side === "end" ? text + blanks : blanks + text;
}

/** The text broken at blanks into lines of at most so many columns. A word that is longer stands alone and stays whole. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && textWidth(line) + 1 + textWidth(word) > width) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}
