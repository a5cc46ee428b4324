import type { OrMethodOpts, TokenType } from "chevrotain";
import type {
  AskExpr,
  BlockExpr,
  ChatExpr,
  FailExpr,
  ForExpr,
  IfExpr,
  MatchArm,
  MatchExpr,
  ParallelExpr,
  Pattern,
  RaceExpr,
  RepeatExpr,
  Stmt,
} from "../ast.ts";
import {
  Any,
  Arrow,
  Ask,
  Break,
  Chat,
  Colon,
  Comma,
  Else,
  Equals,
  Fail,
  False,
  FatArrow,
  For,
  From,
  Identifier,
  If,
  In,
  LeftCurly,
  Let,
  Match,
  Name,
  Null,
  Parallel,
  Plain,
  Race,
  Repeat,
  Return,
  RightCurly,
  Session,
  True,
  Underscore,
  With,
} from "../tokens.ts";
import { has, type Rule } from "./base.ts";
import { ExpressionRules } from "./expressions.ts";
import { foreignWord } from "./messages.ts";
import { withPartial } from "./mistake.ts";

/** An arm that could not be read; it fits everything, so that nobody says that a case is missing. */
function errorArm(at: number): MatchArm {
  const place = { start: at, end: at };
  return { kind: "MatchArm", ...place, pattern: { kind: "Pattern", ...place, test: { of: "any" } }, value: { kind: "ErrorExpr", ...place } };
}

/** Blocks, statements, and the expressions that open with a word. */
export abstract class ConstructRules extends ExpressionRules {
  override readonly block: Rule<BlockExpr> = this.RULE("block", (): BlockExpr => {
    const start = this.CONSUME(LeftCurly).startOffset;
    const body: Stmt[] = [];
    this.members(0, RightCurly, "statement", body, () => this.SUBRULE(this.statement), this.errorStmt);
    this.CONSUME(RightCurly);
    return { kind: "BlockExpr", start, end: this.end(), body };
  });

  /** A statement that could not be read. */
  protected errorStmt = (at: number): Stmt => ({ kind: "ExprStmt", start: at, end: at, expr: this.errorExpr(at) });

