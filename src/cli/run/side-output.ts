import { Writable } from "node:stream";

/**
 * What tools' modules print with `console` and what Node warns of, for the time of a run: it goes where progress goes,
 * line by line, because standard output holds the value and nothing else. Gives what ends it for the console; Node may tell
 * its warnings late.
 */
export function divertSideOutput(say: (text: string) => void): () => void {
  const lines = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      say(String(chunk).replace(/\n$/, ""));
      done();
    },
  });
  const before = globalThis.console;
  globalThis.console = new before.Console({ stdout: lines, stderr: lines });
  process.removeAllListeners("warning");
  process.on("warning", (warning: Error & { readonly code?: string }) => {
    if (!expected(warning)) say(`warning: ${warning.message}`);
  });
  return () => {
    globalThis.console = before;
  };
}

/** That Node strips types, and that a folder's package.json does not say `module`, is nothing to bother anybody with. */
function expected({ code, name, message }: Error & { readonly code?: string }): boolean {
  return code === "MODULE_TYPELESS_PACKAGE_JSON" || (name === "ExperimentalWarning" && message.includes("Type Stripping"));
}
