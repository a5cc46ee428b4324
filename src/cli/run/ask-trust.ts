import { createInterface } from "node:readline";
import { type KeyLeaving, listed } from "../../host/trust.ts";

/** Asks the person at the terminal whether keys may go to a host. Anything but yes is no. */
export function askTrust({ host, variables, place }: KeyLeaving): Promise<boolean> {
  const question = `${place}: this program sends ${listed(variables)} to ${host}, which is not the vendor's host.\nSend it there? [y/N] `;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.on("close", () => resolve(false));
    lines.question(question, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      lines.close();
    });
  });
}
