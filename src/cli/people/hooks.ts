import type { Hooks } from "../../agent/hooks.ts";
import type { Desk } from "./desk.ts";

/** The person at the terminal answers. */
export function hooksOf(desk: Desk): Hooks {
  return {
    async ask({ signal, wrong, ...question }) {
      const given = await desk.ask({ ...question, of: "ask" }, signal, wrong);
      return given === undefined ? { later: true } : { answer: given.value };
    },
    async approve({ agent: _, signal, ...call }) {
      const question = { ...call, of: "approval" as const, question: `Call the tool "${call.tool}"?`, schema: { type: "boolean" } };
      const given = await desk.ask(question, signal);
      if (given === undefined) return { later: true };
      const { value, reason } = given;
      return value === true ? { approved: true } : { approved: false, ...(reason === undefined ? {} : { reason }) };
    },
  };
}
