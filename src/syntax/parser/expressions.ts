import type { IOrAlt, IToken, TokenType } from "chevrotain";
import type { Arg, BlockExpr, Entry, Expr, ListExpr, Name as NameNode, ObjectExpr } from "../ast.ts";
import { endOf } from "../lexer/offsets.ts";
import {
  Any,
  Binary,
  Catch,
  Colon,
  Dot,
  Duration,
  Env,
  False,
  Identifier,
  Key,
  LeftCurly,
  LeftRound,
  LeftSquare,
  Minus,
  Money,
  Name,
  Not,
  Null,
  Num,
  Plain,
  Plus,
  Rate,
  RightCurly,
  RightRound,
  RightSquare,
  Star,
  True,
  With,
} from "../tokens.ts";
import { byType, has, type Rule, tableOf } from "./base.ts";
import { withPartial } from "./mistake.ts";
import { durationExpr, moneyExpr, numberExpr, rateExpr } from "./numbers.ts";
import { group } from "./operators.ts";
import { TypeRules } from "./types.ts";

const binaries = tableOf(Binary);
const signs = tableOf(Not, Minus);
const postfixes = tableOf(Dot, LeftRound, LeftSquare, With);
/** What goes on with a value that is one token. */
const continuing = tableOf(Dot, LeftRound, LeftSquare, With, Binary, Catch);

function isSpelledOut({ image }: IToken): boolean {
  return image === "and" || image === "or";
}

/** Expressions, but for those that open with a word of their own: see `constructs.ts`. */
export abstract class ExpressionRules extends TypeRules {
  abstract readonly block: Rule<BlockExpr>;
  abstract readonly if: Rule<Expr>;
  abstract readonly match: Rule<Expr>;
  abstract readonly parallel: Rule<Expr>;
  abstract readonly race: Rule<Expr>;
  abstract readonly for: Rule<Expr>;
  abstract readonly repeat: Rule<Expr>;
  abstract readonly ask: Rule<Expr>;
  abstract readonly fail: Rule<Expr>;
  abstract readonly chat: Rule<Expr>;

  override readonly expr: Rule<Expr> = this.RULE("expr", (): Expr => {
    const start = this.startOf(this.LA(1));
    const outside = this.depth;
    this.deeper(this.LA(1));
    let expr = this.operand() ?? this.SUBRULE(this.binary);
    if (this.maybe(Catch)) {
      this.MANY({
        GATE: this.wordGate,
        DEF: () => {
          this.deeper(this.CONSUME(Catch));
          const name = this.nameOf(this.CONSUME(Name));
          const handler = this.SUBRULE(this.block);
          expr = { kind: "CatchExpr", start, end: this.end(), expr, name, handler };
        },
      });
    }
    this.depth = outside;
    return expr;
  });

  /** SUBRULE of `expr`. A value of one token, as most are, needs none of the rules in between. */
  protected override value(index = 0): Expr {
    return this.single() ?? this.subrule(index, this.expr);
  }

  protected override single(): Expr | undefined {
    if (this.RECORDING_PHASE) return undefined;
    const next = this.LA_FAST(2);
    if (continuing[next.tokenTypeIdx] === 1 || (next.tokenType === Identifier && isSpelledOut(next))) return undefined;
    return this.atomNext();
  }

  private atomNext(): Expr | undefined {
    if (this.RECORDING_PHASE) return undefined;
    const token = this.LA_FAST(1);
    const build = this.#atoms[token.tokenTypeIdx];
    if (build === undefined) return undefined;
    this.SKIP_TOKEN();
    return build(token);
  }

  /** What `binary` begins with; where no operator follows, which is mostly so, that is all of it. */
  private operand(): Expr | undefined {
    if (this.maybeOf(signs)) return undefined;
    const first = this.SUBRULE(this.postfix);
    if (!this.maybeOf(binaries) && !this.isSpelledOut()) return first;
    this.#first = first;
    return undefined;
  }
  #first: Expr | undefined;

