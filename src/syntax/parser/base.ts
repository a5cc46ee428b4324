import { EmbeddedActionsParser, EOF, type IOrAlt, type IToken, type OrMethodOpts, type ParserMethod, type TokenType, tokenMatcher } from "chevrotain";
import type { Source } from "../../diagnostics/source.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Doc, Expr, Name } from "../ast.ts";
import { deepest, isCloser, isInvented, levelsOf } from "../lexer/brackets.ts";
import type { Lexed } from "../lexer/lex.ts";
import { vocabulary } from "../lexer/modes.ts";
import { breaksBetween, endOf } from "../lexer/offsets.ts";
import type { Problem } from "../lexer/problem.ts";
import {
  Arrow,
  Bar,
  Binary,
  Catch,
  Colon,
  Comma,
  Dot,
  declarationWords,
  Else,
  Equals,
  FatArrow,
  Minus,
  Name as NameToken,
  Plain,
  spelling,
  With,
} from "../tokens.ts";
import { Docs } from "./docs.ts";
import { type Member, mismatch, noAlternative, notAMember, notSeparated } from "./messages.ts";
import { isMistake, type Mistake, type Told } from "./mistake.ts";

export type Rule<T> = ParserMethod<[], T>;

/**
 * What all rules share: places, docs, the two questions about lines that the grammar asks (HERE and SEP), and recovery.
 *
 * Recovery rests on brackets that match (see `lexer/brackets.ts`): a rule that cannot go on throws a `Mistake`, the nearest
 * list of members catches it, says it, skips to the next comma or line at its own level, and goes on reading. One line
 * gets one message. Chevrotain's own recovery knows neither lines nor brackets and is off.
 */
export abstract class ParserBase extends EmbeddedActionsParser {
  protected source: Source | undefined;
  protected content = "";
  protected docs = new Docs("");
  /** How deep operators, calls and types stand in one another; brackets are counted by the lexer. */
  protected depth = 0;
  #problems: Problem[] = [];
  readonly #quietLines = new Set<number>();
  #levels: Map<IToken, number> | undefined;
  /** Where the lexer's problems stand that lie ahead, and where the parser's last one does. */
  #lexical: number[] = [];
  #nextLexical = 0;
  #lastReported = -1;

  constructor(skipValidations: boolean) {
    super(vocabulary, {
      maxLookahead: 3,
      skipValidations,
      errorMessageProvider: {
        buildMismatchTokenMessage: () => "",
        buildNoViableAltMessage: () => "",
        buildNotAllInputParsedMessage: () => "",
        buildEarlyExitMessage: () => "",
      },
    });
  }

  protected begin(source: Source): void {
    this.source = source;
    this.content = source.text;
    this.docs = new Docs(source.text);
    this.depth = 0;
    this.#problems = [];
    this.#quietLines.clear();
    this.#lexical = [];
    this.#nextLexical = 0;
    this.#lastReported = -1;
  }

  /** The next tokens of the text. */
  protected feed({ tokens, comments, problems }: Lexed): void {
    this.docs.add(comments);
    for (const problem of problems) {
      this.#problems.push(problem);
      this.#quietLines.add(this.lineOf(problem.start));
    }
    this.#lexical = problems.map(({ start }) => start).sort((a, b) => a - b);
    this.#levels = undefined;
    this.input = tokens;
  }

