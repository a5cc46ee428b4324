import type { Expr, StringExpr, TextPart } from "../syntax/ast.ts";
import { broken, flat, indent, type Layout } from "./layout.ts";

type Print = (expr: Expr, layout: Layout) => string;

/** A string as it is written: on one line in quotes, or as a text block. */
export function printString(string: StringExpr, print: Print): string {
  if (!string.block) {
    const written = string.parts.map((part) => {
      if (part.kind === "TextChunk") return quoted(part.value);
      return part.kind === "Interpolation" ? `\${${print(part.expr, flat)}}` : "";
    });
    return `"${written.join("")}"`;
  }
  return `"""\n${indent(block(string, print))}  """`;
}

/** The contents of a one-line string. */
export function quoted(text: string): string {
  return text.replace(/["\\]|\$\{|[\u0000-\u001f\u007f\u2028\u2029]/g, (found) => {
    if (found.length > 1 || found === '"' || found === "\\") return `\\${found}`;
    const short = { "\n": "\\n", "\t": "\\t", "\r": "\\r" }[found];
    return short ?? `\\u{${found.charCodeAt(0).toString(16)}}`;
  });
}

/** The lines of a text block, each with its end. A directive at the start of a line has the line to itself, and so leaves nothing of it. */
function block({ parts, endsInDirective }: StringExpr, print: Print): string {
  let out = "";
  let ownLine = false;
  const directive = (text: string): void => {
    ownLine = out === "" || out.endsWith("\n");
    out += ownLine ? `${text}\n` : text;
  };
  const write = (list: readonly TextPart[]): void => {
    for (const part of list) {
      switch (part.kind) {
        case "TextChunk":
          out += part.value.replace(/\$\{|%\{|"""/g, "\\$&");
          ownLine = false;
          break;
        case "Interpolation":
          out += `\${${print(part.expr, broken)}}`;
          ownLine = false;
          break;
        case "TextFor":
          directive(`%{for ${part.name.text} in ${print(part.list, broken)}}`);
          write(part.body);
          directive("%{end}");
          break;
        case "TextIf":
          directive(`%{if ${print(part.condition, broken)}}`);
          write(part.then);
          if (part.else !== undefined) {
            directive("%{else}");
            write(part.else);
          }
          directive("%{end}");
          break;
      }
    }
  };
  write(parts);
  return out === "" || (ownLine && endsInDirective === true) ? out : `${out}\n`;
}
