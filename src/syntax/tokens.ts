import { createToken, Lexer, type TokenType } from "chevrotain";

/**
 * The terminals of the grammar; `grammar/tantra.ebnf` writes each as its label. Words (reserved or contextual) have no
 * pattern of their own: `lexer/run.ts` reads every word as one row of letters, and looks its spelling up in `words`.
 * Categories stand for several types at once: what may be a name, a key, a plain string, between two operands.
 */
const category = (name: string, label: string, ...within: TokenType[]): TokenType => createToken({ name, label, pattern: Lexer.NA, categories: within });

/** What may stand before a `:` in braces: any word, or a plain string. */
export const Key = category("Key", "KEY");
/** NAME or a reserved word: a key, an argument's name, a member. */
export const Any = category("Any", "ANY", Key);
/** An identifier or a contextual word: what may name a thing. */
export const Name = category("Name", "NAME", Any);
export const Plain = category("Plain", "PLAIN", Key);
export const Num = category("Num", "NUMBER");
/** What stands between two operands; `-` and `in` belong to it too. */
export const Binary = category("Binary", "OPERATOR");
export const Comma = category("Comma", '","');
export const Dot = category("Dot", '"."');

/** A word that is none of the language's own. */
export const Identifier = category("Identifier", "NAME", Name);

const capital = (spelling: string): string => spelling.charAt(0).toUpperCase() + spelling.slice(1);
const word = (spelling: string, ...within: TokenType[]): TokenType => category(capital(spelling), `"${spelling}"`, ...within);
const reservedWord = (spelling: string, ...within: TokenType[]): TokenType => word(spelling, Any, ...within);
export const Let = reservedWord("let");
export const If = reservedWord("if");
export const Else = reservedWord("else");
export const Match = reservedWord("match");
export const For = reservedWord("for");
export const In = reservedWord("in", Binary);
export const Parallel = reservedWord("parallel");
export const Race = reservedWord("race");
export const Repeat = reservedWord("repeat");
export const Break = reservedWord("break");
export const Return = reservedWord("return");
export const Fail = reservedWord("fail");
export const Ask = reservedWord("ask");
export const Chat = reservedWord("chat");
export const Catch = reservedWord("catch");
export const With = reservedWord("with");
export const True = reservedWord("true");
export const False = reservedWord("false");
export const Null = reservedWord("null");
export const Env = reservedWord("env");

/** The words that can name nothing (a field, a key or an argument excepted). */
export const reserved: readonly TokenType[] = [
  ...[Let, If, Else, Match, For, In, Parallel, Race, Repeat, Break, Return, Fail, Ask, Chat, Catch, With, True, False, Null, Env],
];

const contextualWord = (spelling: string): TokenType => word(spelling, Name);
export const Import = contextualWord("import");
export const Provider = contextualWord("provider");
export const Model = contextualWord("model");
export const Retry = contextualWord("retry");
export const Budget = contextualWord("budget");
export const Type = contextualWord("type");
export const Template = contextualWord("template");
export const Tool = contextualWord("tool");
export const Mcp = contextualWord("mcp");
export const Agent = contextualWord("agent");
export const Workflow = contextualWord("workflow");
export const Profile = contextualWord("profile");
export const Test = contextualWord("test");
export const As = contextualWord("as");
export const From = contextualWord("from");
export const MapWord = contextualWord("map");
export const Messages = contextualWord("messages");
export const System = contextualWord("system");
export const User = contextualWord("user");
export const Assistant = contextualWord("assistant");
export const Session = contextualWord("session");
export const Fake = contextualWord("fake");
export const Then = contextualWord("then");
export const Expect = contextualWord("expect");
export const Fails = contextualWord("fails");
export const Replay = contextualWord("replay");
/** `_`: binds nothing, and as a pattern fits everything. */
export const Underscore = category("Underscore", '"_"', Name);

/** The words that open a declaration, in the order in which the grammar lists them. */
export const declarationWords: readonly TokenType[] = [...[Import, Provider, Model, Retry, Budget, Type, Template, Tool, Mcp, Agent, Workflow, Profile, Test]];

/** The words that mean something in one place and are fine names everywhere else. */
export const contextual: readonly TokenType[] = [
  ...declarationWords,
  ...[As, From, MapWord, Messages, System, User, Assistant, Session, Fake, Then, Expect, Fails, Replay, Underscore],
];

/** A token's text where it has only one: `agent`, `->`. */
export function spelling(type: TokenType): string {
  return (type.LABEL ?? type.name).replace(/^"(.*)"$/, "$1");
}

