import type { IOrAlt, IToken } from "chevrotain";
import type { Expr, Interpolation, Name as NameNode, StringExpr, TextPart } from "../ast.ts";
import { ForeignQuotes } from "../lexer/foreign.ts";
import { Chunk, Hole, PlainString, StringClose, StringOpen, silent, TextClose, TextElse, TextEnd, TextFor, TextIf, TextOpen } from "../lexer/modes.ts";
import { endOf } from "../lexer/offsets.ts";
import { In, Name, Plain, RightCurly } from "../tokens.ts";
import { ParserBase, type Rule, tableOf } from "./base.ts";
import { cook } from "./escapes.ts";
import { isMistake } from "./mistake.ts";
import { nest, type Piece, settle } from "./text-block.ts";

/** What may stand between the quotes, or in a text block. */
const insides = tableOf(Chunk, Hole, TextFor, TextIf);

/** Strings of every form. A text is read as a flat row of pieces first: what a line holds can only be told across directives. */
export abstract class TextRules extends ParserBase {
  abstract readonly expr: Rule<Expr>;
  protected abstract value(index?: number): Expr;
  /** A value that is one token; undefined where the next one is none, or only the beginning of one. */
  protected abstract single(): Expr | undefined;
  #pieces: Piece[] = [];

  readonly #stringParts: IOrAlt<TextPart>[] = [{ ALT: () => this.stringChunk(this.CONSUME(Chunk)) }, { ALT: () => this.SUBRULE(this.interpolation) }];

  readonly #strings: IOrAlt<StringExpr>[] = [
    { ALT: () => this.plain(this.CONSUME(Plain)) },
    {
      ALT: () => {
        const open = this.CONSUME(StringOpen);
        const parts: TextPart[] = [];
        this.repeated(0, insides, () => {
          parts.push(this.choose(1, this.#stringParts));
        });
        const close = this.CONSUME(StringClose);
        return { kind: "StringExpr", start: open.startOffset, end: endOf(close), block: false, parts };
      },
    },
    {
      ALT: () => {
        const open = this.CONSUME(TextOpen);
        const outer = this.#pieces;
        const pieces: Piece[] = [];
        this.#pieces = pieces;
        this.SUBRULE(this.text);
        this.#pieces = outer;
        const close = this.CONSUME(TextClose);
        const start = open.startOffset;
        const end = endOf(close);
        return this.ACTION(() => {
          const indent = close.image.slice(0, -3).replace("\n", "");
          return this.settled(start, end, pieces, close.image.length > 3 || open.image.includes("\n") ? indent : undefined, true);
        });
      },
    },
  ];

  readonly string: Rule<StringExpr> = this.RULE("string", (): StringExpr => this.choose(0, this.#strings));

  readonly interpolation: Rule<Interpolation> = this.RULE("interpolation", (): Interpolation => {
    const open = this.CONSUME(Hole);
    const whole = !this.RECORDING_PHASE && this.LA_FAST(2).tokenType === RightCurly;
    const expr =
      (whole ? this.single() : undefined) ??
      this.enclosed(
        open,
        () => this.SUBRULE(this.expr),
        () => this.errorExpr(endOf(open)),
      );
    const close = this.CONSUME(RightCurly);
    return { kind: "Interpolation", start: open.startOffset, end: endOf(close), expr };
  });

  readonly #textParts: IOrAlt<void>[] = [
    {
      ALT: () => {
        const { startOffset, image } = this.CONSUME(Chunk);
        this.#pieces.push({ of: "chunk", start: startOffset, end: startOffset + image.length, value: "" });
      },
    },
    {
      ALT: () => {
        const outer = this.#pieces;
        const node = this.SUBRULE(this.interpolation);
        this.#pieces = outer;
        this.#pieces.push({ of: "hole", node });
      },
    },
    {
      ALT: () => {
        const open = this.CONSUME(TextFor);
        const { name, list } = this.enclosed(
          open,
          () => {
            const name = this.nameOf(this.CONSUME(Name));
            this.CONSUME(In);
            return { name, list: this.SUBRULE(this.expr) };
          },
          () => ({ name: this.noName(endOf(open)), list: this.errorExpr(endOf(open)) }),
          1,
        );
        this.#head({ of: "for", start: open.startOffset, end: endOf(this.CONSUME(RightCurly)), name, list });
        this.SUBRULE(this.text);
        this.#mark("end", this.CONSUME(TextEnd));
      },
    },
    {
      ALT: () => {
        const open = this.CONSUME(TextIf);
        const condition = this.enclosed(
          open,
          () => this.SUBRULE1(this.expr),
          () => this.errorExpr(endOf(open)),
          1,
        );
        this.#head({ of: "if", start: open.startOffset, end: endOf(this.CONSUME1(RightCurly)), condition });
        this.SUBRULE1(this.text);
        this.OPTION(() => {
          this.#mark("else", this.CONSUME(TextElse));
          this.SUBRULE2(this.text);
        });
        this.#mark("end", this.CONSUME1(TextEnd));
      },
    },
  ];

  readonly text: Rule<void> = this.RULE("text", (): void => {
    this.repeated(0, insides, () => this.choose(0, this.#textParts));
  });

  #head(piece: Piece): void {
    this.#pieces.push(piece);
  }

  #mark(of: "else" | "end", token: IToken): void {
    this.#pieces.push({ of, start: token.startOffset, end: endOf(token) });
  }

  /** The text of a whole file as one string: nothing is taken off, lone directives leave no line. */
  protected fileText(read: () => void): StringExpr {
    const pieces: Piece[] = [];
    this.#pieces = pieces;
    try {
      read();
    } catch (thrown) {
      if (!isMistake(thrown)) throw thrown;
      this.report(thrown);
    }
    return this.settled(0, this.content.length, pieces, undefined, false);
  }

  private settled(start: number, end: number, pieces: Piece[], indent: string | undefined, quotes: boolean): StringExpr {
    const endsInDirective = settle(this.content, pieces, indent, quotes, (span, told) => this.reportAt(span, told));
    return { kind: "StringExpr", start, end, block: true, parts: nest(pieces), ...(endsInDirective ? { endsInDirective } : {}) };
  }

  private noName(at: number): NameNode {
    return { start: at, end: at, text: "" };
  }

  private stringChunk({ startOffset: start, image }: IToken): TextPart {
    return { kind: "TextChunk", start, end: start + image.length, value: this.cooked(image, start) };
  }

  private cooked(raw: string, start: number): string {
    return raw.includes("\\") ? cook(raw, start, (span, told) => this.reportAt(span, told)) : raw;
  }

  /** A string without interpolation, which is one token. */
  protected plain(token: IToken): StringExpr {
    const { startOffset: start, image, tokenType } = token;
    const end = start + image.length;
    if (silent.includes(tokenType) || image.length < 2) return { kind: "StringExpr", start, end, block: false, parts: [] };
    const raw = image.slice(1, -1);
    const value = tokenType === PlainString ? this.cooked(raw, start + 1) : raw;
    const parts: TextPart[] = value === "" && tokenType !== ForeignQuotes ? [] : [{ kind: "TextChunk", start: start + 1, end: end - 1, value }];
    return { kind: "StringExpr", start, end, block: false, parts };
  }
}
