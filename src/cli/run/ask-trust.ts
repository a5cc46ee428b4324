import { createInterface } from "node:readline";
import { type KeyLeaving, listed, reasonFor } from "../../host/trust.ts";

/** The terminal that is asked at. */
export interface AskedAt {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Ctrl-C in place of an answer. */
  readonly interrupted: () => void;
}

const here: AskedAt = { input: process.stdin, output: process.stderr, interrupted: () => process.exit(130) };

/** Asks the person at the terminal whether keys may go to a host. Anything but yes is no. */
export function askTrust(leaving: KeyLeaving, { input, output, interrupted }: AskedAt = here): Promise<boolean> {
  const { variables, place } = leaving;
  const question = `${place}: this program sends ${listed(variables)} to ${reasonFor(leaving)}.\nSend it there? [y/N] `;
  const lines = createInterface({ input, output, terminal: true });
  return new Promise((resolve) => {
    let answered = false;
    lines.on("close", () => {
      if (!answered) output.write("\n");
      resolve(false);
    });
    lines.on("SIGINT", () => {
      lines.close();
      interrupted();
    });
    lines.question(question, (answer) => {
      answered = true;
      resolve(/^y(es)?$/i.test(answer.trim()));
      lines.close();
    });
  });
}
