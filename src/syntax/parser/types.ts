import type { IOrAlt, IToken, OrMethodOpts } from "chevrotain";
import type { Arg, Expr, Param, TypeExpr } from "../ast.ts";
import { endOf } from "../lexer/offsets.ts";
import { Bar, Colon, Equals, False, Greater, LeftRound, LeftSquare, Less, MapWord, Name, Plain, Question, RightRound, RightSquare, True } from "../tokens.ts";
import { type Rule, tableOf } from "./base.ts";
import { type Draft, withPartial } from "./mistake.ts";
import { TextRules } from "./text.ts";

const names = tableOf(Name);
const plains = tableOf(Plain);
const continuing = tableOf(Bar, Less, LeftSquare, LeftRound, Question);
const suffixes = tableOf(LeftSquare, LeftRound, Question);

/** Types, and the parameters that they describe. */
export abstract class TypeRules extends TextRules {
  abstract readonly args: Rule<readonly Arg[]>;

  readonly type: Rule<TypeExpr> = this.RULE("type", (): TypeExpr => {
    const start = this.startOf(this.LA(1));
    this.deeper(this.LA(1));
    const first = this.SUBRULE(this.type_part);
    const members = [first];
    if (this.maybe(Bar)) {
      this.MANY(() => {
        this.CONSUME(Bar);
        members.push(this.SUBRULE1(this.type_part));
      });
    }
    this.depth--;
    return members.length === 1 ? first : { kind: "UnionType", start, end: this.end(), members };
  });

  /** SUBRULE of `type`. A name and no more, as most types are, needs none of the rules in between. */
  protected typeNext(index = 0): TypeExpr {
    const whole = !this.RECORDING_PHASE && continuing[this.LA_FAST(2).tokenTypeIdx] !== 1;
    return (whole ? this.simpleType() : undefined) ?? this.subrule(index, this.type);
  }

  /** The two of `#typeParts` that are one token, without asking Chevrotain, which asks all gates of all of them. */
  private simpleType(): TypeExpr | undefined {
    if (this.RECORDING_PHASE) return undefined;
    const token = this.LA_FAST(1);
    const isName = names[token.tokenTypeIdx] === 1 && (token.tokenType !== MapWord || this.LA_FAST(2).tokenType !== Less);
    if (!isName && plains[token.tokenTypeIdx] !== 1) return undefined;
    this.SKIP_TOKEN();
    return isName ? this.namedType(token) : this.literalType(token);
  }

  private namedType(token: IToken): TypeExpr {
    return { kind: "NamedType", start: token.startOffset, end: endOf(token), name: this.nameOf(token) };
  }

  private literalType(token: IToken): TypeExpr {
    return { kind: "LiteralType", start: token.startOffset, end: endOf(token), value: this.plain(token) };
  }

  readonly #typeParts: OrMethodOpts<TypeExpr> = {
    MAX_LOOKAHEAD: 1,
    DEF: [
      {
        GATE: () => this.LA(1).tokenType === MapWord && this.LA(2).tokenType === Less,
        ALT: () => {
          const start = this.CONSUME(MapWord).startOffset;
          this.CONSUME(Less);
          const value = this.SUBRULE(this.type);
          this.CONSUME(Greater);
          return { kind: "MapType", start, end: this.end(), value };
        },
      },
      { ALT: () => this.namedType(this.CONSUME(Name)) },
      // The two values of a bool tell records of a union apart: `ok: true`.
      { ALT: () => this.namedType(this.CONSUME(True)) },
      { ALT: () => this.namedType(this.CONSUME(False)) },
      { ALT: () => this.literalType(this.CONSUME(Plain)) },
      {
        ALT: () => {
          const open = this.CONSUME(LeftRound);
          const inner = this.enclosed<TypeExpr>(
            open,
            () => this.SUBRULE1(this.type),
            () => this.errorType(endOf(open)),
          );
          this.CONSUME(RightRound);
          return inner;
        },
      },
    ],
  };

  protected errorType(at: number): TypeExpr {
    return { kind: "ErrorType", start: at, end: at };
  }

  /** What the next of `#suffixes` goes on with. */
  #inner: TypeExpr = this.errorType(0);
  #start = 0;

  readonly #suffixes: IOrAlt<TypeExpr>[] = [
    {
      ALT: () => {
        this.CONSUME(LeftSquare);
        this.CONSUME(RightSquare);
        return { kind: "ListType", start: this.#start, end: this.end(), element: this.#inner };
      },
    },
    {
      ALT: () => {
        const type = this.#inner;
        const start = this.#start;
        const args = this.SUBRULE(this.args);
        return { kind: "ConstrainedType", start, end: this.end(), type, args };
      },
    },
    {
      ALT: () => {
        this.CONSUME(Question);
        return { kind: "NullableType", start: this.#start, end: this.end(), type: this.#inner };
      },
    },
  ];

  readonly type_part: Rule<TypeExpr> = this.RULE("type_part", (): TypeExpr => {
    const start = this.startOf(this.LA(1));
    const outside = this.depth;
    let type = this.simpleType() ?? this.choose(0, this.#typeParts);
    if (!this.maybeOf(suffixes)) return type;
    this.repeated(
      0,
      suffixes,
      () => {
        this.deeper(this.LA(1));
        this.#inner = type;
        this.#start = start;
        type = this.choose(1, this.#suffixes);
      },
      this.hereGate,
    );
    this.depth = outside;
    return type;
  });

  readonly #default = (): Expr => {
    this.CONSUME(Equals);
    return this.value();
  };

  readonly #param = (): Param => {
    const token = this.CONSUME(Name);
    const doc = this.docBefore(token);
    const start = token.startOffset;
    const name = this.nameOf(token);
    try {
      this.CONSUME(Colon);
      const type = this.typeNext();
      const value = this.maybe(Equals) ? this.present(1, this.#default) : undefined;
      const param: Draft<Param> = { kind: "Param", start, end: this.end(), name, type };
      if (value !== undefined) param.default = value;
      if (doc !== undefined) param.doc = doc;
      return param;
    } catch (thrown) {
      throw withPartial(thrown, (): Param => ({ kind: "Param", start, end: this.end(), name, type: this.errorType(this.end()) }));
    }
  };

  readonly params: Rule<readonly Param[]> = this.RULE("params", (): readonly Param[] => {
    const params: Param[] = [];
    this.CONSUME(LeftRound);
    this.members(0, RightRound, "parameter", params, this.#param);
    this.CONSUME(RightRound);
    return params;
  });
}
