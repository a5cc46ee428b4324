import { Alternation, Alternative, type IProduction, NonTerminal, Option, Repetition, type Rule, Terminal } from "chevrotain";

/** A piece of a diagram: its size, how far its line runs below its top, and its drawing with that line's left end at (x, y). */
interface Piece {
  readonly width: number;
  readonly above: number;
  readonly below: number;
  draw(x: number, y: number): string;
}

const gap = 12;
const line = (d: string): string => `<path d="${d}"/>`;
const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function box(text: string, kind: "terminal" | "rule"): Piece {
  const width = text.length * 8.2 + 20;
  return {
    ...{ width, above: 12, below: 12 },
    draw: (x, y) => {
      const drawn = `<rect class="${kind}" x="${x}" y="${y - 12}" width="${width}" height="24" rx="${kind === "terminal" ? 12 : 2}"/><text x="${x + width / 2}" y="${y + 4}">${escapeXml(text)}</text>`;
      return kind === "rule" ? `<a href="#${text}">${drawn}</a>` : drawn;
    },
  };
}

function row(pieces: readonly Piece[]): Piece {
  const width = pieces.reduce((sum, piece) => sum + piece.width, 0) + gap * Math.max(0, pieces.length - 1);
  return {
    width,
    above: Math.max(0, ...pieces.map((piece) => piece.above)),
    below: Math.max(0, ...pieces.map((piece) => piece.below)),
    draw: (x, y) => {
      let at = x;
      return pieces
        .map((piece, index) => {
          const joint = index === 0 ? "" : line(`M${at} ${y}h${gap}`);
          const start = index === 0 ? at : at + gap;
          at = start + piece.width;
          return joint + piece.draw(start, y);
        })
        .join("");
    },
  };
}

/** One of several, each on its own track below the first. */
function choice(pieces: readonly Piece[]): Piece {
  const inner = Math.max(...pieces.map((piece) => piece.width));
  const width = inner + 4 * gap;
  const offsets: number[] = [];
  let depth = 0;
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) depth += (pieces[index - 1]?.below ?? 0) + 8 + piece.above;
    offsets.push(depth);
  }
  return {
    ...{ width, above: pieces[0]?.above ?? 0, below: depth + (pieces.at(-1)?.below ?? 0) },
    draw: (x, y) =>
      pieces
        .map((piece, index) => {
          const down = offsets[index] ?? 0;
          const left = index === 0 ? line(`M${x} ${y}h${2 * gap}`) : line(`M${x} ${y}q${gap} 0 ${gap} ${gap}v${down - 2 * gap}q0 ${gap} ${gap} ${gap}`);
          const end = x + 2 * gap + piece.width;
          const rest = inner - piece.width;
          const right =
            index === 0
              ? line(`M${end} ${y}h${rest + 2 * gap}`)
              : line(`M${end} ${y + down}h${rest}q${gap} 0 ${gap} ${-gap}v${2 * gap - down}q0 ${-gap} ${gap} ${-gap}`);
          return left + piece.draw(x + 2 * gap, y + down) + right;
        })
        .join(""),
  };
}

/** Nothing at all: a track that goes straight on. */
const nothing: Piece = { width: 0, above: 4, below: 4, draw: () => "" };

/** Any number of times: straight on, or down, through the piece and back from the right. */
function loop(piece: Piece): Piece {
  const track = choice([nothing, piece]);
  const left = 2 * gap;
  return {
    ...track,
    below: track.below + 10,
    draw: (x, y) => {
      const down = 4 + 8 + piece.above + piece.below + 6;
      const back = line(
        `M${x + left + piece.width} ${y + down - piece.below - 6}q8 0 8 8v${piece.below - 4}q0 8 -8 8h${-piece.width}q-8 0 -8 -8v${4 - piece.below}q0 -8 8 -8`,
      );
      return track.draw(x, y) + back;
    },
  };
}

function pieceOf(part: IProduction): Piece {
  if (part instanceof Terminal) return box((part.terminalType.LABEL ?? part.terminalType.name).replace(/^"(.+)"$|^'(.+)'$/, "$1$2"), "terminal");
  if (part instanceof NonTerminal) return box(part.nonTerminalName, "rule");
  if (part instanceof Option) return choice([nothing, sequenceOf(part.definition)]);
  if (part instanceof Repetition) return loop(sequenceOf(part.definition));
  if (part instanceof Alternation) return choice(part.definition.map(pieceOf));
  if (part instanceof Alternative) return sequenceOf(part.definition);
  throw new Error(`A production that has no drawing: ${part.constructor.name}`);
}

const sequenceOf = (parts: readonly IProduction[]): Piece => row(parts.map(pieceOf));

function diagram(rule: Rule): string {
  const piece = sequenceOf(rule.definition);
  const width = Math.ceil(piece.width + 4 * gap);
  const height = Math.ceil(piece.above + piece.below + 16);
  const y = piece.above + 8;
  const ends = line(`M4 ${y - 8}v16M4 ${y}h${2 * gap - 4}`) + line(`M${piece.width + 2 * gap} ${y}H${width - 4}M${width - 4} ${y - 8}v16`);
  const drawn = `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${rule.name}">${ends}${piece.draw(2 * gap, y)}</svg>`;
  return `<section id="${rule.name}">\n<h2>${rule.name}</h2>\n${drawn}\n</section>`;
}

/** A page with one railroad diagram for each rule; it needs nothing but itself. */
export function diagramsPage(rules: readonly Rule[]): string {
  const style = [
    "body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; color: #1d2733; background: #fdfcf9 }",
    "nav a { margin-right: .8em; white-space: nowrap } section { overflow-x: auto } h2 { font-size: 1rem; margin: 1.6rem 0 .3rem }",
    "path { fill: none; stroke: #44566b; stroke-width: 1.5 } text { font: 13px ui-monospace, monospace; text-anchor: middle; fill: #1d2733 }",
    "rect { stroke: #44566b; stroke-width: 1.2 } .terminal { fill: #e3f0e4 } .rule { fill: #e4ebf7 } a { color: #2456a6 }",
  ].join("\n");
  const contents = rules.map(({ name }) => `<a href="#${name}">${name}</a>`).join("\n");
  return [
    ...['<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>The grammar of Tantra</title>', `<style>\n${style}\n</style>`],
    ...["<h1>The grammar of Tantra</h1>", "<p>Generated from the parser. The same rules as text, with what the terminals mean: <code>tantra.ebnf</code>.</p>"],
    ...[`<nav>\n${contents}\n</nav>`, ...rules.map(diagram), "</html>\n"],
  ].join("\n");
}
