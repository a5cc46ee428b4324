/**
 * Where strings end. The lexer enters a string, a text block or a `${` only after this has seen it closed, so its stack
 * of modes is always whole: what is not closed is reported once, where it opens, and reading goes on behind it.
 *
 * A string may hold code, which may hold strings, to any depth. Every `${` and `%{` is looked at once: `ends` remembers
 * where it closes, or that it does not, which keeps the time linear.
 */
const QUOTE = 34;
const DOLLAR = 36;
const PERCENT = 37;
const SLASH = 47;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const NEWLINE = 10;

/** No closing `}`, or none that could be meant. */
const broken = -1;
/** Beyond this the parser's stack would be at risk; the lexer's own limit on brackets is lower and reports it. */
const deepest = 250;

/** Where a `"…"` ends and whether anything is interpolated in it. `end` is behind the closing quote, or -1. */
export interface StringShape {
  readonly end: number;
  readonly plain: boolean;
}

/** Where a text block ends: the offset of the closing quotes and whether they stand where they should, or how far a block that is not closed may reach. */
export interface BlockShape {
  readonly closed: boolean;
  readonly end: number;
}

export class Scan {
  readonly #text: string;
  readonly #ends = new Map<number, number>();
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Behind the `}` that closes the `${` or `%{` at an offset, or -1. */
  hole(at: number, oneLine: boolean): number {
    const known = this.#ends.get(at);
    if (known !== undefined) return known;
    if (this.#depth >= deepest) return broken;
    this.#depth++;
    const end = this.#code(at + 2, oneLine);
    this.#depth--;
    this.#ends.set(at, end);
    return end;
  }

  /** The shape of the `"…"` that opens at an offset. */
  string(at: number): StringShape {
    const text = this.#text;
    let plain = true;
    for (let i = at + 1; ; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) return { end: i + 1, plain };
      if (code === NEWLINE || Number.isNaN(code)) return { end: broken, plain };
      if (code === BACKSLASH) {
        if (text.charCodeAt(i + 1) === NEWLINE) return { end: broken, plain };
        i++;
      } else if (code === DOLLAR && text.charCodeAt(i + 1) === OPEN) {
        plain = false;
        const end = this.hole(i, true);
        i = end === broken ? i + 1 : end - 1;
      }
    }
  }

  /** The shape of the text block whose `"""` stands at an offset. */
  block(at: number): BlockShape {
    const text = this.#text;
    for (let i = at + 3; ; ) {
      const next = nextOf(text, i);
      if (next === -1) return { closed: false, end: reachOfUnclosed(text, at, text.length) };
      const code = text.charCodeAt(next);
      if (code === BACKSLASH) {
        i = next + escapeLength(text, next);
      } else if (code === QUOTE) {
        if (looksLikeOpening(text, next)) return { closed: false, end: reachOfUnclosed(text, at, text.lastIndexOf("\n", next)) };
        return { closed: true, end: next };
      } else {
        const end = this.hole(next, false);
        i = end === broken ? next + 2 : end;
      }
    }
  }

  /** Behind the `}` that ends the code begun at an offset, or -1. */
  #code(from: number, oneLine: boolean): number {
    const text = this.#text;
    let open = 0;
    for (let i = from; i < text.length; i++) {
      switch (text.charCodeAt(i)) {
        case OPEN:
          open++;
          break;
        case CLOSE:
          if (open === 0) return i + 1;
          open--;
          break;
        case NEWLINE:
          if (oneLine) return broken;
          break;
        case SLASH:
          if (text.charCodeAt(i + 1) !== SLASH) break;
          if (oneLine) return broken;
          i = behindLine(text, i);
          break;
        case DOLLAR:
        case PERCENT:
          if (text.charCodeAt(i + 1) === OPEN) return broken;
          break;
        case QUOTE: {
          const end = text.startsWith('"""', i) ? this.#innerBlock(i, oneLine) : this.string(i).end;
          if (end === broken) return broken;
          i = end - 1;
          break;
        }
      }
    }
    return broken;
  }

  #innerBlock(at: number, oneLine: boolean): number {
    if (oneLine || this.#depth >= deepest || !opensLineEnd(this.#text, at)) return broken;
    this.#depth++;
    const { closed, end } = this.block(at);
    this.#depth--;
    return closed && standsAlone(this.#text, end) ? end + 3 : broken;
  }
}

/** The next backslash that may escape, closing quotes or opening of a hole in a text block's text. */
function nextOf(text: string, from: number): number {
  return placeOf(special, text, from);
}

const special = stopsAt(/\\[$%"]|"""|[$%]\{/);

/** A pattern for `placeOf`. It looks ahead and takes nothing, so that it leaves off right where it has found something. */
export function stopsAt({ source }: RegExp): RegExp {
  return new RegExp(`(?=${source})`, "g");
}

/** Where a pattern of `stopsAt` fits next, or -1: `exec` would make an array each time only to tell. */
export function placeOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** How long the escape at a backslash in a text block is; 1 where there is none. */
export function escapeLength(text: string, at: number): 1 | 3 | 4 {
  if (text.startsWith('"""', at + 1)) return 4;
  return text.startsWith("${", at + 1) || text.startsWith("%{", at + 1) ? 3 : 1;
}

/** Whether nothing but blanks stands between the start of the line and an offset. */
export function standsAlone(text: string, at: number): boolean {
  let i = at - 1;
  while (text[i] === " " || text[i] === "\t") i--;
  return i < 0 || text[i] === "\n";
}

/** Whether nothing but blanks follows the `"""` at an offset on its line. */
export function opensLineEnd(text: string, at: number): boolean {
  let i = at + 3;
  while (text[i] === " " || text[i] === "\t") i++;
  return i >= text.length || text[i] === "\n";
}

/** Whether a `"""` inside a text block can only be the opening of the next one: the line before it asks for a value. */
function looksLikeOpening(text: string, at: number): boolean {
  if (!opensLineEnd(text, at)) return false;
  const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
  return /^[ \t]*(?:[A-Za-z_]+[ \t]*:|template[ \t]+[A-Za-z_]+[ \t]*\(.*\)|(?:system|user|assistant))[ \t]*$/.test(line);
}

/** A block that is not closed ends, as far as can be guessed, before the first line that can only be code again. */
function reachOfUnclosed(text: string, at: number, limit: number): number {
  const found = codeAgain.exec(text.slice(at, limit))?.index;
  return Math.max(at + 3, found === undefined ? limit : at + found);
}

const codeAgain =
  /\n(?=\}|(?:provider|model|retry|budget|type|template|tool|mcp|agent|workflow|profile)[ \t]+[A-Za-z_]+[ \t]*(?:[({=]|$)|(?:test|import)[ \t]+["{])/m;

/** The end of the line of an offset. */
export function behindLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}
