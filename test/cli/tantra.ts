import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../src/cli/tantra.ts", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface How {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Is given the process as soon as it runs, and what it has written to standard error each time that is more. */
  readonly onError?: (stderr: string, child: ChildProcess) => void;
}

/** The command line as a process of its own, with no key and no colour in its environment. */
export function tantra(args: readonly string[], { cwd, env = {}, stdin, onError }: How): Promise<Ran> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, FORCE_COLOR: _color, ...rest } = process.env;
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: { ...rest, NO_COLOR: "1", ...env } });
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => {
    stdout += String(data);
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += String(data);
    onError?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
