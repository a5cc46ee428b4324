import type { Question } from "../../agent/question.ts";
import { quoted } from "../shell-word.ts";
import type { Layout } from "../terminal.ts";
import { questionLines } from "./show-question.ts";
import { spellSchema } from "./spell-schema.ts";

/** What a run that waits for people says: each question, what answers it, and the line to type. `kept`: it can be gone on with. */
export function howToAnswer(runId: string, questions: readonly Question[], layout: Pick<Layout, "paint">, kept: boolean): string {
  const { paint } = layout;
  const count = questions.length === 1 ? "an answer" : `${questions.length} answers`;
  const after = kept
    ? `Then: ${paint("hint", `tantra resume ${quoted(runId)}`)}`
    : "Nothing is kept of this run, so it cannot be answered later: begin it at a terminal, or without --no-journal.";
  return [`${paint("warning", "waiting")}: the run waits for ${count}.`, openQuestions(runId, questions, layout, kept), after].join("\n\n");
}

/** Each question as a block. `answers`: with the line that answers it. */
export function openQuestions(runId: string, questions: readonly Question[], { paint }: Pick<Layout, "paint">, answers = true): string {
  const blocks = questions.map((question) => {
    const lines = questionLines(question, { paint }).map((line) => `  ${line}`);
    const until = question.until === undefined ? [] : [`  ${paint("dim", `open until ${new Date(question.until).toISOString()}`)}`];
    const line = `  ${paint("hint", `tantra answer ${quoted(runId)} ${quoted(question.path)} ${placeholder(question)}`)}`;
    return [...lines, ...until, ...(answers ? [line] : [])].join("\n");
  });
  return blocks.join("\n\n");
}

/** What stands for the value: the type, so that it is seen what is wanted. */
function placeholder({ schema }: Question): string {
  const spelled = spellSchema(schema);
  return quoted(`<${spelled === "bool" ? "true or false" : spelled}>`);
}
