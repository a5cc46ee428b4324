import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a file of `children/` and gives the JSON that it prints. */
export async function child<T>(name: string, ...args: readonly string[]): Promise<T> {
  const file = fileURLToPath(new URL(`../children/${name}.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", file, ...args], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as T;
}