/** What a word is, by its spelling; a word that is not here is an `Identifier`. */
export const words: ReadonlyMap<string, TokenType> = new Map([...reserved, ...contextual].map((type) => [spelling(type), type]));

const amount = String.raw`[0-9]+(?:\.[0-9]+)?`;
const notFollowed = "[A-Za-z0-9_.]";
const literal = (name: string, label: string, source: string, ...within: TokenType[]): TokenType =>
  createToken({ name, label, pattern: new RegExp(`${source}(?!${notFollowed})`), categories: within });
export const Rate = literal("Rate", "RATE", String.raw`${amount}\/[smh]`);
export const Duration = literal("Duration", "DURATION", `${amount}(?:ms|s|m|h)`);
export const Money = literal("Money", "MONEY", String.raw`\$${amount}`);
const plainNumber = new RegExp(String.raw`${amount}(?!${notFollowed}|\/[smh](?!${notFollowed}))`);
export const PlainNumber = createToken({ name: "PlainNumber", label: "NUMBER", pattern: plainNumber, categories: Num });

const sign = (name: string, pattern: string, ...within: TokenType[]): TokenType => createToken({ name, label: `"${pattern}"`, pattern, categories: within });
export const LeftCurly = createToken({ name: "LeftCurly", label: '"{"', pattern: "{", push_mode: "inside" });
export const RightCurly = createToken({ name: "RightCurly", label: '"}"', pattern: "}", pop_mode: true });
export const LeftRound = sign("LeftRound", "(");
export const RightRound = sign("RightRound", ")");
export const LeftSquare = sign("LeftSquare", "[");
export const RightSquare = sign("RightSquare", "]");
export const PlainComma = sign("PlainComma", ",", Comma);
export const PlainDot = sign("PlainDot", ".", Dot);
export const Colon = sign("Colon", ":");
export const Question = sign("Question", "?");
export const Bar = sign("Bar", "|");
export const Equals = sign("Equals", "=");
export const Arrow = sign("Arrow", "->");
export const FatArrow = sign("FatArrow", "=>");
export const Not = sign("Not", "!");
export const Minus = sign("Minus", "-", Binary);
export const Star = sign("Star", "*", Binary);
export const Less = sign("Less", "<", Binary);
export const Greater = sign("Greater", ">", Binary);
export const Plus = sign("Plus", "+", Binary);
const otherOperators = [
  ...[sign("SameAs", "==", Binary), sign("NotSameAs", "!=", Binary), sign("AtMost", "<=", Binary), sign("AtLeast", ">=", Binary)],
  ...[sign("Both", "&&", Binary), sign("Either", "||", Binary), sign("OrElse", "??", Binary)],
  ...[Plus, sign("Slash", "/", Binary), sign("Percent", "%", Binary)],
];

/** `//`, `///` and `//!`: kept beside the tokens, attached to the tree by position. */
export const Comment = createToken({ name: "Comment", pattern: Lexer.NA });

// What follows is read so that one mistake stays one: it is reported where it stands, and stands for what was meant.
export const BadNumber = createToken({ name: "BadNumber", pattern: /[0-9][A-Za-z0-9_.]*|\$[A-Za-z0-9_.]*/, categories: Num });
export const Semicolon = createToken({ name: "Semicolon", pattern: ";", categories: Comma });
export const ForeignOperator = createToken({ name: "ForeignOperator", pattern: /===|!==|\*\*|\+\+|&(?!&)|[-+*/]=(?!=)|:=/, categories: Binary });
export const OptionalDot = createToken({ name: "OptionalDot", pattern: "?.", categories: Dot });

/**
 * The patterns of code, in the order in which they are tried, but for braces and for what `lexer/run.ts` never leaves over:
 * words, blanks and comments. Those of strings and of what other languages write stand in `lexer/`.
 */
export const codePatterns: readonly TokenType[] = [
  ...[PlainNumber, Rate, Duration, Money, BadNumber, ForeignOperator, OptionalDot],
  ...[Arrow, FatArrow, ...otherOperators, Equals, Not, Less, Greater, Minus, Star],
  ...[LeftRound, RightRound, LeftSquare, RightSquare, PlainComma, Colon, PlainDot, Question, Bar, Semicolon],
];

/** The categories and the words: they match no text themselves. */
export const withoutPattern: readonly TokenType[] = [Key, Any, Name, Plain, Num, Binary, Comma, Dot, Identifier, ...reserved, ...contextual];
