import type { Json } from "../../diagnostics/json.ts";
import type { TextNode, TextPart } from "../../graph/expressions.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { interpolate, mediaInText } from "../values/interpolate.ts";
import { asBool, asList } from "../values/kinds.ts";
import { TextBuilder } from "../values/text-builder.ts";

export async function executeText({ parts, trimFinalNewline }: TextNode, frame: Frame): Promise<Json> {
  const text = new TextBuilder();
  await add(parts, text, frame);
  return text.done(trimFinalNewline);
}

async function add(parts: readonly TextPart[], text: TextBuilder, frame: Frame): Promise<void> {
  for (const part of parts) {
    if (typeof part === "string") text.write(part);
    else if (part.kind === "text_for") {
      const list = asList(await execute(part.list, frame), "What `%{for}` goes through", part.place);
      for (const element of list) await choose(part.body, text, { ...frame, variables: frame.variables.with(part.name, element) });
    } else if (part.kind === "text_if") {
      const chosen = asBool(await execute(part.condition, frame), "The condition of `%{if}`", part.place) ? part.then : part.else;
      await choose(chosen, text, frame);
    } else if (part.kind === "media") throw mediaInText(part);
    else text.fill(interpolate(await execute(part, frame), part.place));
  }
}

function choose(parts: readonly TextPart[], text: TextBuilder, frame: Frame): Promise<void> {
  frame.run.program.visit?.(parts);
  return add(parts, text, frame);
}
