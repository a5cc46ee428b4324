import { type IToken, type TokenType, tokenMatcher } from "chevrotain";
import type { Source } from "../../diagnostics/source.ts";
import { declarationWords, Import, LeftCurly, LeftRound, LeftSquare, Name, Num, RightCurly, RightRound, RightSquare, spelling } from "../tokens.ts";
import { Hole, PlainString, StringClose, StringOpen, TextClose, TextElse, TextEnd, TextFor, TextIf, TextOpen } from "./modes.ts";
import { breaksBetween, endOf, indentOf, lineStart } from "./offsets.ts";
import { mostProblems, type Problem } from "./problem.ts";

/**
 * The parser gets brackets that match, always. Where the text's own do not, this decides which one is to blame, mostly
 * by how the lines are indented, says so once, and puts in what is missing or leaves out what is too much. So a mistake
 * stays where it was made: no declaration swallows the next one, and the parser can skip what it cannot read, bracket by
 * bracket.
 */
interface Pair {
  readonly closer: TokenType;
  readonly text: string;
}
const pairs = new Map<TokenType, Pair>([
  [LeftCurly, { closer: RightCurly, text: "}" }],
  [LeftRound, { closer: RightRound, text: ")" }],
  [LeftSquare, { closer: RightSquare, text: "]" }],
  [Hole, { closer: RightCurly, text: "}" }],
  [TextFor, { closer: TextEnd, text: "%{end}" }],
  [TextIf, { closer: TextEnd, text: "%{end}" }],
  [StringOpen, { closer: StringClose, text: '"' }],
  [TextOpen, { closer: TextClose, text: '"""' }],
]);
const closers = new Set([...pairs.values()].map((pair) => pair.closer));

/** How deep brackets, interpolations and directives may stand in one another. */
export const deepest = 200;
/** Where reading ends altogether: no person wrote this, and what is to come would be told a thousand times over. */
const hopeless = 10_000;

/** Tokens that stand for what is not there; the mistake has been told. */
const invented = new WeakSet<IToken>();
export function isInvented(token: IToken): boolean {
  return invented.has(token);
}

function invent(type: TokenType, offset: number): IToken {
  const token = { image: "", startOffset: offset, tokenTypeIdx: type.tokenTypeIdx ?? 0, tokenType: type } as IToken;
  invented.add(token);
  return token;
}

/** What a token does to the brackets around what follows. The head of a directive is closed by a `}`, its body by `%{end}`. */
export const opens = 1;
export const closes = 2;
export const parts = 3;
export const heads = 4;

/** The part that each type plays, by its number; 0 for none. */
export const roles: Uint8Array = new Uint8Array(4096);
for (const type of pairs.keys()) roles[type.tokenTypeIdx ?? 0] = opens;
for (const type of closers) roles[type.tokenTypeIdx ?? 0] = closes;
roles[TextElse.tokenTypeIdx ?? 0] = parts;
for (const type of [TextFor, TextIf]) roles[type.tokenTypeIdx ?? 0] = heads;

/** How many brackets of the given tokens stand around each of them; a bracket itself counts as outside. For tokens that match. */
export function levelsOf(tokens: readonly IToken[]): Map<IToken, number> {
  const levels = new Map<IToken, number>();
  let level = 0;
  for (const token of tokens) {
    const role = roles[token.tokenTypeIdx];
    if (role === closes) level--;
    levels.set(token, role === parts ? level - 1 : level);
    if (role === opens) level++;
    else if (role === heads) level += 2;
  }
  return levels;
}

export function isCloser(token: IToken): boolean {
  return closers.has(token.tokenType);
}

/** Takes one more token that plays a part into account. False where brackets do not match, or stand too deep. `open` is what closes each open one. */
export function fits(open: TokenType[], token: IToken, role: number): boolean {
  if (role === closes) {
    const top = open.pop();
    return top === token.tokenType || (token.tokenType === TextEnd && (top === TextFor || top === TextIf || top === TextElse));
  }
  if (role === parts) return open.pop() === TextIf && open.push(TextElse) > 0;
  if (role === heads) open.push(token.tokenType, RightCurly);
  else open.push(pairs.get(token.tokenType)?.closer ?? token.tokenType);
  return open.length <= deepest;
}

interface Excess {
  curly: number;
  round: number;
}

interface Open {
  readonly token: IToken;
  /** What closes it: the `}` of a directive's head, then the `%{end}` of its body. */
  readonly closer: TokenType;
  readonly text: string;
  /** An `%{if}` that may still have its `%{else}`. */
  elseAllowed: boolean;
}

