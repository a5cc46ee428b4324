import { EOF, type IOrAlt, type IToken } from "chevrotain";
import type { Source } from "../../diagnostics/source.ts";
import type { Decl, SourceFile, StringExpr } from "../ast.ts";
import type { Lexed } from "../lexer/lex.ts";
import type { Problem } from "../lexer/problem.ts";
import { declarationWords, Import, spelling } from "../tokens.ts";
import type { Rule } from "./base.ts";
import { isReserved, notADeclaration, notSeparated } from "./messages.ts";
import { type Draft, isMistake } from "./mistake.ts";
import { TestRules } from "./tests.ts";

/** The parser. Building it takes a while (see `parse.ts`), so there is one, which reads one text after another. */
export class Parser extends TestRules {
  constructor(skipValidations: boolean) {
    super(skipValidations);
    this.performSelfAnalysis();
  }

  readonly file: Rule<Decl[]> = this.RULE("file", (): Decl[] => {
    const declarations: Decl[] = [];
    let from = 0;
    do {
      this.MANY(() => {
        from = this.startOf(this.LA(1));
        const first = this.LA(1);
        const depth = this.depth;
        const doc = this.docBefore(first);
        try {
          const declaration: Draft<Decl> = this.SUBRULE(this.declaration);
          if (doc !== undefined) declaration.doc = doc;
          declarations.push(declaration);
        } catch (thrown) {
          if (!isMistake(thrown)) throw thrown;
          this.depth = depth;
          this.report(thrown);
          this.skipToDeclaration(this.LA(1) === first);
        }
        if (!this.RECORDING_PHASE && this.isDeclarationNext() && !this.isBroken(this.LA(0), this.LA(1))) {
          this.report(this.mistake(this.LA(1), notSeparated("declaration", this.LA(0), this.LA(1))));
        }
      });
    } while (this.isLost(from));
    return declarations;
  });

  readonly #declarations: IOrAlt<Decl>[] = [
    { ALT: () => this.SUBRULE(this.import) },
    { ALT: () => this.SUBRULE(this.provider) },
    { ALT: () => this.SUBRULE(this.model) },
    { ALT: () => this.SUBRULE(this.retry) },
    { ALT: () => this.SUBRULE(this.budget) },
    { ALT: () => this.SUBRULE(this.type_decl) },
    { ALT: () => this.SUBRULE(this.template) },
    { ALT: () => this.SUBRULE(this.tool) },
    { ALT: () => this.SUBRULE(this.mcp) },
    { ALT: () => this.SUBRULE(this.agent) },
    { ALT: () => this.SUBRULE(this.workflow) },
    { ALT: () => this.SUBRULE(this.profile) },
    { ALT: () => this.SUBRULE(this.test) },
  ];

  readonly declaration: Rule<Decl> = this.RULE("declaration", (): Decl => this.choose(0, this.#declarations));

  /** Something stands between two declarations that begins none. A misspelt word is put right and read on. */
  private isLost(from: number): boolean {
    const next = this.LA(1);
    if (next.tokenType === EOF) return false;
    if (!this.isWordAgain(next) && !this.hasProblemsSince(from)) {
      const told = notADeclaration(next);
      this.report(this.mistake(next, told));
      const meant = declarationWords.find((word) => spelling(word) === told.meant);
      if (meant !== undefined) {
        next.tokenType = meant;
        next.tokenTypeIdx = meant.tokenTypeIdx ?? 0;
        return true;
      }
    }
    this.skipToDeclaration(true);
    return true;
  }

  /** `export agent …`: the second word opens the declaration, the first has been told. */
  private isWordAgain(next: IToken): boolean {
    return isReserved(next) && this.isQuiet(next);
  }

  private skipToDeclaration(unread: boolean): void {
    const levels = this.levels();
    const from = this.startOf(this.LA(1));
    if (unread) this.SKIP_TOKEN();
    while (this.LA(1).tokenType !== EOF && !(levels.get(this.LA(1)) === 0 && this.isDeclarationNext() && this.mayBegin())) this.SKIP_TOKEN();
    this.docs.skipped(from, this.startOf(this.LA(1)));
  }

  private mayBegin(): boolean {
    return this.isBroken(this.LA(0), this.LA(1)) || this.LA(1).tokenType === Import || this.isQuiet(this.LA(1));
  }

  /** Reads a program, stretch by stretch, up to the end of the first in which something is wrong. */
  readFile(source: Source, stretches: Iterable<Lexed>): { file: SourceFile; problems: readonly Problem[] } {
    this.begin(source);
    const declarations: Decl[] = [];
    let first: number | undefined;
    for (const stretch of stretches) {
      this.feed(stretch);
      first ??= stretch.tokens[0]?.startOffset;
      for (const declaration of this.file()) declarations.push(declaration);
      if (this.hasProblems()) break;
    }
    const { path, text } = source;
    const doc = this.docs.ofFile(first ?? text.length);
    for (const { start, end } of this.docs.dangling()) {
      const hint = "Put it on a line of its own before a declaration, a field or a parameter; a plain comment begins with `//`.";
      this.reportAt({ start, end }, { code: "T123", message: 'Nothing that could be described follows this "///".', hint });
    }
    const file: SourceFile = {
      ...{ kind: "SourceFile", start: 0, end: text.length, path, declarations, comments: this.docs.comments },
      ...(doc === undefined ? {} : { doc }),
    };
    return { file, problems: this.finish() };
  }

  /** Reads a file that is one text. */
  readText(source: Source, lexed: Lexed): { text: StringExpr; problems: readonly Problem[] } {
    this.begin(source);
    this.feed(lexed);
    const text = this.fileText(() => this.text());
    return { text, problems: this.finish() };
  }
}
