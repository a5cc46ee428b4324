import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface BenchServer {
  /** The base URL under which the server answers as `scenario` says. */
  url(scenario: string): string;
  close(): void;
}

export async function startServer(): Promise<BenchServer> {
  const child = spawn(process.execPath, ["--no-warnings", fileURLToPath(new URL("../children/server.ts", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (text) => resolve(String(text).trim()));
    child.once("exit", () => reject(new Error("the server did not start")));
  });
  return {
    url: (scenario) => `http://127.0.0.1:${port}/${scenario}/v1`,
    close: () => child.stdin.end(),
  };
}
