import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunEvent } from "../../src/agent/events.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import type { Json } from "../../src/diagnostics/json.ts";
import { loadProgram } from "../../src/host/load-program.ts";
import { type RunProgramOptions, runProgram } from "../../src/host/run-program.ts";
import { folder } from "../host/folder.ts";

const script = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** The options of a declaration that starts the well-behaved server, or the one that misbehaves in a mode. Both write to `log`. */
export const started = (more = ""): string =>
  `command: ${JSON.stringify(process.execPath)}, args: [${JSON.stringify(script("mcp-stdio-server.ts"))}, "log.txt"]${more === "" ? "" : `, ${more}`}`;
export const broken = (mode: string, more = ""): string =>
  `command: ${JSON.stringify(process.execPath)}, args: [${JSON.stringify(script("mcp-broken-server.ts"))}, ${JSON.stringify(mode)}, "log.txt"]${more === "" ? "" : `, ${more}`}`;

/** An agent with these tools, and a model that answers as the replies of the test say. */
export const agent = (tools: string, more = ""): string => `provider llm = simulator { replies: "./replies.json" }
model fast = llm("gpt-5-mini")
agent helper() { model: fast, prompt: "Begin.", tools: [${tools}]${more === "" ? "" : `, ${more}`} }
`;

export interface Told {
  /** What came of the run: its value, or the error that stopped it. */
  readonly value: Json | undefined;
  readonly failure: RunFailure | undefined;
  readonly events: readonly RunEvent[];
  readonly warnings: readonly string[];
  /** The lines that the servers wrote to their log. */
  readonly log: readonly string[];
  readonly root: string;
}

export interface RunOptions extends RunProgramOptions {
  readonly replies?: Json;
  readonly files?: Readonly<Record<string, string>>;
  /** Is given each event, and the folder. */
  readonly watch?: (event: RunEvent, root: string) => void;
}

/** Runs a program in a folder of its own. Throws what a run throws before it has started. */
export async function runWith(source: string, { replies = {}, files = {}, watch, ...options }: RunOptions = {}): Promise<Told> {
  const root = folder({ "package.json": "{}", "main.tantra": source, "replies.json": JSON.stringify(replies), "log.txt": "", ...files });
  const program = await loadProgram(join(root, "main.tantra"));
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent): void => {
    events.push(event);
    watch?.(event, root);
  };
  let value: Json | undefined;
  let failure: RunFailure | undefined;
  try {
    ({ value } = await runProgram(program, { ...options, onEvent }));
  } catch (thrown) {
    if (!(thrown instanceof RunFailure)) throw thrown;
    failure = thrown;
  }
  const warnings = events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
  return { value, failure, events, warnings, log: logOf(root), root };
}

export function logOf(root: string): readonly string[] {
  return readFileSync(join(root, "log.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/** The processes that the servers of a run said they were. */
export function pidsOf(log: readonly string[]): readonly number[] {
  return log.flatMap((line) => (line.startsWith("started ") ? [Number(line.slice("started ".length))] : []));
}

/** Whether a process runs. One that has ended, and whose parent has not collected it yet, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
