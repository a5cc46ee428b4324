import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import {
  Arrow,
  Bar,
  Colon,
  Comment,
  Equals,
  FatArrow,
  Greater,
  Identifier,
  LeftCurly,
  LeftRound,
  LeftSquare,
  Less,
  Minus,
  Not,
  PlainComma,
  PlainDot,
  PlainNumber,
  Plus,
  Question,
  RightCurly,
  RightRound,
  RightSquare,
  Star,
  spelling,
  words,
} from "../tokens.ts";
import { behindLine } from "./scan.ts";

/**
 * Words, numbers without a unit, signs, strings that say what they show, with blanks and comments between them: most of every
 * program, and nothing with which a mode begins or ends. Chevrotain tries pattern after pattern for each token; one loop over the
 * characters reads a row of such tokens at once. Whatever could be the beginning of anything else is left to the patterns.
 */
const blank = 1;
const letter = 2;
const digit = 3;
/** A sign that may be the beginning of a longer one, and one that never is. */
const sign = 4;
const alone = 5;
const quote = 6;
const slash = 7;

const NEWLINE = 10;
const QUOTE = 34;
const DOLLAR = 36;
const MINUS = 45;
const SLASH = 47;
const EQUALS = 61;
const GREATER = 62;
const BACKSLASH = 92;

/** What a token is; of one shape, as the token types are not, so that the loop reads it fast. */
interface Kind {
  readonly type: TokenType;
  readonly index: number;
  readonly image: string;
}
const kindOf = (type: TokenType): Kind => ({ type, index: type.tokenTypeIdx ?? 0, image: spelling(type) });
const name = kindOf(Identifier);
const number = kindOf(PlainNumber);
const comment = kindOf(Comment);
const wordKinds: ReadonlyMap<string, Kind> = new Map([...words].map(([word, type]) => [word, kindOf(type)]));

/** What each character begins; with which ones a word goes on, and a number that is more than digits; before which a sign may be a longer one. */
const beginsInside = new Uint8Array(128);
const inWord = new Uint8Array(128);
const inNumber = new Uint8Array(128);
const joins = new Uint8Array(128);
const signs: Kind[] = new Array(128).fill(name);
function mark(table: Uint8Array, value: number, characters: string): void {
  for (const character of characters) table[character.charCodeAt(0)] = value;
}
mark(beginsInside, blank, " \t\n\r");
mark(beginsInside, letter, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
mark(beginsInside, digit, "0123456789");
mark(beginsInside, quote, '"');
mark(beginsInside, slash, "/");
mark(joins, 1, "=>.?|&+*/");
for (const type of [
  LeftRound,
  RightRound,
  LeftSquare,
  RightSquare,
  PlainComma,
  PlainDot,
  Colon,
  Question,
  Bar,
  Equals,
  Not,
  Less,
  Greater,
  Minus,
  Plus,
  Star,
  LeftCurly,
  RightCurly,
]) {
  if (type !== LeftCurly && type !== RightCurly) mark(beginsInside, sign, spelling(type));
  signs[spelling(type).charCodeAt(0)] = kindOf(type);
}
mark(beginsInside, alone, "()[],");
beginsInside.forEach((kind, code) => {
  if (kind === letter || kind === digit) inWord[code] = 1;
});
inNumber.set(inWord);
mark(inNumber, 1, "./");
/** The longer signs that are no operators: one sits on nearly every line. */
const arrows = new Map<Kind | undefined, Kind>([
  [signs[MINUS], kindOf(Arrow)],
  [signs[EQUALS], kindOf(FatArrow)],
]);

/** Outside of texts braces are signs like any other: only inside does one of them end the code. */
const beginsOutside = beginsInside.slice();
mark(beginsOutside, alone, "{}");

/** Which lengths the words of the language have that begin with a character: most names need not be looked up. */
const wordLengths = new Uint16Array(128);
for (const word of words.keys()) wordLengths[word.charCodeAt(0)] = (wordLengths[word.charCodeAt(0)] ?? 0) | (1 << word.length);
const longest = Math.max(...[...words.keys()].map((word) => word.length));

/** Such a row in code outside of texts, or in what a text interpolates, as a token type that leaves no token of its own. */
export function runOf(where: "outside" | "inside", plainString: TokenType): TokenType {
  const begins = where === "outside" ? beginsOutside : beginsInside;
  const starts = Array.from(begins, (kind, code) => (kind === 0 ? "" : String.fromCharCode(code))).filter((one) => one !== "");
  return createToken({ name: `Run${where}`, pattern: reader(begins, kindOf(plainString)), group: Lexer.SKIPPED, start_chars_hint: starts, line_breaks: true });
}

type Groups = Readonly<Record<string, IToken[]>>;

/** The pattern of a row: puts its tokens behind those that are there, and gives its text; null where there is none. */
function reader(begins: Uint8Array, string: Kind): (text: string, offset: number, tokens: IToken[], groups: Groups) => [string] | null {
  return (text, offset, tokens, groups) => {
    const end = text.length;
    let at = offset;
    while (at < end) {
      const code = text.charCodeAt(at);
      const begun = begins[code];
      const start = at++;
      if (begun === blank) continue;
      let kind = signs[code] ?? name;
      let { image } = kind;
      if (begun === letter) {
        while (at < end && inWord[text.charCodeAt(at)] === 1) at++;
        image = text.slice(start, at);
        kind = mayBeWord(code, at - start) ? (wordKinds.get(image) ?? name) : name;
      } else if (begun === sign) {
        if (at < end && joins[text.charCodeAt(at)] === 1) {
          const longer = text.charCodeAt(at) === GREATER ? arrows.get(kind) : undefined;
          if (longer === undefined) return upTo(text, offset, start);
          kind = longer;
          image = longer.image;
          at++;
        }
      } else if (begun === quote) {
        at = behindString(text, at);
        if (at === -1) return upTo(text, offset, start);
        image = text.slice(start, at);
        kind = string;
      } else if (begun === digit) {
        while (at < end && begins[text.charCodeAt(at)] === digit) at++;
        if (at < end && inNumber[text.charCodeAt(at)] === 1) return upTo(text, offset, start);
        image = text.slice(start, at);
        kind = number;
      } else if (begun === slash) {
        if (text.charCodeAt(at) !== SLASH) return upTo(text, offset, start);
        at = behindLine(text, at);
        groups["comments"]?.push({ image: text.slice(start, at), startOffset: start, tokenTypeIdx: comment.index, tokenType: comment.type } as IToken);
        continue;
      } else if (begun !== alone) return upTo(text, offset, start);
      tokens.push({ image, startOffset: start, tokenTypeIdx: kind.index, tokenType: kind.type } as IToken);
    }
    return upTo(text, offset, at);
  };
}

function upTo(text: string, from: number, to: number): [string] | null {
  return to > from ? [text.slice(from, to)] : null;
}

function mayBeWord(first: number, length: number): boolean {
  return length <= longest && ((wordLengths[first] ?? 0) & (1 << length)) !== 0;
}

/** Behind the quotes that close a string opened just before an offset; -1 where it holds an escape or a `${`, is not closed on its line, or is a text block. */
function behindString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at === from && text.charCodeAt(at + 1) === QUOTE ? -1 : at + 1;
    if (code === BACKSLASH || code === DOLLAR || code === NEWLINE) return -1;
  }
  return -1;
}