  /** What a token that is a whole value becomes, by its type's number. */
  readonly #atoms: readonly (((token: IToken) => Expr) | undefined)[] = byType<(token: IToken) => Expr>([
    [Name, (token) => ({ kind: "NameExpr", start: token.startOffset, end: endOf(token), name: token.image })],
    [Plain, (token) => this.plain(token)],
    [Num, numberExpr],
    [Duration, durationExpr],
    [Money, moneyExpr],
    [Rate, rateExpr],
    [True, (token) => ({ kind: "BoolExpr", start: token.startOffset, end: endOf(token), value: true })],
    [False, (token) => ({ kind: "BoolExpr", start: token.startOffset, end: endOf(token), value: false })],
    [Null, (token) => ({ kind: "NullExpr", start: token.startOffset, end: endOf(token) })],
  ]);

  private atom(type: TokenType): Expr {
    const token = this.CONSUME(type);
    return this.#atoms[token.tokenTypeIdx]?.(token) ?? this.errorExpr(token.startOffset);
  }

  readonly binary: Rule<Expr> = this.RULE("binary", (): Expr => {
    const first = this.#first ?? this.SUBRULE(this.unary);
    this.#first = undefined;
    if (!this.maybeOf(binaries) && !this.isSpelledOut()) return first;
    let operands: Expr[] | undefined;
    let operators: IToken[] | undefined;
    this.MANY({
      MAX_LOOKAHEAD: 1,
      GATE: this.operatorGate,
      DEF: () => {
        const operator = this.CONSUME(Binary);
        this.deeper(operator);
        const operand = this.SUBRULE1(this.unary);
        if (operands === undefined || operators === undefined) {
          operands = [first];
          operators = [];
        }
        operators.push(operator);
        operands.push(operand);
        this.isSpelledOut();
      },
    });
    return operands === undefined || operators === undefined ? first : this.ACTION(() => group(operands ?? [], operators ?? []));
  });

  /** `and` and `or` are told, and read as the operators that they are elsewhere. */
  private isSpelledOut(): boolean {
    const token = this.LA(1);
    if (this.RECORDING_PHASE || token.tokenType !== Identifier || !isSpelledOut(token) || !this.here() || this.LA(2).tokenType === Colon) return false;
    this.report(
      this.mistake(token, { code: "T126", message: `There is no "${token.image}" in Tantra.`, hint: token.image === "and" ? "Write `&&`." : "Write `||`." }),
    );
    token.tokenType = Plus;
    token.tokenTypeIdx = Plus.tokenTypeIdx ?? 0;
    return true;
  }

  readonly unary: Rule<Expr> = this.RULE("unary", (): Expr => {
    if (!this.maybeOf(signs)) return this.SUBRULE(this.postfix);
    let written: IToken[] | undefined;
    this.MANY(() => {
      const sign = this.OR([{ ALT: () => this.CONSUME(Not) }, { ALT: () => this.CONSUME(Minus) }]);
      this.deeper(sign);
      if (written === undefined) written = [];
      written.push(sign);
    });
    let operand = this.SUBRULE(this.postfix);
    while (written !== undefined) {
      const sign = written.pop();
      if (sign === undefined) break;
      operand = { kind: "UnaryExpr", start: sign.startOffset, end: this.end(), op: sign.image === "!" ? "!" : "-", operand };
    }
    return operand;
  });

  readonly postfix: Rule<Expr> = this.RULE("postfix", (): Expr => {
    const start = this.startOf(this.LA(1));
    let left = this.atomNext() ?? this.SUBRULE(this.primary);
    if (!this.maybeOf(postfixes)) return left;
    this.repeated(
      0,
      postfixes,
      () => {
        this.deeper(this.LA(1));
        this.#left = left;
        this.#start = start;
        left = this.choose(0, this.#postfixes);
      },
      this.postfixGate,
    );
    return left;
  });

  /** What the next of `#postfixes` goes on with. */
  #left: Expr = { kind: "NullExpr", start: 0, end: 0 };
  #start = 0;

  readonly #postfixes: IOrAlt<Expr>[] = [
    {
      ALT: () => {
        const object = this.#left;
        const start = this.#start;
        const dot = this.CONSUME(Dot);
        if (!this.RECORDING_PHASE && !this.here()) {
          this.stop(this.LA(1), { code: "T120", message: 'A name is missing after the ".".', hint: "Write the name of a field.", missing: true });
        }
        return this.choose<Expr>(1, [
          {
            ALT: () => {
              const name = this.CONSUME(Any);
              return { kind: "MemberExpr", start, end: endOf(name), object, name: this.nameOf(name) };
            },
          },
          {
            ALT: () => {
              this.CONSUME(Star);
              return { kind: "StarExpr", start, end: dot.startOffset + 2, object };
            },
          },
        ]);
      },
    },
    {
      ALT: () => {
        const callee = this.#left;
        const start = this.#start;
        const args = this.SUBRULE(this.args);
        return { kind: "CallExpr", start, end: this.end(), callee, args };
      },
    },
    {
      ALT: () => {
        const object = this.#left;
        const start = this.#start;
        const open = this.CONSUME(LeftSquare);
        const index = this.enclosed(
          open,
          () => this.SUBRULE(this.expr),
          () => this.errorExpr(endOf(open)),
        );
        this.CONSUME(RightSquare);
        return { kind: "IndexExpr", start, end: this.end(), object, index };
      },
    },
    {
      ALT: () => {
        const expr = this.#left;
        const start = this.#start;
        this.CONSUME(With);
        const options = this.SUBRULE(this.object);
        return { kind: "WithExpr", start, end: this.end(), expr, options };
      },
    },
  ];

  /** `(` and `[` go on with an expression only on its line. */
  private postfixGate = (): boolean => {
    const { tokenType } = this.LA(1);
    if (tokenType === With) return !this.isKeyNext();
    return (tokenType !== LeftRound && tokenType !== LeftSquare) || this.here();
  };

  /** Made once: there is one for nearly every token of a program. */
  readonly #primaries: IOrAlt<Expr>[] = [
    { ALT: () => this.atom(Name) },
    { ALT: () => this.SUBRULE(this.string) },
    { ALT: () => this.SUBRULE(this.list) },
    {
      ALT: () =>
        this.choose<Expr>(1, {
          MAX_LOOKAHEAD: 1,
          DEF: [{ GATE: () => this.isObjectNext(), ALT: () => this.SUBRULE(this.object) }, { ALT: () => this.SUBRULE(this.block) }],
        }),
    },
    { ALT: () => this.atom(Num) },
    { ALT: () => this.atom(Duration) },
    { ALT: () => this.atom(Money) },
    { ALT: () => this.atom(Rate) },
    { ALT: () => this.atom(True) },
    { ALT: () => this.atom(False) },
    { ALT: () => this.atom(Null) },
    { ALT: () => this.SUBRULE(this.if) },
    { ALT: () => this.SUBRULE(this.match) },
    { ALT: () => this.SUBRULE(this.parallel) },
    { ALT: () => this.SUBRULE(this.race) },
    { ALT: () => this.SUBRULE(this.for) },
    { ALT: () => this.SUBRULE(this.repeat) },
    { ALT: () => this.SUBRULE(this.ask) },
    { ALT: () => this.SUBRULE(this.fail) },
    { ALT: () => this.SUBRULE(this.chat) },
    {
      ALT: () => {
        const open = this.CONSUME(LeftRound);
        const inner = this.enclosed(
          open,
          () => this.SUBRULE(this.expr),
          () => this.errorExpr(endOf(open)),
        );
        this.CONSUME(RightRound);
        return inner;
      },
    },
    {
      ALT: () => {
        const start = this.CONSUME(Env).startOffset;
        const at = this.end();
        const name = this.OPTION({
          MAX_LOOKAHEAD: 1,
          DEF: () => {
            this.CONSUME(Dot);
            return this.nameOf(this.CONSUME(Any));
          },
        });
        return { kind: "EnvExpr", start, end: this.end(), name: name ?? { start: at, end: at, text: "" } };
      },
    },
  ];

  readonly primary: Rule<Expr> = this.RULE("primary", (): Expr => this.choose(0, this.#primaries));

  /** `{` followed by `}`, or by a key and `:`, opens an object; any other a block. */
  protected isObjectNext(): boolean {
    const next = this.LA(2);
    if (next.tokenType === RightCurly) return true;
    return this.LA(3).tokenType === Colon && has(next, Key);
  }

  readonly list: Rule<ListExpr> = this.RULE("list", (): ListExpr => {
    const start = this.CONSUME(LeftSquare).startOffset;
    const items: Expr[] = [];
    this.members(
      0,
      RightSquare,
      "element",
      items,
      () => this.value(),
      (at) => this.errorExpr(at),
    );
    this.CONSUME(RightSquare);
    return { kind: "ListExpr", start, end: this.end(), items };
  });

  readonly object: Rule<ObjectExpr> = this.RULE("object", (): ObjectExpr => {
    const start = this.CONSUME(LeftCurly).startOffset;
    const entries: Entry[] = [];
    this.members(0, RightCurly, "entry", entries, () => this.SUBRULE(this.entry));
    this.CONSUME(RightCurly);
    return { kind: "ObjectExpr", start, end: this.end(), entries };
  });

  readonly entry: Rule<Entry> = this.RULE("entry", (): Entry => {
    const token = this.CONSUME(Key);
    try {
      this.CONSUME(Colon);
      this.valueBehindColon(token);
      const value = this.value();
      return this.entryOf(token, value);
    } catch (thrown) {
      throw withPartial(thrown, () => this.entryOf(token, this.errorExpr(this.end())));
    }
  });

  private entryOf(token: IToken, value: Expr): Entry {
    const quoted = has(token, Plain);
    const key = quoted ? { ...this.nameOf(token), text: this.textOf(token) } : this.nameOf(token);
    return { kind: "Entry", start: token.startOffset, end: this.end(), key, quoted, value };
  }

  /** The text of a plain string. */
  protected textOf(token: IToken): string {
    const [part] = this.plain(token).parts;
    return part?.kind === "TextChunk" ? part.value : "";
  }

  /** A value may stand on the next line, but what is a key there is none. */
  private valueBehindColon(key: IToken): void {
    if (this.RECORDING_PHASE || this.here() || this.LA(2).tokenType !== Colon) return;
    if (!has(this.LA(1), Key)) return;
    this.stop(this.LA(1), { code: "T121", message: `The value of "${key.image}" is missing.`, hint: `Write \`${key.image}: VALUE\`.`, missing: true });
  }

  private isNamed(): boolean {
    return this.RECORDING_PHASE || this.LA_FAST(2).tokenType === Colon;
  }

  readonly #argName = (): NameNode => {
    const name = this.nameOf(this.CONSUME(Any));
    this.CONSUME(Colon);
    return name;
  };

  // Made once, as the functions for what most lists hold are.
  readonly #arg = (): Arg => {
    const start = this.startOf(this.LA(1));
    const name = this.isNamed() ? this.present(1, this.#argName) : undefined;
    const value = this.value();
    return name === undefined ? { kind: "Arg", start, end: this.end(), value } : { kind: "Arg", start, end: this.end(), name, value };
  };

  readonly #errorArg = (at: number): Arg => ({ kind: "Arg", start: at, end: at, value: this.errorExpr(at) });

  override readonly args: Rule<readonly Arg[]> = this.RULE("args", (): readonly Arg[] => {
    const args: Arg[] = [];
    this.CONSUME(LeftRound);
    this.members(0, RightRound, "argument", args, this.#arg, this.#errorArg);
    this.CONSUME(RightRound);
    return args;
  });
}
