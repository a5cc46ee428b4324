import type {
  AgentDecl,
  Arg,
  BudgetDecl,
  Entry,
  FieldDecl,
  ImportDecl,
  ImportName,
  McpDecl,
  MessageExpr,
  MessagesEntry,
  ModelDecl,
  ProfileDecl,
  ProviderDecl,
  RetryDecl,
  Stmt,
  StringExpr,
  TemplateDecl,
  ToolDecl,
  TypeDecl,
  TypeExpr,
  WorkflowDecl,
} from "../ast.ts";
import {
  Agent,
  Any,
  Arrow,
  As,
  Assistant,
  Budget,
  Colon,
  Equals,
  From,
  Import,
  LeftCurly,
  LeftSquare,
  Mcp,
  Messages,
  Model,
  Name,
  Plain,
  Profile,
  Provider,
  Retry,
  RightCurly,
  RightSquare,
  System,
  Template,
  Tool,
  Type,
  User,
  Workflow,
} from "../tokens.ts";
import type { Rule } from "./base.ts";
import { ConstructRules } from "./constructs.ts";
import { type Draft, withPartial } from "./mistake.ts";

/** One rule for each kind of declaration, tests excepted: see `tests.ts`. */
export abstract class DeclarationRules extends ConstructRules {
  readonly import: Rule<ImportDecl> = this.RULE("import", (): ImportDecl => {
    const start = this.CONSUME(Import).startOffset;
    const names: ImportName[] = [];
    this.CONSUME(LeftCurly);
    this.members(0, RightCurly, "name", names, (): ImportName => {
      const name = this.nameOf(this.CONSUME(Name));
      const alias = this.OPTION1(() => {
        this.CONSUME(As);
        return this.nameOf(this.CONSUME1(Name));
      });
      return { kind: "ImportName", start: name.start, end: this.end(), name, ...(alias === undefined ? {} : { alias }) };
    });
    this.CONSUME(RightCurly);
    this.CONSUME(From);
    const from = this.plain(this.CONSUME(Plain));
    return { kind: "ImportDecl", start, end: this.end(), names, from };
  });

  readonly provider: Rule<ProviderDecl> = this.RULE("provider", (): ProviderDecl => {
    const start = this.CONSUME(Provider).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const kind = this.OPTION(() => {
      this.CONSUME(Equals);
      return this.choose<Pick<ProviderDecl, "of" | "from">>(0, {
        MAX_LOOKAHEAD: 1,
        DEF: [
          {
            GATE: () => this.LA(2).tokenType.CATEGORIES?.includes(Plain) === true,
            ALT: () => {
              this.CONSUME(From);
              return { from: this.plain(this.CONSUME(Plain)) };
            },
          },
          { ALT: () => ({ of: this.nameOf(this.CONSUME1(Name)) }) },
        ],
      });
    });
    const options = this.OPTION1(() => this.SUBRULE(this.object));
    return { kind: "ProviderDecl", start, end: this.end(), name, ...kind, ...(options === undefined ? {} : { options }) };
  });

  readonly model: Rule<ModelDecl> = this.RULE("model", (): ModelDecl => {
    const start = this.CONSUME(Model).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    this.CONSUME(Equals);
    const of = this.nameOf(this.CONSUME1(Name));
    const args: readonly Arg[] = this.SUBRULE(this.args);
    const options = this.OPTION(() => this.SUBRULE(this.object));
    return { kind: "ModelDecl", start, end: this.end(), name, of, args, ...(options === undefined ? {} : { options }) };
  });

  readonly retry: Rule<RetryDecl> = this.RULE("retry", (): RetryDecl => {
    const start = this.CONSUME(Retry).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const options = this.SUBRULE(this.object);
    return { kind: "RetryDecl", start, end: this.end(), name, options };
  });

  readonly budget: Rule<BudgetDecl> = this.RULE("budget", (): BudgetDecl => {
    const start = this.CONSUME(Budget).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const options = this.SUBRULE(this.object);
    return { kind: "BudgetDecl", start, end: this.end(), name, options };
  });

  readonly mcp: Rule<McpDecl> = this.RULE("mcp", (): McpDecl => {
    const start = this.CONSUME(Mcp).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const options = this.SUBRULE(this.object);
    return { kind: "McpDecl", start, end: this.end(), name, options };
  });

  readonly profile: Rule<ProfileDecl> = this.RULE("profile", (): ProfileDecl => {
    const start = this.CONSUME(Profile).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const declarations: ProfileDecl["declarations"][number][] = [];
    this.CONSUME(LeftCurly);
    this.members(0, RightCurly, "declaration", declarations, () => {
      const doc = this.docBefore(this.LA(1));
      const declaration: Draft<ProfileDecl["declarations"][number]> = this.choose<ProfileDecl["declarations"][number]>(0, [
        { ALT: () => this.SUBRULE(this.provider) },
        { ALT: () => this.SUBRULE(this.model) },
        { ALT: () => this.SUBRULE(this.mcp) },
      ]);
      if (doc !== undefined) declaration.doc = doc;
      return declaration;
    });
    this.CONSUME(RightCurly);
    return { kind: "ProfileDecl", start, end: this.end(), name, declarations };
  });

  readonly type_decl: Rule<TypeDecl> = this.RULE("type_decl", (): TypeDecl => {
    const start = this.CONSUME(Type).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const content = this.choose<Pick<TypeDecl, "fields" | "type">>(0, [
      {
        ALT: () => {
          const fields: FieldDecl[] = [];
          this.CONSUME(LeftCurly);
          this.members(0, RightCurly, "field", fields, () => this.SUBRULE(this.field));
          this.CONSUME(RightCurly);
          return { fields };
        },
      },
      {
        ALT: () => {
          this.CONSUME(Equals);
          return { type: this.SUBRULE(this.type) };
        },
      },
    ]);
    return { kind: "TypeDecl", start, end: this.end(), name, ...content };
  });