  /** What was wrong, in the order of the text. Lets go of the text. */
  protected finish(): readonly Problem[] {
    const problems = withoutEchoes(this.content, this.#problems);
    this.#problems = [];
    this.#levels = undefined;
    this.docs = new Docs("");
    this.source = undefined;
    this.content = "";
    this.input = [];
    return problems;
  }

  /** Chevrotain would compute all that could have stood here, on each mistake anew; the rule's name says enough. */
  protected raiseNoAltException(): never {
    const actual = this.LA(1);
    return this.stop(actual, noAlternative(this.getCurrRuleFullName(), this.LA(0), actual, this.here()));
  }
  declare protected getCurrRuleFullName: () => string;

  /** CONSUME, less what Chevrotain does for its own recovery and its own trees: both are off, and this is done for every token. */
  protected consumeInternal(type: TokenType): IToken {
    const next = this.LA_FAST(1);
    if (next.tokenType === type || type.categoryMatchesMap?.[next.tokenTypeIdx] === true) {
      this.SKIP_TOKEN();
      return next;
    }
    return this.stop(next, mismatch({ rule: this.getCurrRuleFullName(), expected: type, previous: this.LA(0), actual: next }));
  }

  /** SUBRULE, likewise. */
  protected subruleInternal<T>(rule: { readonly coreRule: () => T }): T {
    return rule.coreRule.call(this);
  }

  /**
   * Whether the next token is of a type, or one of a table of types by number. Asked before an OPTION or MANY, which cost
   * many times as much and nearly always find nothing. Always true while Chevrotain learns the grammar.
   */
  protected maybe(type: TokenType): boolean {
    return this.RECORDING_PHASE || this.LA_FAST(1).tokenType === type;
  }

  protected maybeOf(types: Uint8Array): boolean {
    return this.RECORDING_PHASE || types[this.LA_FAST(1).tokenTypeIdx] === 1;
  }

  /** OPTION for a part of which is known by now that it is there. */
  protected present<T>(index: number, read: () => T): T | undefined {
    return this.RECORDING_PHASE ? this.option(index, read) : read();
  }

  /** MANY, as long as the next token is one of a table of types: what Chevrotain does for each round costs more than most rounds. */
  protected repeated(index: number, types: Uint8Array, read: () => void, gate?: () => boolean): void {
    if (this.RECORDING_PHASE) this.many(index, { MAX_LOOKAHEAD: 1, DEF: read });
    else while (types[this.LA_FAST(1).tokenTypeIdx] === 1 && (gate === undefined || gate())) read();
  }

  /** OR, typed by what each of its alternatives gives. */
  protected choose<T>(index: number, alternatives: IOrAlt<T>[] | OrMethodOpts<T>): T {
    return Array.isArray(alternatives) ? this.or(index, alternatives) : this.or(index, alternatives);
  }

  // ------------------------------------------------------------------------------------------------- places

  /** Where the token before ends. */
  protected end(): number {
    return endOf(this.LA(0));
  }

  protected startOf(token: IToken): number {
    return token.tokenType === EOF ? this.content.length : token.startOffset;
  }

  protected nameOf(token: IToken): Name {
    return { start: token.startOffset, end: endOf(token), text: token.image };
  }

  protected docBefore(token: IToken): Doc | undefined {
    return this.docs.take(token.startOffset);
  }

  // -------------------------------------------------------------------------------------------------- lines

  /** HERE: the next token stands on the line on which the token before ends. */
  protected here(): boolean {
    return !this.isBroken(this.LA(0), this.LA(1));
  }

  protected isBroken(before: IToken, next: IToken): boolean {
    return next.tokenType === EOF || breaksBetween(this.content, endOf(before), next.startOffset);
  }

  protected hereGate = (): boolean => this.here();

  /** `-` on a new line begins the next member. */
  protected operatorGate = (): boolean => (this.LA(1).tokenType === Minus ? this.here() : !this.isKeyNext());

  /** Any word can be a key: `in: 3`, `with: 3` on the next line go on with nothing. */
  protected isKeyNext(): boolean {
    return this.LA(2).tokenType === Colon;
  }

  protected wordGate = (): boolean => !this.isKeyNext();

  // ------------------------------------------------------------------------------------------------ members

  /**
   * SEP: members up to a closing bracket, each behind a comma or on a line of its own. `index` tells the lists of one rule
   * apart. Always ends before `close`, whatever stands there: what begins no member is said and skipped. `otherwise` gives
   * what stands in the place of a member that could not be read.
   */
  protected members<T>(index: number, close: TokenType, member: Member, into: T[], read: () => T, otherwise?: (at: number) => T): void {
    if (this.RECORDING_PHASE) {
      this.many(index, () => this.member(index, close, member, into, read));
      return;
    }
    for (let next = this.LA_FAST(1); next.tokenType !== close && next.tokenType !== EOF; next = this.LA_FAST(1)) {
      if (isComma(next)) this.extraComma(next);
      else this.member(index, close, member, into, read, otherwise);
    }
  }

  /** One member and what separates it from the next. */
  protected member<T>(index: number, close: TokenType, member: Member, into: T[], read: () => T, otherwise?: (at: number) => T): void {
    const first = this.LA(1);
    const depth = this.depth;
    try {
      into.push(read());
    } catch (thrown) {
      if (!isMistake(thrown)) throw thrown;
      this.depth = depth;
      const unread = this.LA(1) === first;
      this.report(unread ? this.mistake(first, notAMember(member, first)) : thrown);
      if (thrown.partial !== undefined) into.push(thrown.partial as T);
      else if (otherwise !== undefined) into.push(otherwise(this.startOf(first)));
      this.skip(first, unread);
      if (thrown.code === "T127") this.skipBody(first, close);
    }
    if (this.RECORDING_PHASE) {
      this.option(index, () => this.consume(index, Comma));
      return;
    }
    const last = this.LA_FAST(1);
    const next = isComma(last) ? this.SKIP_TOKEN() : last;
    if (next.tokenType === close || next.tokenType === EOF) return;
    if (last !== next) {
      if (isComma(next)) this.extraComma(next);
    } else if (!this.isBroken(this.LA(0), next)) {
      const told = notSeparated(member, this.LA(0), next);
      this.report(this.mistake(next, told));
      // What was read as a member is only the beginning of one that means something else.
      if (told.code !== "T118" && otherwise !== undefined) {
        into[into.length - 1] = otherwise(this.startOf(first));
        this.skip(next, true);
      }
    }
  }

  private extraComma(comma: IToken): void {
    this.report(this.mistake(comma, { code: "T119", message: "There is nothing before this comma.", hint: "Take it out." }));
    this.SKIP_TOKEN();
  }

  /** Reads what stands between two brackets; whatever is wrong there stays there. `up` is how far inside the closer's level lies. */
  protected enclosed<T>(opener: IToken, read: () => T, otherwise: () => T, up = 0): T {
    const depth = this.depth;
    let result: T;
    try {
      result = read();
    } catch (thrown) {
      if (!isMistake(thrown)) throw thrown;
      this.depth = depth;
      this.report(thrown);
      result = otherwise();
    }
    if (!this.RECORDING_PHASE && !isCloser(this.LA(1))) {
      if (!this.isQuiet(this.LA(1))) this.report(this.mistake(this.LA(1), notAtAnEnd(this.LA(0), this.LA(1))));
      const level = (this.levels().get(opener) ?? 0) + up;
      while (this.LA(1).tokenType !== EOF && (this.levels().get(this.LA(1)) ?? 0) > level) this.SKIP_TOKEN();
    }
    return result;
  }

  protected errorExpr(at: number): Expr {
    return { kind: "ErrorExpr", start: at, end: at };
  }

  // ----------------------------------------------------------------------------------------------- mistakes

  protected mistake(token: IToken, told: Told): Mistake {
    return { mistake: true, missing: false, ...told, token };
  }

  protected stop(token: IToken, told: Told): never {
    throw this.mistake(token, told);
  }

  /** Says a mistake, unless its line has had one or its token stands for something that was said to be missing. */
  protected report(mistake: Mistake): void {
    const { code, message, hint, token, missing } = mistake;
    if (isInvented(token)) return;
    const behind = missing && (token.tokenType === EOF || this.isBroken(this.LA(0), token)) && this.LA(0).tokenType !== EOF;
    const start = behind ? endOf(this.LA(0)) : this.startOf(token);
    const end = behind ? start : start + token.image.length;
    this.reportAt({ start, end }, { code, message, ...(hint === undefined ? {} : { hint }) });
  }

  /** Says what is wrong at a place, unless its line has had a mistake. */
  protected reportAt(span: Span, told: Omit<Problem, "start" | "end">): void {
    const line = this.lineOf(span.start);
    if (this.#quietLines.has(line)) return;
    this.#quietLines.add(line);
    this.#lastReported = Math.max(this.#lastReported, span.start);
    this.#problems.push({ start: span.start, end: span.end, ...told });
  }

  protected isQuiet(token: IToken): boolean {
    return isInvented(token) || this.#quietLines.has(this.lineOf(this.startOf(token)));
  }

  protected hasProblems(): boolean {
    return this.#problems.length > 0;
  }

  /** Whether anything was wrong from an offset up to here. */
  protected hasProblemsSince(offset: number): boolean {
    const here = this.startOf(this.LA(1));
    while ((this.#lexical[this.#nextLexical] ?? Number.POSITIVE_INFINITY) < offset) this.#nextLexical++;
    return this.#lastReported >= offset || (this.#lexical[this.#nextLexical] ?? Number.POSITIVE_INFINITY) < here;
  }

  private lineOf(offset: number): number {
    return this.source?.position(offset).line ?? 0;
  }

  /** `links` more operators, calls or types in one another than the place before. */
  protected deeper(token: IToken): void {
    if (++this.depth <= deepest + 50 || this.RECORDING_PHASE) return;
    this.stop(token, { code: "T124", message: `This nests more than ${deepest} deep.`, hint: "Move a part of it into a `let` of its own." });
  }

  // ------------------------------------------------------------------------------------------------ skipping

  protected levels(): Map<IToken, number> {
    this.#levels ??= levelsOf(this.input);
    return this.#levels;
  }

  /** Skips to the next place at the level of `first` where a member may begin or the list ends; past `first` if it was not read. */
  protected skip(first: IToken, unread: boolean): void {
    const levels = this.levels();
    const level = levels.get(first) ?? 0;
    const from = this.startOf(this.LA(1));
    if (unread && this.LA(1).tokenType !== EOF) this.SKIP_TOKEN();
    for (let next = this.LA(1); next.tokenType !== EOF; next = this.LA(1)) {
      const at = levels.get(next) ?? 0;
      if (at < level || (at === level && this.mayResume(next))) break;
      this.SKIP_TOKEN();
    }
    this.docs.skipped(from, this.startOf(this.LA(1)));
  }

  /** Skips the body of what lacks its `{`: all lines that are indented further than the one of `first`. */
  private skipBody(first: IToken, close: TokenType): void {
    const column = this.columnOf(first);
    for (let next = this.LA(1); next.tokenType !== close && next.tokenType !== EOF && this.columnOf(next) > column; next = this.LA(1)) this.skip(next, true);
  }

  private columnOf(token: IToken): number {
    return this.source?.position(this.startOf(token)).column ?? 0;
  }

  private mayResume(next: IToken): boolean {
    if (isComma(next)) return true;
    return !isCloser(next) && !continues(next) && this.isBroken(this.LA(0), next);
  }

  /** Whether a declaration begins with the next token: its word, then a name, a string or the braces of an import. */
  protected isDeclarationNext(): boolean {
    const word = this.LA(1);
    const next = this.LA(2);
    return declarationWords.includes(word.tokenType) && (has(next, NameToken) || has(next, Plain) || next.image === "{");
  }
}

/** A block without its `{` leaves a `}` over: one mistake, which has been told where the `{` is missing. */
function withoutEchoes(text: string, problems: readonly Problem[]): readonly Problem[] {
  const sorted = [...problems].sort((a, b) => a.start - b.start);
  let missing: number | undefined;
  return sorted.filter(({ code, start }) => {
    if (code === "T127") missing = start;
    return code !== "T105" || missing === undefined || start - missing > 20_000 || declarationAhead.test(text.slice(missing, start));
  });
}

const declarationAhead = new RegExp(`\\n(?:${declarationWords.map(spelling).join("|")})[ \\t]`);

/** A table of token types, categories included, by their numbers. */
export function tableOf(...types: TokenType[]): Uint8Array {
  const all = types.flatMap((type) => [type.tokenTypeIdx ?? 0, ...(type.categoryMatches ?? [])]);
  const table = new Uint8Array(Math.max(...vocabulary.map(({ tokenTypeIdx }) => tokenTypeIdx ?? 0)) + 1);
  for (const index of all) table[index] = 1;
  return table;
}

/** Something for each of several token types, by their numbers; a category stands for all its types. */
export function byType<T>(rows: readonly (readonly [TokenType, T])[]): (T | undefined)[] {
  const tables = rows.map(([type, value]) => ({ types: tableOf(type), value }));
  return Array.from({ length: tableOf().length }, (_, index) => tables.find(({ types }) => types[index] === 1)?.value);
}

const commas = tableOf(Comma);

export function has(token: IToken, category: TokenType): boolean {
  return tokenMatcher(token, category);
}

function isComma(token: IToken): boolean {
  return commas[token.tokenTypeIdx] === 1;
}

/** Tokens that go on with what the line before began. */
function continues(token: IToken): boolean {
  const { tokenType } = token;
  return [Arrow, Bar, Colon, Catch, Else, Equals, FatArrow, With].includes(tokenType) || has(token, Dot) || (has(token, Binary) && tokenType !== Minus);
}

function notAtAnEnd(before: IToken, next: IToken): Told {
  return notSeparated("argument", before, next).code === "T126"
    ? notSeparated("argument", before, next)
    : { code: "T120", message: `"${next.image}" cannot follow "${before.image}" here.`, hint: "Close the bracket before it, or take it out." };
}
