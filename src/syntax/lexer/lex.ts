import type { IToken, TokenType } from "chevrotain";
import type { Source } from "../../diagnostics/source.ts";
import type { Span } from "../../diagnostics/span.ts";
import { BadNumber, Comma, ForeignOperator, OptionalDot, RightCurly, RightRound, RightSquare, Semicolon } from "../tokens.ts";
import { balance, fits, roles } from "./brackets.ts";
import { ForeignComment, ForeignQuotes } from "./foreign.ts";
import { tokenize } from "./modes.ts";
import { breaksBetween, endOf } from "./offsets.ts";
import type { Problem } from "./problem.ts";

export interface Lexed {
  /** With brackets that match. */
  readonly tokens: IToken[];
  readonly comments: readonly (Span & { readonly text: string })[];
  readonly problems: readonly Problem[];
}

/** A text, or a stretch of it, as tokens for the parser. Whatever could not be read is among `problems`, and never said again. */
export function lex(source: Source, mode: "code" | "file", from = 0, to = source.text.length): Lexed {
  const found = tokenize(cut(source.text, from, to), mode);
  const problems = onePerLine(
    source,
    [],
    from === 0 ? found.problems : found.problems.map((one) => ({ ...one, start: one.start + from, end: one.end + from })),
  );
  const comments = [];
  for (const comment of found.comments) {
    const start = comment.startOffset + from;
    const end = endOf(comment) + from;
    if (comment.tokenType === ForeignComment) problems.push({ start, end, ...foreignComment(comment.image) });
    else comments.push({ start, end, text: comment.image });
  }
  for (const { startOffset, image } of found.unknown) {
    problems.push({ start: startOffset + from, end: startOffset + from + image.length, ...unknownCharacters(image) });
  }

  const { marked, balanced } = lookOver(found.tokens, from);
  const tokens = marked ? withoutMistakes(source.text, found.tokens, problems) : found.tokens;
  if (balanced) return { tokens, comments, problems };
  const mended = balance(source, tokens);
  return { tokens: mended.tokens, comments, problems: [...problems, ...onePerLine(source, problems, mended.problems)] };
}

/** Moves tokens to where they stand in the whole text, and looks whether any is a mistake, and whether the brackets match. */
function lookOver(tokens: readonly IToken[], from: number): { marked: boolean; balanced: boolean } {
  let marked = false;
  let balanced = true;
  const open: TokenType[] = [];
  // By index: an iterator would make an object for each token.
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) continue;
    token.startOffset += from;
    const part = partOf[token.tokenTypeIdx] ?? 0;
    if (part === 0) continue;
    if (part === aMistake) marked = true;
    else if (balanced) balanced = fits(open, token, part);
  }
  return { marked, balanced: balanced && open.length === 0 };
}

/** A part of a text. A slice alone is a view, in which every look at a character takes twice as long; joining makes a text of its own. */
function cut(text: string, from: number, to: number): string {
  return from === 0 && to === text.length ? text : [text.slice(from, to - 1), text.slice(to - 1, to)].join("");
}

/** One line gets one message about its strings, one about its brackets, and none about these where a string that is not closed has swallowed some. */
function onePerLine(source: Source, before: readonly Problem[], problems: readonly Problem[]): Problem[] {
  const line = ({ start }: Problem): number => source.position(start).line;
  const told = new Set(before.filter(({ code }) => code === "T102" || code === "T106").map(line));
  return problems.filter((problem) => {
    const isNew = !told.has(line(problem));
    told.add(line(problem));
    return isNew;
  });
}

type Said = Omit<Problem, "start" | "end">;

const mistakes = new Map<TokenType, (image: string) => Said>([
  [BadNumber, badNumber],
  [Semicolon, () => ({ code: "T113", message: 'There is no ";" in Tantra.', hint: "End the line, or write a comma." })],
  [ForeignQuotes, foreignQuotes],
  [ForeignOperator, foreignOperator],
  [OptionalDot, () => ({ code: "T126", message: 'There is no "?." in Tantra.', hint: "Test the value with `!= null` first, or give another one with `??`." })],
]);

const aMistake = 5;
/** Why a token needs a second look, by its type's number: its part among the brackets, or that it is a mistake. */
const partOf = roles.slice();
for (const type of mistakes.keys()) partOf[type.tokenTypeIdx ?? 0] = aMistake;

