import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Watching {
  /** Waits until the output since the last call holds all of these texts; gives that output. */
  says(...texts: readonly string[]): Promise<string>;
  /** Presses keys, where there are any. */
  press(keys: string): void;
  readonly child: ChildProcess;
  readonly over: Promise<number | null>;
}

/** `tantra test … --watch` as a process of its own, without a terminal. `keys`: what is written to it counts as pressed. */
export function watching(args: readonly string[], { cwd, keys = false }: { readonly cwd: string; readonly keys?: boolean }): Watching {
  const bin = fileURLToPath(keys ? new URL("../../support/watch-with-keys.ts", import.meta.url) : new URL("../../../src/cli/tantra.ts", import.meta.url));
  const words = keys ? args : ["test", ...args, "--watch"];
  const child = spawn(process.execPath, [bin, ...words], { cwd, env: { ...process.env, NO_COLOR: "1" }, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  let from = 0;
  let wake: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      output += String(data);
      wake();
    });
  }
  const over = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    child,
    over,
    press: (pressed) => void child.stdin.write(pressed),
    async says(...texts) {
      const gone = over.then((code) => Promise.reject(new Error(`It ended with ${code} and had said:\n${output.slice(from)}`)));
      gone.catch(() => undefined);
      for (;;) {
        const said = output.slice(from);
        if (texts.every((text) => said.includes(text))) {
          from = output.length;
          return said;
        }
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), gone]);
      }
    },
  };
}
