import { createToken, type TokenType } from "chevrotain";
import { Plain } from "../tokens.ts";

/** What habit brings along from other languages, and characters that mean nothing. The whole of each is one token, so that it is one mistake. */

type Match = [string] | null;

function matched(text: string, from: number, to: number): Match {
  return to > from ? [text.slice(from, to)] : null;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** `# …` to the end of the line, `/* … *\/` to its end, or to the end of the line where it has none. */
function foreignComment(text: string, offset: number): Match {
  if (text[offset] === "#") return matched(text, offset, endOfLine(text, offset));
  if (!text.startsWith("/*", offset)) return null;
  const close = text.indexOf("*/", offset + 2);
  return matched(text, offset, close === -1 ? endOfLine(text, offset) : close + 2);
}

const closing: Readonly<Record<string, string>> = { "'": "'", "`": "`", "“": "”", "‘": "’" };

/** A string in quotes that are not ours, on one line. */
function foreignQuotes(text: string, offset: number): Match {
  const close = closing[text[offset] ?? ""];
  if (close === undefined) return null;
  const end = endOfLine(text, offset);
  for (let i = offset + 1; i < end; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === close) return matched(text, offset, i + 1);
  }
  return null;
}

/** Characters that begin nothing, as many as stand together. */
function unknown(text: string, offset: number): Match {
  let end = offset;
  while (end < text.length && isUnknown(text.charCodeAt(end))) end++;
  return matched(text, offset, Math.max(end, offset + 1));
}

function isUnknown(code: number): boolean {
  return code > 126 || code < 9 || (code > 13 && code < 32) || code === 11 || code === 12 || code === 64 || code === 92 || code === 94 || code === 126;
}

/** Every first character that no other pattern takes; above 255 the lexer sorts characters into bundles of 255. */
const unknownStarts = [
  ...Array.from({ length: 256 }, (_, code) => code).filter((code) => isUnknown(code) || code === 39 || code === 96 || code === 38),
  300,
  ...Array.from({ length: 257 }, (_, bundle) => 255 + bundle * 255),
];

export const ForeignComment: TokenType = createToken({
  ...{ name: "ForeignComment", pattern: foreignComment, group: "comments", start_chars_hint: ["#", "/"], line_breaks: true },
});
export const ForeignQuotes: TokenType = createToken({
  ...{ name: "ForeignQuotes", pattern: foreignQuotes, categories: Plain, start_chars_hint: Object.keys(closing), line_breaks: false },
});
export const Unknown: TokenType = createToken({
  ...{ name: "Unknown", pattern: unknown, group: "unknown", start_chars_hint: unknownStarts, line_breaks: false },
});
