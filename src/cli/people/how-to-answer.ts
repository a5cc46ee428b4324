import type { Question } from "../../agent/question.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { Layout } from "../terminal.ts";
import { questionLines } from "./show-question.ts";
import { spellSchema } from "./spell-schema.ts";

/** What a run that waits for people says: each question, what answers it, and the line to type. */
export function howToAnswer(runId: string, questions: readonly Question[], { paint }: Pick<Layout, "paint">): string {
  const count = questions.length === 1 ? "an answer" : `${questions.length} answers`;
  const blocks = questions.map((question) => {
    const lines = questionLines(question, { paint }).map((line) => `  ${line}`);
    const until = question.until === undefined ? [] : [`  ${paint("dim", `open until ${new Date(question.until).toISOString()}`)}`];
    return [...lines, ...until, `  ${paint("hint", `tantra answer ${quoted(runId)} ${quoted(question.path)} ${placeholder(question)}`)}`].join("\n");
  });
  return [`${paint("warning", "waiting")}: the run waits for ${count}, and goes on from there when it has them.`, ...blocks].join("\n\n");
}

/** What stands for the value: the type, so that it is seen what is wanted. */
function placeholder({ schema }: Question): string {
  const spelled = spellSchema(schema);
  return quoted(`<${spelled === "bool" ? "true or false" : spelled}>`);
}

/** A word of a shell's line, in single quotes where the shell would read more into it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${visible(word, true).replaceAll("'", "'\\''")}'`;
}
