import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { read } from "../repo/files.ts";

const wasm = readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
const onigLib = oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength)).then(() => ({
  createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text: string) => new oniguruma.OnigString(text),
}));

const registry = new textmate.Registry({
  onigLib,
  loadGrammar: async (scope) => (scope === "source.tantra" ? textmate.parseRawGrammar(read("grammar/tantra.tmLanguage.json"), "tantra.tmLanguage.json") : null),
});

export interface Piece {
  readonly text: string;
  /** All scopes without the endings `.tantra`, the outermost (`source`) left out. */
  readonly scopes: readonly string[];
  readonly line: number;
}

/** A text as an editor colours it: every piece with its scopes, from the outside in. */
export async function highlight(text: string): Promise<readonly Piece[]> {
  return (await colour(text)).pieces;
}

/** How many rules are still open behind a text: 0 where what follows is coloured as if it stood alone. */
export async function openRules(text: string): Promise<number> {
  return (await colour(text)).open;
}

async function colour(text: string): Promise<{ readonly pieces: readonly Piece[]; readonly open: number }> {
  const grammar = await registry.loadGrammar("source.tantra");
  if (grammar === null) throw new Error("the grammar for highlighting cannot be read");
  const pieces: Piece[] = [];
  let state = textmate.INITIAL;
  for (const [index, line] of text.split("\n").entries()) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    for (const { startIndex, endIndex, scopes } of tokens) {
      const piece = line.slice(startIndex, endIndex);
      pieces.push({ text: piece, scopes: scopes.slice(1).map((scope) => scope.replace(/\.tantra$/, "")), line: index + 1 });
    }
    state = ruleStack;
  }
  return { pieces, open: state.depth - 1 };
}

/** The innermost scope of the n-th piece (from 0) that is this text. */
export function scopeOf(pieces: readonly Piece[], text: string, n = 0): string | undefined {
  return pieces.filter((piece) => piece.text.trim() === text)[n]?.scopes.at(-1);
}
