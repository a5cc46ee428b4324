import type { Span } from "../../diagnostics/span.ts";
import type { Problem } from "../lexer/problem.ts";

export type Say = (span: Span, told: Omit<Problem, "start" | "end">) => void;

const simple: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };

/** A one-line string's text with its escapes resolved; an unknown one is said and stays as it is written. */
export function cook(raw: string, start: number, say: Say): string {
  let value = "";
  let from = 0;
  for (let at = raw.indexOf("\\"); at !== -1; at = raw.indexOf("\\", from)) {
    value += raw.slice(from, at);
    const next = raw[at + 1] ?? "";
    const plain = Object.hasOwn(simple, next) ? simple[next] : undefined;
    if (plain !== undefined) {
      value += plain;
      from = at + 2;
    } else if (raw.startsWith("${", at + 1)) {
      value += "${";
      from = at + 3;
    } else {
      const character = next === "u" ? unicode(raw, at) : undefined;
      if (character === undefined) say({ start: start + at, end: start + at + 2 }, unknownEscape(next));
      value += character?.text ?? `\\${next}`;
      from = character?.end ?? at + 1 + next.length;
    }
  }
  return value + raw.slice(from);
}

function unicode(raw: string, at: number): { text: string; end: number } | undefined {
  const found = /^\{([0-9A-Fa-f]{1,6})\}/.exec(raw.slice(at + 2, at + 10));
  const code = Number.parseInt(found?.[1] ?? "", 16);
  if (found === null || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
  return { text: String.fromCodePoint(code), end: at + 2 + found[0].length };
}

function unknownEscape(next: string): Omit<Problem, "start" | "end"> {
  const code = "T109";
  if (next === "u") return { code, message: 'The escape "\\u" names no character.', hint: "Write its code in braces, such as `\\u{e9}`." };
  if (next === "'") return { code, message: 'The escape "\\\'" is not needed.', hint: "Write `'` alone." };
  return {
    code,
    message: `There is no escape "\\${next}".`,
    hint: `Write \`\\\\${next}\` for a backslash; the escapes are \`\\n \\t \\r \\" \\\\ \\u{…} \\\${\`.`,
  };
}
