import type { Json } from "../../diagnostics/json.ts";
import type { TextNode, TextPart } from "../../graph/expressions.ts";
import { evaluate } from "../evaluate.ts";
import type { Program } from "../program.ts";
import { interpolate, mediaInText } from "../values/interpolate.ts";
import { asBool, asList } from "../values/kinds.ts";
import type { Variables } from "../variables.ts";

export function evaluateText({ parts }: TextNode, variables: Variables, program: Program): Json {
  return textOf(parts, variables, program);
}

function textOf(parts: readonly TextPart[], variables: Variables, program: Program): string {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else if (part.kind === "text_for") {
      const list = asList(evaluate(part.list, variables, program), "What %{for} goes through", part.place);
      for (const element of list) text += textOf(part.body, variables.with(part.name, element), program);
    } else if (part.kind === "text_if") {
      const chosen = asBool(evaluate(part.condition, variables, program), "The condition of %{if}", part.place) ? part.then : part.else;
      text += textOf(chosen, variables, program);
    } else if (part.kind === "media") throw mediaInText(part);
    else text += interpolate(evaluate(part, variables, program), part.place);
  }
  return text;
}
