import type { Expr, TextPart } from "../graph/expressions.ts";
import type * as ast from "../syntax/ast.ts";
import type { Context } from "./context.ts";
import { baseOf, compileExpr } from "./expressions.ts";

/** A text without parts to fill in is a literal. */
export function compileText(node: ast.StringExpr, context: Context): Expr {
  const parts = compileParts(node.parts, context);
  const base = baseOf(node, context);
  if (parts.every((part) => typeof part === "string")) return { kind: "literal", ...base, value: parts.join("") };
  return { kind: "text", ...base, parts, ...(node.endsInDirective === true ? { trimFinalNewline: true } : {}) };
}

/** An image or a file stays one; anything else becomes text. */
function asPart(value: Expr): Exclude<TextPart, string> {
  const of = value.type?.kind;
  return of === "image" || of === "file" ? { kind: "media", place: value.place, of, value } : value;
}

/** The text of a message, which may be an image or a file alone. */
export function compileMessageText(text: ast.Expr, context: Context): Expr {
  const compiled = compileExpr(text, context);
  const part = asPart(compiled);
  return part.kind === "media" ? { kind: "text", place: part.place, parts: [part] } : compiled;
}

function compileParts(parts: readonly ast.TextPart[], context: Context): readonly TextPart[] {
  const compiled: TextPart[] = [];
  for (const part of parts) {
    const next = compilePart(part, context);
    const last = compiled.at(-1);
    if (typeof next === "string" && typeof last === "string") compiled[compiled.length - 1] = last + next;
    else if (next !== "") compiled.push(next);
  }
  return compiled;
}

function compilePart(part: ast.TextPart, context: Context): TextPart {
  const place = context.file.place(part);
  switch (part.kind) {
    case "TextChunk":
      return part.value;
    case "Interpolation":
      return asPart(compileExpr(part.expr, context));
    case "TextFor":
      return { kind: "text_for", place, name: part.name.text, list: compileExpr(part.list, context), body: compileParts(part.body, context) };
    case "TextIf":
      return {
        kind: "text_if",
        place,
        condition: compileExpr(part.condition, context),
        then: compileParts(part.then, context),
        else: compileParts(part.else ?? [], context),
      };
  }
}
