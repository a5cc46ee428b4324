import { type ChildProcess, fork } from "node:child_process";
import { statSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodes } from "../exit-codes.ts";
import { foldersIn } from "../programs-in.ts";
import type { Terminal } from "../terminal.ts";
import { watchFiles } from "../watch-files.ts";
import type { Keys } from "./keys.ts";
import type { JobDone, TestJob, TestName } from "./test-job.ts";
import type { Order, Told } from "./watched-run.ts";

type Happening =
  | { readonly of: "changed"; readonly files: ReadonlySet<string> }
  | { readonly of: "key"; readonly key: string }
  | { readonly of: "interrupt"; readonly code: number }
  | { readonly of: "over"; readonly code: number; readonly done: JobDone | undefined }
  | { readonly of: "trouble"; readonly error: unknown };

/** What is to run: everything, or the tests of what rests on some files, and some tests. */
type Wanted = "all" | NonNullable<TestJob["select"]>;

/**
 * Runs the tests, and again those that a change touches, each time in a process of its own. A change during a run ends it, and
 * the next one does what that one had to do, too. Gives the exit code: 130 for Ctrl-C, and for whoever quits that of the results.
 */
export async function watchTests(job: TestJob, terminal: Terminal, keys: Keys | undefined): Promise<number> {
  const cwd = process.cwd();
  const { next, push } = queue<Happening>();
  const watch = watchFiles((path) => path.endsWith(".tantra") || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
  const failed = new Map<string, TestName>();
  /** Of a run that came to no results. */
  let wrong: number | undefined;
  let files: readonly string[] | undefined;
  /** Asked for and not done; the run that is under way is about that. */
  let owed: Wanted | undefined;
  let run: Run | undefined;
  let again = false;

  function start(because: string | undefined): void {
    again = false;
    if (because !== undefined) {
      if (keys !== undefined && terminal.outIsTerminal) void terminal.out("\x1b[2J\x1b[3J\x1b[H");
      terminal.err(`\n${because}\n\n`);
    }
    const selected = owed === undefined || owed === "all" ? {} : { select: owed };
    run = startRun({ job: { ...job, ...selected, watched: true }, color: !process.argv.includes("--no-color") }, loaded, (code, done) =>
      push({ of: "over", code, done }),
    );
  }
  function loaded(found: readonly string[]): void {
    files = found;
    try {
      watch.follow(found, foldersIn(job.operands, cwd));
    } catch (error) {
      push({ of: "trouble", error });
    }
  }
  function want(more: Wanted, because: string): void {
    owed = both(owed, more);
    if (run === undefined) start(because);
    else {
      again = true;
      void run.end();
    }
  }
  function pressed(key: string): void {
    if (key === "a" || key === "\r" || key === "\n") want("all", "All tests.");
    if (key !== "f") return;
    if (failed.size === 0) terminal.err("No test has failed.\n");
    else want({ files: [], tests: [...failed.values()] }, "Those that have failed.");
  }
  function over(code: number, done: JobDone | undefined): void {
    run = undefined;
    wrong = done === undefined || done.ran.length === 0 ? code || undefined : undefined;
    for (const test of done?.ran ?? []) failed.delete(nameOf(test));
    for (const test of done?.failed ?? []) failed.set(nameOf(test), test);
    if (wrong === undefined && !again) owed = undefined;
    if (again) start("Once more, for what came meanwhile.");
    else terminal.err(`\n${status(files?.length ?? 0, failed.size, keys !== undefined)}\n`);
  }

  const letGo = [
    onSignal("SIGINT", () => push({ of: "interrupt", code: 130 })),
    onSignal("SIGTERM", () => push({ of: "interrupt", code: 143 })),
    keys?.((key) => push(key === "\u0003" ? { of: "interrupt", code: 130 } : { of: "key", key })),
  ];
  void (async () => {
    for (;;) push({ of: "changed", files: await watch.changes() });
  })();
  try {
    owed = "all";
    start(undefined);
    for (;;) {
      const happening = await next();
      if (happening.of === "trouble") {
        await run?.end();
        throw happening.error;
      }
      if (happening.of === "over") {
        // What was not to be had at the very start is nowhere that could be watched.
        if (files === undefined) return happening.code;
        over(happening.code, happening.done);
      } else if (happening.of === "changed") {
        want({ files: [...happening.files], tests: [] }, `Changed: ${listed([...happening.files].map((path) => relative(cwd, path)))}`);
      } else if (happening.of === "interrupt" || happening.key === "q") {
        await run?.end();
        return happening.of === "interrupt" ? happening.code : (wrong ?? (failed.size > 0 ? exitCodes.failed : exitCodes.done));
      } else pressed(happening.key);
    }
  } finally {
    for (const each of letGo) each?.();
    watch.close();
  }
}

/** The tests in a process of their own. */
interface Run {
  /** Resolves when it is gone, which it is soon. */
  end(): Promise<void>;
}

/** A tool that does not let go is not waited for longer. */
const graceMs = 3000;

function startRun(order: Order, loaded: (files: readonly string[]) => void, over: (code: number, done: JobDone | undefined) => void): Run {
  const file = import.meta.url.endsWith(".ts") ? "./watched-run.ts" : "./watched-run.js";
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let done: JobDone | undefined;
  child.on("message", (told: Told) => {
    if ("done" in told) done = told.done;
    else loaded(told.files);
  });
  child.send(order);
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.once("close", (code) => over(code ?? exitCodes.failed, done));
  return {
    async end() {
      child.kill("SIGTERM");
      const last = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await gone;
      clearTimeout(last);
    },
  };
}

function both(a: Wanted | undefined, b: Wanted): Wanted {
  if (a === undefined || b === "all") return b;
  return a === "all" ? a : { files: [...a.files, ...b.files], tests: [...a.tests, ...b.tests] };
}

function status(files: number, failed: number, keys: boolean): string {
  const watching = `Watching ${files} ${files === 1 ? "file" : "files"}`;
  if (!keys) return `${watching}; Ctrl-C ends it.`;
  return `${watching}. Enter or a: all tests, ${failed === 0 ? "" : `f: the ${failed} that failed, `}q: quit.`;
}

const shownFiles = 3;

function listed(files: readonly string[]): string {
  const left = files.length - shownFiles;
  return `${files.slice(0, shownFiles).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}

function nameOf({ file, place }: TestName): string {
  return `${file}\n${place}`;
}

function onSignal(signal: "SIGINT" | "SIGTERM", heard: () => void): () => void {
  process.on(signal, heard);
  return () => process.off(signal, heard);
}

/** What happens, one after the other. */
function queue<T>(): { readonly next: () => Promise<T>; readonly push: (item: T) => void } {
  const items: T[] = [];
  let wake: () => void = () => undefined;
  return {
    push(item) {
      items.push(item);
      wake();
    },
    async next() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) return item;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
