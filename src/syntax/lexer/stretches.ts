import type { Source } from "../../diagnostics/source.ts";
import { declarationWords, spelling } from "../tokens.ts";
import { type Lexed, lex } from "./lex.ts";

/** Long enough that a stretch costs nothing to begin, short enough that its tokens are gone before they are in anybody's way. */
export const stretchLength = 32_768;
const declaration = new RegExp(`\\n(?=(?:${declarationWords.map(spelling).join("|")})[ \\t]+["{A-Za-z_])`, "g");

/**
 * A program in stretches that each end before a declaration, so that not all the tokens of a long text are held at once. A
 * line that looks like a declaration may stand in a text block or in brackets; then something of the stretch is not closed,
 * and it has a problem. Where none has, the stretches read as the whole does.
 */
export function* stretches(source: Source): Generator<Lexed> {
  const { text } = source;
  let from = 0;
  do {
    const to = boundary(text, from + stretchLength);
    yield lex(source, "code", from, to);
    from = to;
  } while (from < text.length);
}

/** The start of the first line from an offset on that looks like a declaration, or the end. */
function boundary(text: string, from: number): number {
  if (from >= text.length) return text.length;
  declaration.lastIndex = from;
  const found = declaration.exec(text);
  return found === null ? text.length : found.index + 1;
}
