import { type ChildProcess, spawn } from "node:child_process";
import { visible } from "../diagnostics/visible.ts";
import type { ServerProcess, StartProcess } from "../tools/mcp/stdio.ts";
import { lastOf } from "../tools/mcp/words.ts";

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Elsewhere a process is ended alone. */
const grouped = process.platform !== "win32";
/** What has to be ended with this process. */
const running = new Set<ChildProcess>();
const killAll = (): void => {
  for (const child of running) killTree(child, "SIGKILL");
};

/** So long a server may take to end by itself once nobody speaks to it, and again once it is told to. */
const graceMs = 1000;
const pollMs = 5;
/** Of standard error so much is kept, and so many lines of it are shown. */
const keptWords = 4000;
const shownLines = 6;

/**
 * How a server's process is started: in a group of its own, so that Ctrl-C at the terminal reaches Tantra alone, and what a
 * wrapper such as `npx` has started is ended with it. None outlives this process, whatever ends it, as long as it is not killed.
 */
export function startProcess({ command, args, env, cwd }: ProcessOptions): StartProcess {
  return async ({ output, end }) => {
    const child = spawn(command, args, { cwd, env, detached: grouped, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    let words = "";
    let how: string | undefined;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words = lastOf(words + text, keptWords);
    });
    child.stdout.on("data", output);
    // A server that has ended says so; that nobody reads any more is no news.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => undefined);

    const kill = (signal: NodeJS.Signals): void => killTree(child, signal);
    running.add(child);
    if (running.size === 1) process.on("exit", killAll);
    const forget = (): void => {
      running.delete(child);
      if (running.size === 0) process.off("exit", killAll);
    };
    const ended = new Promise<void>((done) => {
      child.once("exit", (code, signal) => {
        how = signal ?? `exit code ${code}`;
        done();
      });
    });
    const closed = new Promise<void>((done) => child.once("close", () => done()));
    // What it wrote before it ended is read whole; a grandchild that holds the pipe open is not waited for.
    void ended.then(async () => {
      await within(closed, graceMs);
      kill("SIGKILL");
      forget();
      end();
    });
    await new Promise<void>((started, failed) => {
      child.once("spawn", started);
      child.once("error", (error) => {
        forget();
        failed(error);
      });
    });

    const server: ServerProcess = {
      write(text) {
        child.stdin.write(text);
      },
      lastWords: () =>
        words
          .trimEnd()
          .split("\n")
          .slice(-shownLines)
          .map((line) => visible(line.trimEnd(), true))
          .join("\n"),
      ended: () => how,
      async close() {
        if (how === undefined) {
          child.stdin.end();
          await within(ended, graceMs);
        }
        if (how === undefined) {
          kill("SIGTERM");
          await within(ended, graceMs);
        }
        kill("SIGKILL");
        await ended;
        // Told to end at once is not yet gone.
        for (let waited = 0; grouped && isAlive(child) && waited < graceMs; waited += pollMs) await pause(pollMs);
      },
    };
    return server;
  };
}

/** Ends a process and all that it has started. */
function killTree(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (grouped && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // There is nobody left in the group.
  }
}

/** Whether anybody of the group is left. */
function isAlive(child: ChildProcess): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, 0);
  } catch {
    return false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Waits for something, but no longer than this. Leaves no timer. */
function within(work: Promise<void>, ms: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    void work.then(() => {
      clearTimeout(timer);
      done();
    });
  });
}

/** The variables that a server may see unasked: those that the protocol's own client (`getDefaultEnvironment`) passes on. */
const passed =
  process.platform === "win32"
    ? "APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA PATH PATHEXT PROCESSOR_ARCHITECTURE PROGRAMDATA PROGRAMFILES SYSTEMDRIVE SYSTEMROOT TEMP USERNAME USERPROFILE WINDIR"
    : "HOME LOGNAME PATH SHELL TERM USER";

/** What a server's process gets as its environment: nothing of the user's but what it needs to run, and what the program gives it. */
export function serverEnvironment(own: Readonly<Record<string, string | undefined>>, given: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of passed.split(" ")) {
    const value = own[name];
    // A function that a shell has exported is code.
    if (value !== undefined && !value.startsWith("()")) env[name] = value;
  }
  return { ...env, ...given };
}
