import type { IToken } from "chevrotain";
import type { Source } from "../../diagnostics/source.ts";

/** Where a token ends. Tokens carry their start and their text only: lines and columns are computed where a message is made. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

/** Whether a new line begins between two offsets of a text. */
export function breaksBetween(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) === 10) return true;
  return false;
}

/** The offset at which the line of an offset begins. */
export function lineStart(source: Source, offset: number): number {
  return offset - source.position(offset).column + 1;
}

/** How many blanks stand before the first character of an offset's line. */
export function indentOf(source: Source, offset: number): number {
  const start = lineStart(source, offset);
  let end = start;
  while (source.text[end] === " " || source.text[end] === "\t") end++;
  return end - start;
}
