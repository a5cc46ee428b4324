import type { Hooks } from "../../agent/hooks.ts";
import { approvalQuestion, type Question } from "../../agent/question.ts";
import { approvalOf, readAnswer } from "../people/read-answer.ts";
import { questionLines } from "../people/show-question.ts";
import type { Terminal } from "../terminal.ts";
import type { Console } from "./console.ts";

/** Whoever talks with an agent approves what it does, one call after the other. Through a pipe nobody can: it is denied. */
export function approving(console: () => Console, terminal: Terminal): NonNullable<Hooks["approve"]> {
  let before: Promise<unknown> = Promise.resolve();
  return ({ agent: _, signal, ...call }) => {
    const asked = before.then(() => ask(approvalQuestion(call), signal));
    before = asked;
    return asked;
  };

  async function ask(question: Question, signal: AbortSignal) {
    const here = console();
    if (!here.interactive || signal.aborted) return undefined;
    terminal.err(`\n${questionLines(question, terminal.errLayout()).join("\n")}\n`);
    for (;;) {
      const typed = await here.ask("y: yes, this once; n: no, or n and a reason > ", signal);
      if (typed === undefined) return undefined;
      const read = readAnswer(question, typed);
      if (!("wrong" in read)) return approvalOf(read);
    }
  }
}
