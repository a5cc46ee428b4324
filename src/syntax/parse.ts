import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Source } from "../diagnostics/source.ts";
import { lex } from "./lexer/lex.ts";
import { mostProblems, type Problem } from "./lexer/problem.ts";
import { stretches, stretchLength } from "./lexer/stretches.ts";
import type { ParseResult, ParseTextResult } from "./parse-result.ts";
import { Parser } from "./parser/parser.ts";

let parser: Parser | undefined;

/** Built at the first text, which takes as long as a whole start of Node: a run from a graph never needs it. */
function theParser(): Parser {
  parser ??= new Parser(true);
  return parser;
}

/** The tree of a program, as much of it as could be read, and everything that is wrong with its syntax, in the order of the text. Never throws. */
export function parse(source: Source): ParseResult {
  const inStretches = theParser().readFile(source, stretches(source));
  // Where something is wrong, a message may speak of the end of a stretch: only a reading in one piece knows what follows.
  const again = inStretches.problems.length > 0 && source.text.length > stretchLength;
  const { file, problems } = again ? theParser().readFile(source, [lex(source, "code")]) : inStretches;
  return { source, file, diagnostics: diagnostics(source, problems) };
}

/** A file that a template is read from: verbatim, less one final newline, with its `${}` and `%{}` read. Never throws. */
export function parseText(source: Source): ParseTextResult {
  const read = source.text.endsWith("\n") ? new Source(source.path, source.text.slice(0, -1)) : source;
  const { text, problems } = theParser().readText(read, lex(read, "file"));
  return { source, text, diagnostics: diagnostics(source, problems) };
}

function diagnostics(source: Source, problems: readonly Problem[]): Diagnostic[] {
  const file = source.path;
  return problems.slice(0, mostProblems).map(({ code, message, hint, start, end, related }) => ({
    ...{ code, severity: "error", message, span: { file, start, end } },
    ...(related === undefined ? {} : { related: related.map(({ span, message }) => ({ span: { file, ...span }, message })) }),
    ...(hint === undefined ? {} : { hint }),
  }));
}
