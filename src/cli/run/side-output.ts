import { StringDecoder } from "node:string_decoder";

/**
 * What tools' modules print, with `console` or on the process's streams, and what Node warns of, for the time of a run: it
 * goes where progress goes, line by line, because standard output holds the value and nothing else. Gives what ends it;
 * Node may tell its warnings late. What a child process writes to the streams that it inherits passes by here unseen.
 */
export function divertSideOutput(say: (text: string) => void): () => void {
  const restores = [divert(process.stdout, say), divert(process.stderr, say)];
  process.removeAllListeners("warning");
  process.on("warning", (warning: Error & { readonly code?: string }) => {
    if (!expected(warning)) say(`warning: ${warning.message}`);
  });
  return () => {
    for (const restore of restores) restore();
  };
}

/** Whoever printed before has the stream's own `write` in hand: the terminal. */
function divert(stream: NodeJS.WriteStream, say: (text: string) => void): () => void {
  const own = stream.write;
  const decoder = new StringDecoder("utf8");
  let pending = "";
  const take = (text: string): void => {
    const lines = (pending + text).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) say(line.replace(/\r$/, ""));
  };
  const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    take(typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk)));
    const written = typeof encoding === "function" ? encoding : done;
    if (typeof written === "function") queueMicrotask(() => written());
    return true;
  };
  stream.write = write;
  return () => {
    if (stream.write === write) stream.write = own;
    if (pending !== "") say(pending);
    pending = "";
  };
}

/** That Node strips types, and that a folder's package.json does not say `module`, is nothing to bother anybody with. */
function expected({ code, name, message }: Error & { readonly code?: string }): boolean {
  return code === "MODULE_TYPELESS_PACKAGE_JSON" || (name === "ExperimentalWarning" && message.includes("Type Stripping"));
}
