import { StringDecoder } from "node:string_decoder";
import { visible } from "../../diagnostics/visible.ts";

/**
 * What tools' modules print, with `console` or on the process's streams, and what Node warns of: from here on it goes where
 * progress goes, line by line, because standard output holds the value and nothing else. That lasts to the end of the
 * process, for a tool that was not waited for may print late. Gives what tells a line that is not complete. What a child
 * process writes to streams that it inherits, and what is written to the descriptor itself, passes by here unseen.
 * `whose` tells apart those who print at the same time, so that no line mixes them: `say` is given what it gave.
 */
export function divertSideOutput<W = undefined>(say: (text: string, whose: W | undefined) => void, whose: () => W | undefined = () => undefined): () => void {
  const flushes = [divert(process.stdout, say, whose), divert(process.stderr, say, whose)];
  process.removeAllListeners("warning");
  process.on("warning", (warning: Error & { readonly code?: string }) => {
    if (!expected(warning)) say(`warning: ${warning.message}`, whose());
  });
  return () => {
    for (const flush of flushes) flush();
  };
}

/** Whoever printed before has the stream's own `write` in hand: the terminal. */
function divert<W>(stream: NodeJS.WriteStream, say: (text: string, whose: W | undefined) => void, whose: () => W | undefined): () => void {
  /** Lines that are not complete. */
  const pending = new Map<W | undefined, { readonly decoder: StringDecoder; text: string }>();
  const take = (chunk: string | Uint8Array): void => {
    const from = whose();
    const held = pending.get(from) ?? { decoder: new StringDecoder("utf8"), text: "" };
    const lines = (held.text + (typeof chunk === "string" ? chunk : held.decoder.write(Buffer.from(chunk)))).split("\n");
    held.text = lines.pop() ?? "";
    pending.set(from, held);
    for (const line of lines) say(harmless(line), from);
  };
  /** `write` and `end` take a piece, its encoding and who is told that it is written, each of which may be missing. */
  const written = (given: readonly unknown[]): void => {
    const [chunk] = given;
    if (typeof chunk === "string" || chunk instanceof Uint8Array) take(chunk);
    const done = given.find((each) => typeof each === "function");
    if (done !== undefined) queueMicrotask(() => done());
  };
  stream.write = (...given: readonly unknown[]) => {
    written(given);
    return true;
  };
  // It is not the tool's to close.
  stream.end = (...given: readonly unknown[]) => {
    written(given);
    return stream;
  };
  return () => {
    for (const [from, { text }] of pending) if (text !== "") say(harmless(text), from);
    pending.clear();
  };
}

/** Colours stay; what else could steer a terminal becomes visible. */
function harmless(line: string): string {
  return line
    .replace(/\r$/, "")
    .split(/(\x1b\[[0-9;]*m)/)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join("");
}

/** That Node strips types, and that a folder's package.json does not say `module`, is nothing to bother anybody with. */
function expected({ code, name, message }: Error & { readonly code?: string }): boolean {
  return code === "MODULE_TYPELESS_PACKAGE_JSON" || (name === "ExperimentalWarning" && message.includes("Type Stripping"));
}
