import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import { codePatterns, LeftCurly, Plain, RightCurly, withoutPattern } from "../tokens.ts";
import { ForeignComment, ForeignQuotes, Unknown } from "./foreign.ts";
import type { Problem } from "./problem.ts";
import { runOf } from "./run.ts";
import { escapeLength, opensLineEnd, placeOf, Scan, type StringShape, standsAlone, stopsAt } from "./scan.ts";

/**
 * The lexer and its modes: `code`, `string` (between quotes), `text` (in a text block), `file` (a text that is a file of
 * its own) and `inside` (code in one of these). `${`, `%{for`, `%{if` and there `{` push `inside`, `}` pops, so nesting is free.
 */
type Match = [string] | null;

/** What the patterns below know about the text that is being read; reading is synchronous, so one is enough. */
let scan = new Scan("");
let problems: Problem[] = [];
let stringAt = -1;
let stringShape: StringShape = { end: -1, plain: true };

function shapeAt(offset: number): StringShape {
  if (stringAt !== offset) {
    stringShape = scan.string(offset);
    stringAt = offset;
  }
  return stringShape;
}

function textOpen(text: string, offset: number): Match {
  if (!text.startsWith('"""', offset) || !scan.block(offset).closed) return null;
  if (!opensLineEnd(text, offset)) {
    const hint = 'Start the text on the next line, or write `"…"` for a text of one line.';
    problems.push({ code: "T107", start: offset, end: offset + 3, message: 'The text of a text block stands on the line of its `"""`.', hint });
    return ['"""'];
  }
  const newline = text.indexOf("\n", offset);
  return [text.slice(offset, newline === -1 ? text.length : newline + 1)];
}

function brokenText(text: string, offset: number): Match {
  if (!text.startsWith('"""', offset)) return null;
  const hint = 'Close the text block with `"""` alone on a line.';
  problems.push({ code: "T103", start: offset, end: offset + 3, message: "The text block that opens here is never closed.", hint });
  return [text.slice(offset, scan.block(offset).end)];
}

function plainString(text: string, offset: number): Match {
  if (text.startsWith('"""', offset)) return null;
  const { end, plain } = shapeAt(offset);
  return plain && end !== -1 ? [text.slice(offset, end)] : null;
}

function stringOpen(_text: string, offset: number): Match {
  return shapeAt(offset).end === -1 ? null : ['"'];
}

function brokenString(text: string, offset: number): Match {
  const hint = 'Close it with `"` on the same line, or write `"""` for a text of several lines.';
  problems.push({ code: "T102", start: offset, end: offset + 1, message: "The string that opens here is not closed on its line.", hint });
  return [text.slice(offset, reachOfUnclosed(text, offset))];
}

/** An unclosed string reaches to the end of its line, but for those brackets there that close what the line opened before it. */
function reachOfUnclosed(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  const end = newline === -1 ? text.length : newline;
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  let open = 0;
  for (const char of before) open += char === "(" || char === "[" || char === "{" ? 1 : char === ")" || char === "]" || char === "}" ? -1 : 0;
  const tail = /[ \t,)\]}]*(?:\)[ \t]*(?:->[ \t]*\w+[ \t]*)?\{[ \t]*)?(?:\/\/.*)?$/.exec(text.slice(offset + 1, Math.min(end, offset + 2000)))?.[0] ?? "";
  return open > 0 ? Math.max(offset + 1, end - tail.length) : end;
}

function stringChunk(text: string, offset: number): Match {
  let i = offset;
  for (; i < text.length; i++) {
    const char = text[i];
    if (char === '"') break;
    if (char === "\\") i++;
    else if (char === "$" && text[i + 1] === "{") {
      if (scan.hole(i, true) !== -1) break;
      problems.push(unclosedHole(i));
    }
  }
  return i > offset ? [text.slice(offset, i)] : null;
}

function unclosedHole(at: number): Problem {
  const hint = "Close it with `}`, or write `\\` before it when it is meant as text.";
  return { code: "T106", start: at, end: at + 2, message: "The interpolation that opens here is not closed.", hint };
}

const directive = /%\{[ \t]*(?:(?:for|if)(?![A-Za-z0-9_])|(?:else|end[a-z]*)[ \t]*\})/y;

function isDirective(text: string, at: number): boolean {
  directive.lastIndex = at;
  return directive.test(text);
}