/** The same tokens with brackets that match, and what was wrong with them. */
export function balance(source: Source, tokens: readonly IToken[]): { tokens: IToken[]; problems: Problem[] } {
  return new Balancer(source, tokens).run();
}

class Balancer {
  readonly #source: Source;
  readonly #text: string;
  readonly #in: readonly IToken[];
  readonly #out: IToken[] = [];
  readonly #problems: Problem[] = [];
  readonly #open: Open[] = [];
  /** By how many the opening brackets outnumber the closing ones in each declaration, by its first token's place in the row; and in the current one. */
  /** How many brackets were open where it got too deep: until as many are open again, nothing is passed on. */
  #hidden: number | undefined;
  #quiet = false;
  /** How many brackets of each sort are open: to look for a partner only where there is one. */
  readonly #count = new Map<TokenType, number>();
  readonly #excess = new Map<number, Excess>();
  #more: Excess = { curly: 0, round: 0 };
  /** Where the current declaration starts in the output, and whether it has had its braces. */
  #start = 0;
  #hadBraces = false;

  constructor(source: Source, tokens: readonly IToken[]) {
    this.#source = source;
    this.#text = source.text;
    this.#in = tokens;
    let excess: Excess = { curly: 0, round: 0 };
    this.#excess.set(0, excess);
    tokens.forEach(({ tokenType }, index) => {
      if (this.#beginsAtTheLeft(index)) {
        excess = { curly: 0, round: 0 };
        this.#excess.set(index, excess);
      }
      if (tokenType === LeftCurly || tokenType === Hole || isHead(tokenType)) excess.curly++;
      else if (tokenType === RightCurly) excess.curly--;
      else if (tokenType === LeftRound || tokenType === LeftSquare) excess.round++;
      else if (tokenType === RightRound || tokenType === RightSquare) excess.round--;
    });
    this.#more = this.#excess.get(0) ?? excess;
  }

