import { createInterface } from "node:readline";
import type { Question } from "../../agent/question.ts";
import { wrap } from "../../diagnostics/text-width.ts";
import type { Layout } from "../terminal.ts";
import { choicesOf, readAnswer, type Typed } from "./read-answer.ts";
import { answerHint, questionLines } from "./show-question.ts";

/** Where a person is asked, one question after the other, whatever asks at the same time. */
export interface Desk {
  /** What is typed; undefined: left for later, or nobody waits for it any more. `wrong`: why the answer before did not fit. */
  ask(question: Question, signal: AbortSignal, wrong?: string): Promise<Answer | undefined>;
}
export type Answer = Exclude<Typed, { readonly wrong: string }>;

export interface DeskParts {
  readonly input: NodeJS.ReadableStream & { setRawMode?(raw: boolean): unknown };
  readonly output: NodeJS.WritableStream;
  readonly layout: () => Layout;
  /** Progress stands still while somebody is asked: gives what lets it go on. */
  readonly hold: () => () => void;
  /** Ctrl-C in place of an answer: whoever asks withdraws the question. */
  readonly interrupted: () => void;
  /** So long (milliseconds) what was typed before a question stood there is thrown away: nobody means it for an answer. */
  readonly forgetMs: number;
}

interface Waiting {
  readonly question: Question;
  readonly signal: AbortSignal;
  readonly wrong: string | undefined;
  readonly give: (answer: Answer | undefined) => void;
}

export function openDesk({ input, output, layout, hold, interrupted, forgetMs }: DeskParts): Desk {
  const waiting: Waiting[] = [];
  let busy = false;

  async function serve(): Promise<void> {
    if (busy) return;
    busy = true;
    const goOn = hold();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      next.give(next.signal.aborted ? undefined : await answered(next));
      // An answer that does not fit is asked for again before anything else is.
      await new Promise((resolve) => setImmediate(resolve));
    }
    busy = false;
    goOn();
  }

  async function answered({ question, signal, wrong }: Waiting): Promise<Answer | undefined> {
    const { paint, width } = layout();
    let said = wrong;
    if (forgetMs > 0) await forgetTyped();
    if (signal.aborted) return undefined;
    if (wrong === undefined) {
      output.write(`${["", ...questionLines(question, { paint }), ...numbered(question)].join("\n")}\n`);
      const more = waiting.length === 0 ? "" : ` · ${waiting.length} more ${waiting.length === 1 ? "waits" : "wait"}`;
      const hint = `${answerHint(question)}${more}`;
      for (const line of width === undefined ? [hint] : wrap(hint, width - 1)) output.write(`${paint("dim", line)}\n`);
    }
    for (;;) {
      if (said !== undefined) output.write(`${paint("warning", said)}\n`);
      const line = await typed(signal);
      if (line === undefined) return undefined;
      const read = readAnswer(question, line);
      if ("value" in read) return read;
      said = read.wrong;
    }
  }

  /** Several lines where they were pasted at once, or where all but the last end in `\`. */
  function typed(signal: AbortSignal): Promise<string | undefined> {
    const { paint } = layout();
    const lines = createInterface({ input, output, terminal: true, escapeCodeTimeout: 50, historySize: 0, prompt: paint("place", "> ") });
    return new Promise((resolve) => {
      const parts: string[] = [];
      let given: string | undefined;
      let stopped = false;
      const withdraw = (): void => {
        if (!stopped) output.write(`\n${paint("dim", "Nobody waits for this answer any more.")}`);
        lines.close();
      };
      const pressed = (_text: string, key: { readonly name?: string; readonly meta?: boolean } | undefined): void => {
        if (key?.name === "escape") lines.close();
      };
      function complete(): void {
        // The rest of what was pasted stands in the line still.
        if (parts.length === 0 || lines.line !== "") return;
        const last = parts.at(-1) ?? "";
        if (last.endsWith("\\")) {
          parts[parts.length - 1] = last.slice(0, -1);
          lines.setPrompt(paint("place", "… "));
          lines.prompt();
          return;
        }
        given = parts.join("\n");
        lines.close();
      }
      lines.on("line", (line) => {
        parts.push(line);
        setImmediate(complete);
      });
      lines.on("SIGINT", () => {
        stopped = true;
        interrupted();
      });
      lines.on("close", () => {
        signal.removeEventListener("abort", withdraw);
        input.off("keypress", pressed);
        if (given === undefined) output.write("\n");
        resolve(given);
      });
      signal.addEventListener("abort", withdraw, { once: true });
      input.on("keypress", pressed);
      lines.prompt();
    });
  }

  async function forgetTyped(): Promise<void> {
    const forget = (): void => undefined;
    input.setRawMode?.(true);
    input.on("data", forget);
    input.resume();
    await new Promise((resolve) => setTimeout(resolve, forgetMs));
    input.off("data", forget);
    input.setRawMode?.(false);
  }

  return {
    ask: (question, signal, wrong) =>
      new Promise((give) => {
        const one = { question, signal, wrong, give };
        // Whoever has just answered is told at once what was wrong with it.
        if (wrong === undefined) waiting.push(one);
        else waiting.unshift(one);
        void serve();
      }),
  };
}

function numbered({ schema }: Question): readonly string[] {
  return (choicesOf(schema) ?? []).map((choice, index) => `  ${index + 1} ${choice}`);
}