function unknownDirective(text: string, at: number): Problem {
  const word = /^%\{[ \t]*([a-z ]*[a-z])/.exec(text.slice(at, at + 40))?.[1] ?? "";
  const hint = /^end/.test(word)
    ? "Write `%{end}`."
    : /^(?:else|elif)/.test(word)
      ? "Write `%{else}`, and `%{if …}` … `%{end}` inside it."
      : "Write `%{for x in xs}`, `%{if c}`, `%{else}` or `%{end}`; `\\%{` is the text `%{`.";
  return { code: "T110", start: at, end: at + 2 + word.length, message: word === "" ? "This is no directive." : `There is no directive "%{${word}}".`, hint };
}

const stopInText = stopsAt(/\\[$%"]|"""|[$%]\{/);
const stopInFile = stopsAt(/\\[$%]|[$%]\{/);

function chunkUntil(stops: RegExp): (text: string, offset: number) => Match {
  return (text, offset) => {
    for (let i = offset; ; ) {
      const at = placeOf(stops, text, i);
      if (at === -1) return offset < text.length ? [text.slice(offset)] : null;
      const char = text[at];
      if (char === "\\") {
        i = at + escapeLength(text, at);
        continue;
      }
      if (char === '"') return upTo(text, offset, standsAlone(text, at) ? Math.max(offset, text.lastIndexOf("\n", at)) : at);
      const closed = scan.hole(at, false) !== -1;
      if (closed && (char === "$" || isDirective(text, at))) return upTo(text, offset, at);
      problems.push(closed ? unknownDirective(text, at) : unclosedHole(at));
      i = at + 2;
    }
  };
}

function upTo(text: string, from: number, to: number): Match {
  return to > from ? [text.slice(from, to)] : null;
}

/** The closing quotes with their indentation and the newline before it, none of which is text. */
function textClose(text: string, offset: number): Match {
  let i = text[offset] === "\n" ? offset + 1 : offset;
  while (text[i] === " " || text[i] === "\t") i++;
  if (!text.startsWith('"""', i)) return null;
  if (standsAlone(text, i)) return [text.slice(offset, i + 3)];
  if (i !== offset) return null;
  const hint = 'Put the closing `"""` on a line of its own; its indentation is taken off every line.';
  problems.push({ code: "T107", start: i, end: i + 3, message: 'The `"""` that closes a text block stands behind other text.', hint });
  return ['"""'];
}

function hole(text: string, offset: number): Match {
  return text.startsWith("${", offset) && scan.hole(offset, false) !== -1 ? ["${"] : null;
}

function opening(word: string): (text: string, offset: number) => Match {
  const pattern = new RegExp(String.raw`%\{[ \t]*${word}(?![A-Za-z0-9_])`, "y");
  return (text, offset) => {
    pattern.lastIndex = offset;
    const found = pattern.exec(text);
    return found !== null && scan.hole(offset, false) !== -1 ? [found[0]] : null;
  };
}

/** `%{endif}` and the like close as `%{end}` does, and are told. */
function textEnd(text: string, offset: number): Match {
  if (!text.startsWith("%{", offset)) return null;
  const found = /^%\{[ \t]*end([a-z]*)[ \t]*\}/.exec(text.slice(offset, offset + 60));
  if (found === null) return null;
  if (found[1] !== "") problems.push(unknownDirective(text, offset));
  return [found[0]];
}

const custom = (name: string, label: string, pattern: (text: string, offset: number) => Match, more: object = {}): TokenType =>
  createToken({ name, label, pattern, line_breaks: false, ...more });
const quote = { start_chars_hint: ['"'] };

export const TextOpen = custom("TextOpen", `'"""'`, textOpen, { ...quote, push_mode: "text" });
const BrokenText = custom("BrokenText", "PLAIN", brokenText, { ...quote, categories: Plain });
export const PlainString = custom("PlainString", "PLAIN", plainString, { ...quote, categories: Plain });
export const StringOpen = custom("StringOpen", `'"'`, stringOpen, { ...quote, push_mode: "string" });
const BrokenString = custom("BrokenString", "PLAIN", brokenString, { ...quote, categories: Plain });

export const Chunk = createToken({ name: "Chunk", label: "CHUNK", pattern: Lexer.NA });
const chunk = (name: string, pattern: (text: string, offset: number) => Match): TokenType => custom(name, "CHUNK", pattern, { categories: Chunk });
const StringChunk = chunk("StringChunk", stringChunk);
const TextChunk = chunk("TextChunk", chunkUntil(stopInText));
const FileChunk = chunk("FileChunk", chunkUntil(stopInFile));
export const StringClose = createToken({ name: "StringClose", label: `'"'`, pattern: '"', pop_mode: true });
export const TextClose = custom("TextClose", `'"""'`, textClose, { pop_mode: true });
export const Hole = custom("Hole", '"${"', hole, { push_mode: "inside" });
export const TextFor = custom("TextFor", '"%{for"', opening("for"), { push_mode: "inside" });
export const TextIf = custom("TextIf", '"%{if"', opening("if"), { push_mode: "inside" });
export const TextElse = createToken({ name: "TextElse", label: '"%{else}"', pattern: /%\{[ \t]*else[ \t]*\}/ });
export const TextEnd = custom("TextEnd", '"%{end}"', textEnd);

/** Those that stand for something which could not be read, and about which all is said. */
export const silent: readonly TokenType[] = [BrokenText, BrokenString];

const values = [ForeignComment, ForeignQuotes, PlainString, TextOpen, BrokenText, StringOpen, BrokenString, ...codePatterns];
const modes = {
  code: [runOf("outside", PlainString), ...values, Unknown],
  inside: [runOf("inside", PlainString), LeftCurly, RightCurly, ...values, Unknown],
  string: [StringClose, Hole, StringChunk],
  text: [TextClose, Hole, TextFor, TextIf, TextElse, TextEnd, TextChunk],
  file: [Hole, TextFor, TextIf, TextElse, TextEnd, FileChunk],
};

/** Every terminal of the grammar, for the parser. */
export const vocabulary: TokenType[] = [...withoutPattern, Chunk, ...new Set(Object.values(modes).flat())];

let lexer: Lexer | undefined;

/** The tokens of a text with their places, comments and unknown characters apart, and what was wrong with its strings. */
export function tokenize(text: string, mode: "code" | "file"): { tokens: IToken[]; comments: IToken[]; unknown: IToken[]; problems: Problem[] } {
  lexer ??= new Lexer({ modes, defaultMode: "code" }, { positionTracking: "onlyOffset", skipValidations: true, ensureOptimizations: false });
  scan = new Scan(text);
  problems = [];
  stringAt = -1;
  const { tokens, groups } = lexer.tokenize(text, mode);
  const found = { tokens, comments: groups["comments"] ?? [], unknown: groups["unknown"] ?? [], problems };
  scan = new Scan("");
  problems = [];
  return found;
}