  readonly field: Rule<FieldDecl> = this.RULE("field", (): FieldDecl => {
    const token = this.CONSUME(Any);
    const doc = this.docBefore(token);
    const start = token.startOffset;
    try {
      this.CONSUME(Colon);
      const type = this.typeNext();
      const field: Draft<FieldDecl> = { kind: "FieldDecl", start, end: this.end(), name: this.nameOf(token), type };
      if (doc !== undefined) field.doc = doc;
      return field;
    } catch (thrown) {
      throw withPartial(thrown, (): FieldDecl => ({ kind: "FieldDecl", start, end: this.end(), name: this.nameOf(token), type: this.errorType(this.end()) }));
    }
  });

  readonly template: Rule<TemplateDecl> = this.RULE("template", (): TemplateDecl => {
    const start = this.CONSUME(Template).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const params = this.SUBRULE(this.params);
    const content = this.choose<Pick<TemplateDecl, "text" | "from">>(0, [
      { ALT: () => ({ text: this.SUBRULE(this.string) }) },
      { ALT: () => ({ from: this.origin() }) },
    ]);
    const options = this.OPTION(() => this.SUBRULE(this.object));
    return { kind: "TemplateDecl", start, end: this.end(), name, params, ...content, ...(options === undefined ? {} : { options }) };
  });

  private origin(): StringExpr {
    this.CONSUME(From);
    return this.plain(this.CONSUME(Plain));
  }

  readonly tool: Rule<ToolDecl> = this.RULE("tool", (): ToolDecl => {
    const start = this.CONSUME(Tool).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const params = this.SUBRULE(this.params);
    const result = this.result();
    const from = this.origin();
    const options = this.OPTION1(() => this.SUBRULE(this.object));
    return {
      ...{ kind: "ToolDecl", start, end: this.end(), name, params, from },
      ...(result === undefined ? {} : { result }),
      ...(options === undefined ? {} : { options }),
    };
  });

  /** `[ "->" type ]` behind parameters; a part of the rule that asks. */
  private result(): TypeExpr | undefined {
    return this.maybe(Arrow) ? this.present(0, this.#type) : undefined;
  }
  readonly #type = (): TypeExpr => {
    this.CONSUME(Arrow);
    return this.typeNext();
  };

  readonly agent: Rule<AgentDecl> = this.RULE("agent", (): AgentDecl => {
    const start = this.CONSUME(Agent).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const params = this.SUBRULE(this.params);
    const result = this.result();
    const members: (Entry | MessagesEntry)[] = [];
    this.CONSUME(LeftCurly);
    this.members(1, RightCurly, "option", members, this.#option);
    this.CONSUME(RightCurly);
    const agent: Draft<AgentDecl> = { kind: "AgentDecl", start, end: this.end(), name, params, members };
    if (result !== undefined) agent.result = result;
    return agent;
  });

  readonly #option = (): Entry | MessagesEntry => {
    // Chevrotain asks all gates of all alternatives: `messages` is looked for here.
    if (!this.RECORDING_PHASE && !this.areMessagesNext()) return this.SUBRULE(this.entry);
    return this.choose<Entry | MessagesEntry>(0, {
      MAX_LOOKAHEAD: 1,
      DEF: [{ GATE: () => this.areMessagesNext(), ALT: () => this.SUBRULE(this.messages) }, { ALT: () => this.SUBRULE(this.entry) }],
    });
  };

  private areMessagesNext(): boolean {
    return this.LA(2).tokenType === Colon && this.LA(3).tokenType === LeftSquare;
  }

  readonly messages: Rule<MessagesEntry> = this.RULE("messages", (): MessagesEntry => {
    const token = this.CONSUME(Messages);
    this.CONSUME(Colon);
    const messages: MessageExpr[] = [];
    this.CONSUME(LeftSquare);
    this.members(0, RightSquare, "message", messages, (): MessageExpr => {
      const role = this.OR([{ ALT: () => this.CONSUME(System) }, { ALT: () => this.CONSUME(User) }, { ALT: () => this.CONSUME(Assistant) }]);
      const text = this.SUBRULE(this.expr);
      const { tokenType, startOffset } = role;
      return {
        ...{ kind: "MessageExpr", start: startOffset, end: this.end(), text },
        role: tokenType === System ? "system" : tokenType === User ? "user" : "assistant",
      };
    });
    this.CONSUME(RightSquare);
    return { kind: "MessagesEntry", start: token.startOffset, end: this.end(), key: this.nameOf(token), messages };
  });

  readonly workflow: Rule<WorkflowDecl> = this.RULE("workflow", (): WorkflowDecl => {
    const start = this.CONSUME(Workflow).startOffset;
    const name = this.nameOf(this.CONSUME(Name));
    const params = this.SUBRULE(this.params);
    const result = this.result();
    const options: Entry[] = [];
    const body: Stmt[] = [];
    this.CONSUME(LeftCurly);
    this.MANY1({
      MAX_LOOKAHEAD: 1,
      GATE: () => this.LA(2).tokenType === Colon,
      DEF: () => this.member(1, RightCurly, "option", options, () => this.SUBRULE(this.entry)),
    });
    this.members(2, RightCurly, "statement", body, () => this.SUBRULE(this.statement), this.errorStmt);
    this.CONSUME(RightCurly);
    const workflow: Draft<WorkflowDecl> = { kind: "WorkflowDecl", start, end: this.end(), name, params, options, body };
    if (result !== undefined) workflow.result = result;
    return workflow;
  });
}
