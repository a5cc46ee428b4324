import type { Arg, Param, TypeExpr } from "../ast.ts";
import { endOf } from "../lexer/offsets.ts";
import { Bar, Colon, Equals, Greater, LeftRound, LeftSquare, Less, MapWord, Name, Plain, Question, RightRound, RightSquare } from "../tokens.ts";
import type { Rule } from "./base.ts";
import { TextRules } from "./text.ts";

/** Types, and the parameters that they describe. */
export abstract class TypeRules extends TextRules {
  abstract readonly args: Rule<readonly Arg[]>;

  readonly type: Rule<TypeExpr> = this.RULE("type", (): TypeExpr => {
    const start = this.startOf(this.LA(1));
    this.deeper(this.LA(1));
    const members = [this.SUBRULE(this.type_part)];
    this.MANY(() => {
      this.CONSUME(Bar);
      members.push(this.SUBRULE1(this.type_part));
    });
    this.depth--;
    const [only] = members;
    return only !== undefined && members.length === 1 ? only : { kind: "UnionType", start, end: this.end(), members };
  });

  readonly type_part: Rule<TypeExpr> = this.RULE("type_part", (): TypeExpr => {
    const start = this.startOf(this.LA(1));
    const outside = this.depth;
    let type = this.choose<TypeExpr>(0, {
      MAX_LOOKAHEAD: 1,
      DEF: [
        {
          GATE: () => this.LA(1).tokenType === MapWord && this.LA(2).tokenType === Less,
          ALT: () => {
            this.CONSUME(MapWord);
            this.CONSUME(Less);
            const value = this.SUBRULE(this.type);
            this.CONSUME(Greater);
            return { kind: "MapType", start, end: this.end(), value };
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(Name);
            return { kind: "NamedType", start, end: endOf(token), name: this.nameOf(token) };
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(Plain);
            return { kind: "LiteralType", start, end: endOf(token), value: this.plain(token) };
          },
        },
        {
          ALT: () => {
            const open = this.CONSUME(LeftRound);
            const inner = this.enclosed<TypeExpr>(
              open,
              () => this.SUBRULE1(this.type),
              () => ({ kind: "ErrorType", start, end: start }),
            );
            this.CONSUME(RightRound);
            return inner;
          },
        },
      ],
    });
    this.MANY({
      MAX_LOOKAHEAD: 1,
      GATE: this.hereGate,
      DEF: () => {
        this.deeper(this.LA(1));
        type = this.choose<TypeExpr>(1, [
          {
            ALT: () => {
              this.CONSUME(LeftSquare);
              this.CONSUME(RightSquare);
              return { kind: "ListType", start, end: this.end(), element: type };
            },
          },
          {
            ALT: () => {
              const args = this.SUBRULE(this.args);
              return { kind: "ConstrainedType", start, end: this.end(), type, args };
            },
          },
          {
            ALT: () => {
              this.CONSUME(Question);
              return { kind: "NullableType", start, end: this.end(), type };
            },
          },
        ]);
      },
    });
    this.depth = outside;
    return type;
  });

  readonly params: Rule<readonly Param[]> = this.RULE("params", (): readonly Param[] => {
    const params: Param[] = [];
    this.CONSUME(LeftRound);
    this.members(0, RightRound, "parameter", params, (): Param => {
      const token = this.CONSUME(Name);
      const doc = this.docBefore(token);
      this.CONSUME(Colon);
      const type = this.SUBRULE(this.type);
      const value = this.OPTION1(() => {
        this.CONSUME(Equals);
        return this.SUBRULE(this.expr);
      });
      const start = token.startOffset;
      return {
        ...{ kind: "Param", start, end: this.end(), name: this.nameOf(token), type },
        ...(value === undefined ? {} : { default: value }),
        ...(doc === undefined ? {} : { doc }),
      };
    });
    this.CONSUME(RightRound);
    return params;
  });
}
