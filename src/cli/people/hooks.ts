import type { Hooks } from "../../agent/hooks.ts";
import { approvalQuestion } from "../../agent/question.ts";
import type { Desk } from "./desk.ts";
import { approvalOf } from "./read-answer.ts";

/** The person at the terminal answers. */
export function hooksOf(desk: Desk): Hooks {
  return {
    async ask({ signal, wrong, ...question }) {
      const given = await desk.ask({ ...question, of: "ask" }, signal, wrong);
      return given === undefined ? { later: true } : { answer: given.value };
    },
    async approve({ agent: _, signal, ...call }) {
      const given = await desk.ask(approvalQuestion(call), signal);
      return given === undefined ? { later: true } : approvalOf(given);
    },
  };
}
