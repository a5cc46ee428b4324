import type { Question } from "../../agent/question.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { Layout } from "../terminal.ts";
import { choicesOf, takesText } from "./read-answer.ts";
import { spellSchema } from "./spell-schema.ts";

/**
 * A question as lines of a terminal. Everything is there, whatever its length: the terminal breaks what is wider. Nothing of
 * it can steer the terminal.
 */
export function questionLines({ of, question, place, path, tool, arguments: args }: Question, { paint }: Pick<Layout, "paint">): readonly string[] {
  const [first = "", ...more] = visible(question).split("\n");
  const shown = of === "approval" ? [`Call the tool ${paint("name", visible(tool ?? "", true))} with exactly this?`] : [paint("strong", first), ...more];
  const exact = of === "approval" ? visible(JSON.stringify(args ?? {}, null, 2)).split("\n") : [];
  return [...shown, ...exact.map((line) => `  ${line}`), paint("dim", `${place === "" ? "" : `${visible(place, true)}, `}${visible(path, true)}`)];
}

/** What may be typed. */
export function answerHint({ of, schema }: Pick<Question, "of" | "schema">): string {
  if (of === "approval") return "y: yes, this once · n: no, or n and a reason · Esc: later";
  if (choicesOf(schema) !== undefined) return "a word or its number · Esc: later";
  if (schema["type"] === "boolean") return "y or n · Esc: later";
  if (takesText(schema)) return "\\ at the end of a line: one more · Esc: later";
  const spelled = spellSchema(schema);
  return `${/^(int|float)/.test(spelled) ? spelled : `${spelled} as JSON`} · Esc: later`;
}