/** Says what is wrong with tokens of other languages. A `;` at the end of a line goes, any other stays as a comma. */
function withoutMistakes(text: string, tokens: readonly IToken[], problems: Problem[]): IToken[] {
  const kept: IToken[] = [];
  tokens.forEach((token, index) => {
    const said = mistakes.get(token.tokenType)?.(token.image);
    if (said !== undefined) problems.push({ start: token.startOffset, end: endOf(token), ...said });
    if (token.tokenType !== Semicolon || parts(text, token, tokens[index - 1], tokens[index + 1])) kept.push(token);
  });
  return kept;
}

function parts(text: string, token: IToken, before: IToken | undefined, next: IToken | undefined): boolean {
  if (before === undefined || next === undefined || breaksBetween(text, endOf(token), next.startOffset)) return false;
  const ends = [RightCurly, RightRound, RightSquare, Semicolon];
  return !ends.includes(next.tokenType) && before.tokenType !== Semicolon && !before.tokenType.CATEGORIES?.includes(Comma);
}

function badNumber(image: string): Said {
  const code = "T112";
  if (image.startsWith("$")) {
    const hint = /^\$[A-Za-z_]/.test(image)
      ? `Write \`${image.slice(1)}\` without the dollar; in a text it is \`\${${image.slice(1)}}\`.`
      : "Write an amount of dollars such as `$0.25`.";
    return { code, message: `"${image}" is no amount of money.`, hint };
  }
  const unit = /^([0-9]+(?:\.[0-9]+)?)(sec|secs|seconds?|mins?|minutes?|hrs?|hours?|millis|milliseconds?|d|days?)$/.exec(image);
  if (unit?.[2]?.startsWith("d")) return { code, message: `"${image}" is no duration.`, hint: `Write \`${24 * Number(unit[1])}h\`.` };
  if (unit !== null) return { code, message: `"${image}" is no duration.`, hint: `Write \`${unit[1]}${/^mil/.test(unit[2] ?? "") ? "ms" : unit[2]?.[0]}\`.` };
  if (/^[0-9]+\.\./.test(image)) {
    const hint = "Write `range(a, b)` for numbers in a row, `first(xs, n)` or `slice(s, a, b)` for a part.";
    return { code: "T126", message: 'There is no ".." in Tantra.', hint };
  }
  if (/^[0-9.]+[eE][0-9]*$/.test(image)) return { code, message: `"${image}" is no number.`, hint: "Write the number out: there are no exponents." };
  if (/^[0-9]+_[0-9_]+$/.test(image)) return { code, message: `"${image}" is no number.`, hint: `Write \`${image.replaceAll("_", "")}\`.` };
  return { code, message: `"${image}" is no number.`, hint: "Numbers are written `42` or `0.7`, durations `250ms`, `1.5s`, `2m` or `1h`." };
}

function foreignQuotes(image: string): Said {
  const inside = image.slice(1, -1).replaceAll('"', '\\"');
  const kind = { "'": "single quotes", "`": "backticks" }[image.charAt(0)] ?? "curly quotes";
  return {
    code: "T115",
    message: `A string stands in straight double quotes, not in ${kind}.`,
    hint: inside.length > 40 ? 'Write `"…"`.' : `Write \`"${inside}"\`.`,
  };
}

const operatorHints: Readonly<Record<string, string>> = {
  "===": "Write `==`: it compares by value.",
  "!==": "Write `!=`: it compares by value.",
  "&": "Write `&&`.",
  "**": "Multiply, or let a tool calculate it.",
  "++": "Write `x = x + 1`.",
  ":=": "Write `let x = …`.",
};

function foreignOperator(image: string): Said {
  return { code: "T126", message: `There is no "${image}" in Tantra.`, hint: operatorHints[image] ?? `Write \`x = x ${image[0]} …\`.` };
}

function foreignComment(image: string): Said {
  const inside = image.replace(/^(?:#+|\/\*+)[ \t]*/, "").replace(/[ \t*]*\*\/$/, "");
  const hint = inside.includes("\n") || inside.length > 60 ? "Begin each line with `//`." : `Write \`${`// ${inside}`.trimEnd()}\`.`;
  return { code: "T116", message: `A comment begins with \`//\`, not with "${image.startsWith("#") ? "#" : "/*"}".`, hint };
}

function unknownCharacters(image: string): Said {
  const first = String.fromCodePoint(image.codePointAt(0) ?? 0);
  const code = `U+${(image.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const shown = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(first) ? `"${first}"` : code;
  const hint = /^\p{L}/u.test(image) ? "A name is made of the letters a to z, digits and `_`." : "Such a character can stand in a string or in a comment only.";
  return { code: "T114", message: `The character ${shown} means nothing here.`, hint };
}
