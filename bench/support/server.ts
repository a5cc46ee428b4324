import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface BenchServer {
  /** The base URL under which the server answers as `scenario` says. */
  url(scenario: string): string;
  /** `http://127.0.0.1:PORT` of each of its ports. */
  readonly origins: readonly string[];
  close(): void;
}

/** A server of `children/`, which prints its ports. */
export async function startServer(name = "server", ...args: readonly string[]): Promise<BenchServer> {
  const child = spawn(process.execPath, ["--no-warnings", fileURLToPath(new URL(`../children/${name}.ts`, import.meta.url)), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ports = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (text) => resolve(String(text).trim()));
    child.once("exit", () => reject(new Error("the server did not start")));
  });
  const origins = ports.split(" ").map((port) => `http://127.0.0.1:${port}`);
  return {
    url: (scenario) => `${origins[0]}/${scenario}/v1`,
    origins,
    close: () => child.stdin.end(),
  };
}