  #let(): Stmt {
    const start = this.CONSUME(Let).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    try {
      const type = this.maybe(Colon)
        ? this.OPTION(() => {
            this.CONSUME(Colon);
            return this.typeNext();
          })
        : undefined;
      this.CONSUME(Equals);
      const value = this.value();
      return type === undefined ? { kind: "LetStmt", start, end: this.end(), name, value } : { kind: "LetStmt", start, end: this.end(), name, type, value };
    } catch (thrown) {
      throw withPartial(thrown, (): Stmt => ({ kind: "LetStmt", start, end: this.end(), name, value: this.errorExpr(this.end()) }));
    }
  }

  #value(): Stmt {
    const start = this.startOf(this.LA(1));
    const expr = this.value(3);
    return { kind: "ExprStmt", start, end: this.end(), expr };
  }

  readonly #statements: OrMethodOpts<Stmt> = {
    MAX_LOOKAHEAD: 1,
    DEF: [
      {
        ALT: () => this.#let(),
      },
      {
        GATE: () => this.LA(2).tokenType === Equals,
        ALT: () => {
          const name = this.nameOf(this.CONSUME1(Name));
          this.CONSUME1(Equals);
          const value = this.value(1);
          return { kind: "AssignStmt", start: name.start, end: this.end(), name, value };
        },
      },
      {
        ALT: () => {
          const start = this.CONSUME(Return).startOffset;
          const value = this.OPTION1({ MAX_LOOKAHEAD: 1, GATE: this.hereGate, DEF: () => this.SUBRULE2(this.expr) });
          return { kind: "ReturnStmt", start, end: this.end(), ...(value === undefined ? {} : { value }) };
        },
      },
      {
        ALT: () => {
          const start = this.CONSUME(Break).startOffset;
          return { kind: "BreakStmt", start, end: this.end() };
        },
      },
      {
        ALT: () => this.#value(),
      },
    ],
  };

  readonly statement: Rule<Stmt> = this.RULE("statement", (): Stmt => {
    if (this.isForeign("const", "var") && has(this.LA(2), Name)) return this.readAs(Let, () => this.choose(0, this.#statements));
    // Chevrotain asks all gates of all alternatives: the most common statements are told here.
    const { tokenType } = this.LA(1);
    if (tokenType === Let) return this.#let();
    const isValue = !this.RECORDING_PHASE && tokenType !== Return && tokenType !== Break && this.LA(2).tokenType !== Equals;
    return isValue ? this.#value() : this.choose(0, this.#statements);
  });

  /** Whether the next token is one of these words of other languages, used as they use it. */
  private isForeign(...spelled: string[]): boolean {
    const token = this.LA(1);
    return token.tokenType === Identifier && spelled.includes(token.image) && !this.isBroken(token, this.LA(2));
  }

  /** Says that the next word is none of ours, and reads it as the one that it was meant as. */
  private readAs<T>(type: TokenType, read: () => T): T {
    const token = this.LA(1);
    this.report(this.mistake(token, { code: "T126", message: `There is no "${token.image}" in Tantra.`, hint: foreignWord(token.image) ?? "" }));
    token.tokenType = type;
    token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
    return read();
  }

  override readonly if: Rule<IfExpr> = this.RULE("if", (): IfExpr => {
    const word = this.CONSUME(If);
    this.deeper(word);
    const condition = this.SUBRULE(this.expr);
    const then = this.SUBRULE(this.block);
    const otherwise = this.isForeign("elif", "elsif", "elseif")
      ? this.readAs(If, () => this.SUBRULE(this.if))
      : this.OPTION({
          GATE: this.wordGate,
          DEF: () => {
            this.CONSUME(Else);
            return this.choose<IfExpr | BlockExpr>(0, [{ ALT: () => this.SUBRULE(this.if) }, { ALT: () => this.SUBRULE1(this.block) }]);
          },
        });
    this.depth--;
    return { kind: "IfExpr", start: word.startOffset, end: this.end(), condition, then, ...(otherwise === undefined ? {} : { else: otherwise }) };
  });

  override readonly match: Rule<MatchExpr> = this.RULE("match", (): MatchExpr => {
    const start = this.CONSUME(Match).startOffset;
    const subject = this.SUBRULE(this.expr);
    const arms: MatchArm[] = [];
    this.CONSUME(LeftCurly);
    this.members(
      0,
      RightCurly,
      "arm",
      arms,
      (): MatchArm => {
        const pattern = this.SUBRULE(this.pattern);
        this.CONSUME(FatArrow);
        const value = this.SUBRULE1(this.expr);
        return { kind: "MatchArm", start: pattern.start, end: this.end(), pattern, value };
      },
      errorArm,
    );
    this.CONSUME(RightCurly);
    return { kind: "MatchExpr", start, end: this.end(), subject, arms };
  });

  readonly pattern: Rule<Pattern> = this.RULE("pattern", (): Pattern => {
    const start = this.startOf(this.LA(1));
    const test = this.choose<Pattern["test"]>(0, [
      { ALT: () => ({ of: "value", value: this.textOf(this.CONSUME(Plain)) }) },
      { ALT: () => this.caseOf(true, this.CONSUME(True)) },
      { ALT: () => this.caseOf(false, this.CONSUME(False)) },
      { ALT: () => this.caseOf(null, this.CONSUME(Null)) },
      {
        ALT: () => {
          this.CONSUME(LeftCurly);
          const name = this.nameOf(this.CONSUME(Any));
          this.CONSUME(Colon);
          const value = this.choose<string | boolean>(1, [
            { ALT: () => this.textOf(this.CONSUME1(Plain)) },
            { ALT: () => this.CONSUME1(True).tokenType === True },
            { ALT: () => this.CONSUME1(False).tokenType === True },
          ]);
          this.CONSUME(RightCurly);
          return { of: "field", name, value };
        },
      },
      {
        ALT: () => {
          this.CONSUME(Underscore);
          return { of: "any" };
        },
      },
    ]);
    return { kind: "Pattern", start, end: this.end(), test };
  });

  private caseOf(value: boolean | null, _token: object): Pattern["test"] {
    return { of: "value", value };
  }

  override readonly parallel: Rule<ParallelExpr> = this.RULE("parallel", (): ParallelExpr => {
    const start = this.CONSUME(Parallel).startOffset;
    const args = this.OPTION(() => this.SUBRULE(this.args)) ?? [];
    const body = this.choose<{ loop: ForExpr } | { block: BlockExpr }>(0, [
      { ALT: () => ({ loop: this.SUBRULE(this.for) }) },
      { ALT: () => ({ block: this.SUBRULE(this.block) }) },
    ]);
    return { kind: "ParallelExpr", start, end: this.end(), args, ...body };
  });

  override readonly race: Rule<RaceExpr> = this.RULE("race", (): RaceExpr => {
    const start = this.CONSUME(Race).startOffset;
    const args = this.OPTION(() => this.SUBRULE(this.args)) ?? [];
    const block = this.SUBRULE(this.block);
    return { kind: "RaceExpr", start, end: this.end(), args, block };
  });

  override readonly for: Rule<ForExpr> = this.RULE("for", (): ForExpr => {
    const start = this.CONSUME(For).startOffset;
    const first = this.nameOf(this.CONSUME(Name));
    const second = this.OPTION(() => {
      this.CONSUME(Comma);
      return this.nameOf(this.CONSUME1(Name));
    });
    this.CONSUME(In);
    const list = this.SUBRULE(this.expr);
    const filter = this.OPTION1(() => {
      this.CONSUME(If);
      return this.SUBRULE1(this.expr);
    });
    const body = this.SUBRULE(this.block);
    return {
      ...{ kind: "ForExpr", start, end: this.end(), name: second ?? first, list, body },
      ...(second === undefined ? {} : { index: first }),
      ...(filter === undefined ? {} : { filter }),
    };
  });

  override readonly repeat: Rule<RepeatExpr> = this.RULE("repeat", (): RepeatExpr => {
    const start = this.CONSUME(Repeat).startOffset;
    const args = this.OPTION(() => this.SUBRULE(this.args)) ?? [];
    const body = this.SUBRULE(this.block);
    return { kind: "RepeatExpr", start, end: this.end(), args, body };
  });

  override readonly ask: Rule<AskExpr> = this.RULE("ask", (): AskExpr => {
    const start = this.CONSUME(Ask).startOffset;
    const question = this.SUBRULE(this.string);
    const result = this.OPTION(() => {
      this.CONSUME(Arrow);
      return this.SUBRULE(this.type);
    });
    const options = this.OPTION1({
      MAX_LOOKAHEAD: 1,
      GATE: this.wordGate,
      DEF: () => {
        this.CONSUME(With);
        return this.SUBRULE(this.object);
      },
    });
    return {
      ...{ kind: "AskExpr", start, end: this.end(), question },
      ...(result === undefined ? {} : { result }),
      ...(options === undefined ? {} : { options }),
    };
  });

  override readonly fail: Rule<FailExpr> = this.RULE("fail", (): FailExpr => {
    const start = this.CONSUME(Fail).startOffset;
    const message = this.OPTION({ MAX_LOOKAHEAD: 1, GATE: this.hereGate, DEF: () => this.SUBRULE(this.string) });
    return { kind: "FailExpr", start, end: this.end(), ...(message === undefined ? {} : { message }) };
  });

  override readonly chat: Rule<ChatExpr> = this.RULE("chat", (): ChatExpr => {
    const start = this.CONSUME(Chat).startOffset;
    const agent = this.nameOf(this.CONSUME(Name));
    const args = this.SUBRULE(this.args);
    const more: Pick<ChatExpr, "from" | "session"> | undefined = this.OPTION({
      MAX_LOOKAHEAD: 1,
      GATE: this.hereGate,
      DEF: () =>
        this.choose<Pick<ChatExpr, "from" | "session">>(0, [
          {
            ALT: () => {
              this.CONSUME(From);
              return { from: this.nameOf(this.CONSUME1(Name)) };
            },
          },
          {
            ALT: () => {
              this.CONSUME(Session);
              return { session: this.SUBRULE(this.string) };
            },
          },
        ]),
    });
    return { kind: "ChatExpr", start, end: this.end(), agent, args, ...more };
  });
}
