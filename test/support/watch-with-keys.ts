// `tantra test … --watch` where every character of standard input is a key that is pressed: a terminal's part, without one.
import { supervised } from "../../src/cli/main.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { watchTests } from "../../src/cli/test/watch-tests.ts";

const terminal = openTerminal(false);
void supervised(terminal, () =>
  watchTests({ operands: process.argv.slice(2), reporter: "pretty", verbose: false, timeoutMs: 60_000 }, terminal, (heard) => {
    process.stdin.on("data", (data: Buffer) => {
      for (const key of String(data)) heard(key);
    });
    return () => process.stdin.pause();
  }),
);