  run(): { tokens: IToken[]; problems: Problem[] } {
    for (let i = 0; i < this.#in.length; i++) {
      const token = this.#in[i];
      if (token === undefined) continue;
      const first = this.#isFirstOnLine(i);
      if (this.#beginsAtTheLeft(i)) this.#more = this.#excess.get(i) ?? this.#more;
      if (first && this.#startsDeclaration(i)) this.#closeBefore(token);
      while (first && this.#leftBehind(token)) this.#closeMissing();
      const { tokenType } = token;
      if (pairs.has(tokenType)) this.#opens(token);
      else if (tokenType === TextElse) this.#else(token);
      else if (closers.has(tokenType)) this.#closes(token, first);
      else this.#emit(token);
      if (this.#open.length > hopeless) break;
    }
    if (this.#open.length > hopeless) this.#quiet = true;
    while (this.#open.length > 0) this.#closeMissing();
    return { tokens: this.#out, problems: this.#problems };
  }

  #emit(token: IToken): void {
    if (this.#hidden === undefined) this.#out.push(token);
  }

  #opens(token: IToken): void {
    const pair = pairs.get(token.tokenType);
    if (pair === undefined) return;
    if (this.#open.length === 0 && token.tokenType === LeftCurly) this.#hadBraces = true;
    if (this.#hidden === undefined && this.#open.length >= deepest) this.#tooDeep(token);
    this.#emit(token);
    this.#push({ token, ...pair, elseAllowed: token.tokenType === TextIf });
    if (isHead(token.tokenType)) this.#push({ token, closer: RightCurly, text: "}", elseAllowed: false });
  }

  #push(open: Open): void {
    this.#open.push(open);
    this.#count.set(open.closer, (this.#count.get(open.closer) ?? 0) + 1);
  }

  /** What lies too deep is left out; one value that says nothing stands in its place. */
  #tooDeep(token: IToken): void {
    const hint = "Move the inner part into a declaration, or into a `let` of its own.";
    this.#problems.push({ code: "T124", start: token.startOffset, end: endOf(token), message: `This nests more than ${deepest} deep.`, hint });
    this.#out.push(invent(Num, token.startOffset));
    this.#hidden = this.#open.length;
  }

  #else(token: IToken): void {
    const top = this.#open.at(-1);
    if (top?.elseAllowed) {
      top.elseAllowed = false;
      this.#emit(token);
    } else {
      const hint = top?.token.tokenType === TextIf ? "An `%{if}` has one `%{else}`; close it with `%{end}` first." : "Open it with `%{if …}`, or take it out.";
      this.#say("T111", token, "This `%{else}` belongs to no `%{if}`.", hint);
    }
  }

  #closes(token: IToken, first: boolean): void {
    const { tokenType } = token;
    while (this.#unclosedByIndent(token, first)) this.#closeMissing();
    const top = this.#open.at(-1);
    if (top !== undefined && top.closer === tokenType && !this.#strayByIndent(token, first)) {
      this.#pop(token);
      return;
    }
    const partner = (this.#count.get(tokenType) ?? 0) === 0 ? -1 : this.#open.findLastIndex((open) => open.closer === tokenType);
    if (top === undefined && this.#lendBraces(token, first)) return;
    if (top !== undefined && this.#isMistyped(top, token)) this.#mistyped(top, token);
    else if (partner === -1 || top?.closer === tokenType || this.#isWalled(partner)) this.#stray(token);
    else {
      while (this.#open.length - 1 > partner) this.#closeMissing();
      this.#pop(token);
    }
  }

  /** A closer of the wrong kind on the line of what it closes, where no bracket is missing or too many otherwise. */
  #isMistyped(top: Open, token: IToken): boolean {
    if (top.closer === token.tokenType || !isRound(top.closer) || !isRound(token.tokenType) || !this.#sameLine(top.token, token)) return false;
    if (top.closer === RightCurly || token.tokenType === RightCurly) return this.#more.curly !== 0 && this.#more.round === -this.#more.curly;
    return this.#more.round === 0;
  }

  #pop(token: IToken): void {
    const top = this.#open.pop();
    if (top !== undefined) this.#count.set(top.closer, (this.#count.get(top.closer) ?? 1) - 1);
    this.#emit(token);
    if (this.#open.length === this.#hidden) this.#hidden = undefined;
  }

  /** A string or a text block between the closer and its partner: the lexer has seen those whole, so the closer is text's. */
  #isWalled(partner: number): boolean {
    return this.#open.slice(partner + 1).some((open) => open.closer === StringClose || open.closer === TextClose);
  }

  #mistyped(top: Open, token: IToken): void {
    this.#say("T104", token, `"${top.token.image}" is closed by "${token.image}".`, `Write \`${top.text}\` in its place.`, top.token);
    this.#pop(invent(top.closer, token.startOffset));
  }

  #stray(token: IToken): void {
    const directive = token.tokenType === TextEnd;
    const hint = directive ? "Open it with `%{for x in xs}` or `%{if c}`, or take it out." : "Take it out, or write what it should close.";
    this.#say(directive ? "T111" : "T105", token, directive ? "This `%{end}` closes nothing." : `This "${token.image}" closes nothing.`, hint);
  }

  /** The innermost open bracket is taken for unclosed: it is said, and a closer put in. */
  #closeMissing(): void {
    const top = this.#open.at(-1);
    if (top === undefined) return;
    const directive = top.closer === TextEnd;
    const opener = directive ? `\`%{${top.token.tokenType === TextFor ? "for" : "if"}}\`` : `"${top.token.image}"`;
    const where = directive ? "on a line of its own where its part of the text ends" : "where it should end";
    this.#say(directive ? "T111" : "T104", top.token, `The ${opener} that opens here is never closed.`, `Write \`${top.text}\` ${where}.`);
    const last = this.#out.at(-1) ?? top.token;
    this.#pop(invent(top.closer, endOf(last)));
  }

  /** A line that begins as far left as the line of an open bracket no longer stands in it. */
  #leftBehind(token: IToken): boolean {
    const top = this.#open.at(-1);
    if (top === undefined) return false;
    const { tokenType } = top.token;
    const lacking = tokenType === LeftCurly ? this.#more.curly > 0 : (tokenType === LeftRound || tokenType === LeftSquare) && this.#more.round > 0;
    if (!lacking) return false;
    if (closers.has(token.tokenType) || this.#sameLine(top.token, token)) return false;
    return token.startOffset - lineStart(this.#source, token.startOffset) <= indentOf(this.#source, top.token.startOffset);
  }

  /** A `}` further left than the line of the innermost `{` closes one further out: the inner one is what lacks its `}`. */
  #unclosedByIndent(token: IToken, first: boolean): boolean {
    if (this.#more.curly <= 0 || !first || token.tokenType !== RightCurly || this.#open.length > deepest) return false;
    const top = this.#open.at(-1);
    if (top === undefined || top.token.tokenType !== LeftCurly || this.#sameLine(top.token, token)) return false;
    const column = token.startOffset - lineStart(this.#source, token.startOffset);
    if (column >= indentOf(this.#source, top.token.startOffset)) return false;
    return this.#open.slice(0, -1).some((open) => open.token.tokenType === LeftCurly && indentOf(this.#source, open.token.startOffset) >= column);
  }

  /** A `}` further right than the line of the `{` that it would close, where there are more `}` than `{`: one too many. */
  #strayByIndent(token: IToken, first: boolean): boolean {
    const top = this.#open.at(-1);
    if (this.#more.curly >= 0 || !first || token.tokenType !== RightCurly || top === undefined || this.#sameLine(top.token, token)) return false;
    return token.startOffset - lineStart(this.#source, token.startOffset) > indentOf(this.#source, top.token.startOffset);
  }

  /** A `}` with nothing open, at the end of a declaration that had no `{`: its header lacks one. */
  #lendBraces(token: IToken, first: boolean): boolean {
    if (token.tokenType !== RightCurly || !first || this.#hadBraces) return false;
    const word = this.#out[this.#start];
    if (word === undefined || !declarationWords.includes(word.tokenType)) return false;
    let at = this.#start + 1;
    for (let depth = 0; at < this.#out.length; at++) {
      const next = this.#out[at];
      const before = this.#out[at - 1];
      if (next === undefined || before === undefined) break;
      if (depth === 0 && breaksBetween(this.#text, endOf(before), next.startOffset)) break;
      if (pairs.has(next.tokenType)) depth++;
      else if (closers.has(next.tokenType)) depth--;
    }
    const last = this.#out[at - 1] ?? word;
    const name = this.#out[this.#start + 1];
    const what = name === undefined ? spelling(word.tokenType) : `${spelling(word.tokenType)} ${name.image}`;
    this.#problems.push({
      code: "T127",
      start: endOf(last),
      end: endOf(last),
      message: `The body of ${what} has no opening \`{\`.`,
      hint: "Write `{` at the end of this line.",
    });
    this.#out.splice(at, 0, invent(LeftCurly, endOf(last)));
    this.#out.push(token);
    this.#hadBraces = true;
    return true;
  }

  /** A new declaration begins, as far left as the one that is still open: that one's brackets are what is wrong. */
  #closeBefore(token: IToken): void {
    const outermost = this.#open[0];
    if (outermost !== undefined) {
      const column = token.startOffset - lineStart(this.#source, token.startOffset);
      if (column > indentOf(this.#source, outermost.token.startOffset)) return;
      while (this.#open.length > 0) this.#closeMissing();
    }
    this.#start = this.#out.length;
    this.#hadBraces = false;
  }

  #startsDeclaration(index: number): boolean {
    if (!this.#looksLikeDeclaration(index) || this.#open.length > deepest) return false;
    return this.#open.every(({ token }) => token.tokenType === LeftCurly || token.tokenType === LeftRound || token.tokenType === LeftSquare);
  }

  #looksLikeDeclaration(index: number): boolean {
    const token = this.#in[index];
    const next = this.#in[index + 1];
    if (token === undefined || next === undefined || !declarationWords.includes(token.tokenType)) return false;
    return tokenMatcher(next, Name) || next.tokenType === PlainString || (token.tokenType === Import && next.tokenType === LeftCurly);
  }

  #beginsAtTheLeft(index: number): boolean {
    const at = this.#in[index]?.startOffset ?? 0;
    return (at === 0 || this.#text[at - 1] === "\n") && this.#looksLikeDeclaration(index);
  }

  #isFirstOnLine(index: number): boolean {
    const before = this.#in[index - 1];
    const token = this.#in[index];
    return token !== undefined && (before === undefined || breaksBetween(this.#text, endOf(before), token.startOffset));
  }

  #sameLine(a: IToken | undefined, b: IToken): boolean {
    return a !== undefined && lineStart(this.#source, a.startOffset) === lineStart(this.#source, b.startOffset);
  }

  #say(code: Problem["code"], at: IToken, message: string, hint: string, opener?: IToken): void {
    const echo = this.#problems.at(-1);
    if (this.#quiet || this.#problems.length >= mostProblems) return;
    if (code === "T105" && echo?.code === code && this.#text.slice(echo.end, at.startOffset).trim() === "") return;
    const related = opener && [{ span: { start: opener.startOffset, end: endOf(opener) }, message: "opened here" }];
    this.#problems.push({ code, start: at.startOffset, end: endOf(at), message, hint, ...(related === undefined ? {} : { related }) });
  }
}

function isHead(type: TokenType): boolean {
  return type === TextFor || type === TextIf;
}

function isRound(type: TokenType): boolean {
  return type === RightRound || type === RightSquare || type === RightCurly;
}
