import { RunError } from "../diagnostics/errors.ts";
import type { Expr, TextPart } from "../graph/expressions.ts";
import type { Graph } from "../graph/graph.ts";
import type { LibraryFunction } from "./library/function.ts";

/** What pure evaluation needs beside an expression and its names. */
export interface Program {
  readonly graph: Pick<Graph, "types" | "templates">;
  /** Absent: the program does not use `matches`. */
  readonly matches?: Matcher;
  /** What a test may ask beside the library. */
  readonly functions?: Readonly<Record<string, LibraryFunction>>;
  readonly visit?: Visit;
}

/**
 * Is told of every expression whose value is asked for, of the way that a `%{if}` takes, of the body of a `%{for}`, and of an
 * `if` without `else` that does not hold (`skipped`). The nodes are the graph's own.
 */
export type Visit = (node: Expr | readonly TextPart[], skipped?: true) => void;

/** Whether a pattern of RE2's syntax occurs in the text, in time linear in it. Throws on a pattern that it cannot read. */
export type Matcher = (pattern: string, text: string) => boolean;

/**
 * A graph, ready for `evaluate`. Evaluation never waits, so the one thing that is loaded on first use, the engine for
 * `matches`, is loaded here if the graph calls it.
 */
export async function prepare(graph: Graph, visit?: Visit): Promise<Program> {
  return { graph, ...(callsMatches(graph) ? { matches: await loadMatcher() } : {}), ...(visit === undefined ? {} : { visit }) };
}

function callsMatches(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node && node.kind === "function" && "name" in node && node.name === "matches") return true;
  for (const child of Object.values(node)) if (callsMatches(child)) return true;
  return false;
}

async function loadMatcher(): Promise<Matcher> {
  const { RE2JS } = await import("re2js");
  const compiled = new Map<string, ReturnType<typeof RE2JS.compile>>();
  return (pattern, text) => {
    let regex = compiled.get(pattern);
    if (regex === undefined) {
      try {
        regex = RE2JS.compile(pattern);
      } catch (cause) {
        throw new RunError("bad_value", `"${pattern}" is no regular expression of RE2: ${cause instanceof Error ? cause.message : String(cause)}.`, {
          hint: "RE2 has no look-around and no back-references.",
          cause,
        });
      }
      compiled.set(pattern, regex);
    }
    return regex.test(text);
  };
}
