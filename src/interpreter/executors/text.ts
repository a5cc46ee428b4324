import type { Json } from "../../diagnostics/json.ts";
import type { TextNode, TextPart } from "../../graph/expressions.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { interpolate, mediaInText } from "../values/interpolate.ts";
import { asBool, asList } from "../values/kinds.ts";

export function executeText({ parts }: TextNode, frame: Frame): Promise<Json> {
  return textOf(parts, frame);
}

async function textOf(parts: readonly TextPart[], frame: Frame): Promise<string> {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else if (part.kind === "text_for") {
      const list = asList(await execute(part.list, frame), "What %{for} goes through", part.place);
      for (const element of list) text += await textOf(part.body, { ...frame, variables: frame.variables.with(part.name, element) });
    } else if (part.kind === "text_if") {
      const chosen = asBool(await execute(part.condition, frame), "The condition of %{if}", part.place) ? part.then : part.else;
      text += await textOf(chosen, frame);
    } else if (part.kind === "media") throw mediaInText(part);
    else text += interpolate(await execute(part, frame), part.place);
  }
  return text;
}
