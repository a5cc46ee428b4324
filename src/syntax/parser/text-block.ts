import type { Expr, Interpolation, Name, TextPart } from "../ast.ts";
import type { Say } from "./escapes.ts";

/**
 * From what stands in a text block to what it says. Line by line: the indentation of the closing quotes is taken off;
 * a line that holds only directives leaves nothing behind, not even its end; a line that begins inside a `${}` is no new
 * line of text. A piece is what the parser read, in a row; `settle` gives the chunks their values, `nest` makes the tree.
 */
export type Piece =
  | { readonly of: "chunk"; readonly start: number; readonly end: number; value: string }
  | { readonly of: "hole"; readonly node: Interpolation }
  | { readonly of: "for"; readonly start: number; readonly end: number; readonly name: Name; readonly list: Expr }
  | { readonly of: "if"; readonly start: number; readonly end: number; readonly condition: Expr }
  | { readonly of: "else"; readonly start: number; readonly end: number }
  | { readonly of: "end"; readonly start: number; readonly end: number };

type ChunkPiece = Extract<Piece, { of: "chunk" }>;

/** A stretch of one chunk that lies on one line, its `\n` included. */
interface Stretch {
  readonly chunk: ChunkPiece;
  readonly text: string;
}

/**
 * Gives every chunk its value, and says whether the last line holds only directives. `indent` undefined: nothing is taken
 * off, blank lines stay as they are. `quotes`: whether `\"""` is an escape here.
 */
export function settle(source: string, pieces: readonly Piece[], indent: string | undefined, quotes: boolean, say: Say): boolean {
  const stretches: Stretch[] = [];
  let start = -1;
  let directives = 0;
  let hasHole = false;
  let said = false;

  /** How many characters at the beginning of a line are not text. Says once where a line is indented too little. */
  const margin = (written: string, mayBeBlank: boolean): number => {
    const off = indent === undefined ? 0 : indentation(written, indent, mayBeBlank);
    if (off !== undefined) return off;
    if (!said && start !== -1) {
      said = true;
      const message = "This line of the text is indented less than its closing quotes.";
      const hint = 'Indent the text as far as the closing `"""`, or move that to the left.';
      say({ start, end: start + (/^[ \t]*\S?/.exec(written)?.[0].length ?? 0) }, { code: "T108", message, hint });
    }
    return /^[ \t]*/.exec(written)?.[0].length ?? 0;
  };

  const endLine = (): boolean => {
    const first = stretches[0]?.text ?? "";
    // Of a line with a `${}` only the indentation is looked at: mostly it stands in the first stretch.
    const enough = stretches.length < 2 || (hasHole && first.startsWith(indent ?? ""));
    const written = enough ? first : stretches.map(({ text }) => text).join("");
    const isNone = !hasHole && directives > 0 && isBlank(written);
    if (!isNone) {
      let left = margin(written, !hasHole && directives === 0);
      for (const { chunk, text } of stretches) {
        const taken = Math.min(left, text.length);
        left -= taken;
        chunk.value += unescape(taken === 0 ? text : text.slice(taken), quotes);
      }
    }
    stretches.length = 0;
    start = -1;
    directives = 0;
    hasHole = false;
    return isNone;
  };

  for (const piece of pieces) {
    if (start === -1) start = piece.of === "hole" ? piece.node.start : piece.start;
    if (piece.of === "hole") hasHole = true;
    else if (piece.of !== "chunk") directives++;
    else {
      const raw = source.slice(piece.start, piece.end);
      for (let from = 0; from < raw.length; ) {
        if (start === -1) start = piece.start + from;
        const newline = raw.indexOf("\n", from);
        const to = newline === -1 ? raw.length : newline + 1;
        const text = raw.slice(from, to);
        from = to;
        if (newline === -1) stretches.push({ chunk: piece, text });
        else if (hasHole || directives > 0 || stretches.length > 0) {
          stretches.push({ chunk: piece, text });
          endLine();
        } else {
          // A line that is whole, as most are, needs no gathering.
          piece.value += unescape(text.slice(margin(text, true)), quotes);
          start = -1;
        }
      }
    }
  }
  return endLine();
}

function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== 32 && code !== 10 && code !== 9) return false;
  }
  return true;
}

/** How many characters to take off a line; undefined where it is indented less. */
function indentation(line: string, indent: string, mayBeBlank: boolean): number | undefined {
  if (line.startsWith(indent)) return indent.length;
  return mayBeBlank && isBlank(line) ? line.length - (line.endsWith("\n") ? 1 : 0) : undefined;
}

function unescape(text: string, quotes: boolean): string {
  if (!text.includes("\\")) return text;
  return text.replace(quotes ? /\\(\$\{|%\{|""")/g : /\\(\$\{|%\{)/g, "$1");
}

/** The tree of a row of pieces; chunks that say nothing are left out. */
export function nest(pieces: readonly Piece[]): TextPart[] {
  let next = 0;

  const parts = (): TextPart[] => {
    const found: TextPart[] = [];
    for (; next < pieces.length; next++) {
      const piece = pieces[next];
      if (piece === undefined || piece.of === "else" || piece.of === "end") break;
      if (piece.of === "chunk") {
        if (piece.value !== "") found.push({ kind: "TextChunk", start: piece.start, end: piece.end, value: piece.value });
      } else if (piece.of === "hole") found.push(piece.node);
      else found.push(directive(piece));
    }
    return found;
  };

  const directive = (head: Extract<Piece, { of: "for" | "if" }>): TextPart => {
    next++;
    const body = parts();
    if (head.of === "for") return { kind: "TextFor", start: head.start, end: endOf(next), name: head.name, list: head.list, body };
    const middle = pieces[next];
    if (middle?.of !== "else") return { kind: "TextIf", start: head.start, end: endOf(next), condition: head.condition, then: body };
    next++;
    const otherwise = parts();
    return { kind: "TextIf", start: head.start, end: endOf(next), condition: head.condition, then: body, else: otherwise };
  };

  const endOf = (index: number): number => {
    const piece = pieces[index];
    return piece === undefined || piece.of === "hole" ? 0 : piece.end;
  };

  return parts();
}
