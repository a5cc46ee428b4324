import type { Json } from "../../diagnostics/json.ts";
import type { TextNode, TextPart } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { interpolate, mediaInText } from "../values/interpolate.ts";
import { asBool, asList } from "../values/kinds.ts";
import { TextBuilder } from "../values/text-builder.ts";
import type { Variables } from "../variables.ts";

export function evaluateText({ parts, trimFinalNewline }: TextNode, variables: Variables, program: Program): Json {
  const text = new TextBuilder();
  add(parts, text, variables, program);
  return text.done(trimFinalNewline);
}

function add(parts: readonly TextPart[], text: TextBuilder, variables: Variables, program: Program): void {
  for (const part of parts) {
    if (typeof part === "string") text.write(part);
    else if (part.kind === "text_for") {
      const list = asList(evaluate(part.list, variables, program), "What `%{for}` goes through", part.place);
      for (const element of list) choose(part.body, text, variables.with(part.name, element), program);
    } else if (part.kind === "text_if") {
      const chosen = asBool(evaluate(part.condition, variables, program), "The condition of `%{if}`", part.place) ? part.then : part.else;
      choose(chosen, text, variables, program);
    } else if (part.kind === "media") throw mediaInText(part);
    else text.fill(interpolate(evaluate(part, variables, program), part.place));
  }
}

function choose(parts: readonly TextPart[], text: TextBuilder, variables: Variables, program: Program): void {
  program.visit?.(parts);
  add(parts, text, variables, program);
}
