import type { Json } from "../diagnostics/json.ts";

/**
 * The JSON value of a text that a model wrote: bare, in a code fence, or between other words; with jsonrepair's help
 * where it is loosely written. Throws where there is none.
 */
export async function parseLoosely(text: string): Promise<Json> {
  const trimmed = text.trim();
  const strict = tryParse(trimmed);
  if (strict !== undefined) return strict;
  const inside = fenced(trimmed) ?? between(trimmed);
  if (inside !== undefined) {
    const value = tryParse(inside);
    if (value !== undefined) return value;
  }
  const written = inside ?? trimmed;
  // Words without any structure are no JSON value, though jsonrepair would make a string of them.
  if (!/^[[{"]/.test(written)) return JSON.parse(trimmed);
  const { jsonrepair } = await import("jsonrepair");
  return JSON.parse(jsonrepair(written));
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands in the first code fence. */
function fenced(text: string): string | undefined {
  const open = /```[A-Za-z0-9]*[ \t]*\r?\n?/.exec(text);
  if (open === null) return undefined;
  const start = open.index + open[0].length;
  const end = text.lastIndexOf("```");
  return text.slice(start, end > start ? end : text.length).trim();
}

/** From the first bracket to the last that closes its kind. */
function between(text: string): string | undefined {
  const start = text.search(/[[{]/);
  if (start < 0) return undefined;
  const end = text.lastIndexOf(text[start] === "{" ? "}" : "]");
  return end > start ? text.slice(start, end + 1) : text.slice(start);
}
