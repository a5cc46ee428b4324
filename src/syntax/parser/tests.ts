import type { ExpectStmt, FakeOutcome, FakeStmt, FakeTarget, Name as NameNode, ReplayStmt, Stmt, TestDecl } from "../ast.ts";
import { Arrow, Ask, Dot, Expect, Fail, Fails, Fake, LeftCurly, Model, Name, Plain, Replay, RightCurly, Test, Then } from "../tokens.ts";
import { has, type Rule } from "./base.ts";
import { DeclarationRules } from "./declarations.ts";

type Step = TestDecl["body"][number];

/** Tests and the statements that only they have. */
export abstract class TestRules extends DeclarationRules {
  readonly test: Rule<TestDecl> = this.RULE("test", (): TestDecl => {
    const start = this.CONSUME(Test).startOffset;
    const name = this.plain(this.CONSUME(Plain));
    const body: Step[] = [];
    this.CONSUME(LeftCurly);
    this.members(
      0,
      RightCurly,
      "step",
      body,
      () =>
        this.choose<Step>(0, {
          MAX_LOOKAHEAD: 1,
          IGNORE_AMBIGUITIES: true,
          DEF: [
            { ALT: () => this.SUBRULE(this.fake) },
            { ALT: () => this.SUBRULE(this.expect) },
            { ALT: () => this.SUBRULE(this.replay) },
            { ALT: (): Stmt => this.SUBRULE(this.statement) },
          ],
        }),
      this.errorStmt,
    );
    this.CONSUME(RightCurly);
    return { kind: "TestDecl", start, end: this.end(), name, body };
  });

  readonly fake: Rule<FakeStmt> = this.RULE("fake", (): FakeStmt => {
    const start = this.CONSUME(Fake).startOffset;
    const from = this.startOf(this.LA(1));
    const { of, path } = this.choose<Pick<FakeTarget, "of" | "path">>(0, {
      MAX_LOOKAHEAD: 1,
      DEF: [
        { ALT: () => ({ of: "ask", path: [this.nameOf(this.CONSUME(Ask))] }) },
        {
          GATE: () => has(this.LA(2), Name),
          ALT: () => {
            this.CONSUME(Model);
            return { of: "model", path: [this.nameOf(this.CONSUME(Name))] };
          },
        },
        {
          ALT: () => {
            const path: NameNode[] = [this.nameOf(this.CONSUME1(Name))];
            this.MANY(() => {
              this.deeper(this.CONSUME(Dot));
              path.push(this.nameOf(this.CONSUME2(Name)));
            });
            this.depth -= path.length - 1;
            return { of: "name", path };
          },
        },
      ],
    });
    const target: FakeTarget = { kind: "FakeTarget", start: from, end: this.end(), of, path };
    this.CONSUME(Arrow);
    const outcomes = [this.SUBRULE(this.outcome)];
    this.MANY1({
      MAX_LOOKAHEAD: 1,
      DEF: () => {
        this.CONSUME(Then);
        outcomes.push(this.SUBRULE1(this.outcome));
      },
    });
    return { kind: "FakeStmt", start, end: this.end(), target, outcomes };
  });

  readonly outcome: Rule<FakeOutcome> = this.RULE("outcome", (): FakeOutcome => {
    const start = this.startOf(this.LA(1));
    const content = this.choose<Pick<FakeOutcome, "class" | "message" | "value">>(0, {
      MAX_LOOKAHEAD: 1,
      DEF: [
        {
          GATE: () => has(this.LA(2), Name) && !this.isBroken(this.LA(1), this.LA(2)),
          ALT: () => {
            this.CONSUME(Fail);
            const name = this.nameOf(this.CONSUME(Name));
            const message = this.OPTION({ MAX_LOOKAHEAD: 1, GATE: this.hereGate, DEF: () => this.SUBRULE(this.string) });
            return { class: name, ...(message === undefined ? {} : { message }) };
          },
        },
        { ALT: () => ({ value: this.SUBRULE(this.expr) }) },
      ],
    });
    return { kind: "FakeOutcome", start, end: this.end(), ...content };
  });

  readonly expect: Rule<ExpectStmt> = this.RULE("expect", (): ExpectStmt => {
    const start = this.CONSUME(Expect).startOffset;
    const content = this.choose<Pick<ExpectStmt, "fails" | "block" | "value">>(0, {
      MAX_LOOKAHEAD: 1,
      DEF: [
        {
          GATE: () => has(this.LA(2), Name),
          ALT: () => {
            this.CONSUME(Fails);
            const fails = this.nameOf(this.CONSUME(Name));
            return { fails, block: this.SUBRULE(this.block) };
          },
        },
        { ALT: () => ({ value: this.SUBRULE(this.expr) }) },
      ],
    });
    return { kind: "ExpectStmt", start, end: this.end(), ...content };
  });

  readonly replay: Rule<ReplayStmt> = this.RULE("replay", (): ReplayStmt => {
    const start = this.CONSUME(Replay).startOffset;
    const file = this.plain(this.CONSUME(Plain));
    return { kind: "ReplayStmt", start, end: this.end(), file };
  });
}
