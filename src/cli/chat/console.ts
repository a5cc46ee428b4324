import { createInterface } from "node:readline";

/** Where a person types, line by line, or where a pipe's lines come from. */
export interface Console {
  /** Somebody sits at it. */
  readonly interactive: boolean;
  /** What is typed next, several lines where they were pasted at once; undefined: nothing more comes. */
  next(prompt: string): Promise<string | undefined>;
  /** What is typed in answer to a question while something runs, and not before it stood there; undefined: the signal aborted, or nothing more comes. */
  ask(prompt: string, signal: AbortSignal): Promise<string | undefined>;
  /** Runs `work`, which Ctrl-C stops through its signal. */
  stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  close(): void;
}

/** `/help`, and not `//etc`. */
export function isCommand(line: string): boolean {
  return line.startsWith("/") && !line.startsWith("//");
}

export interface ConsoleParts {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Prompts and what is typed are shown here. */
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly say: (text: string) => void;
  /** The reason of a signal that Ctrl-C aborts. */
  readonly stopped: () => Error;
}

export function openConsole({ input, output, say, stopped }: ConsoleParts): Console {
  const interactive = input.isTTY === true && output.isTTY === true;
  const lines = createInterface({ input, output, terminal: interactive, historySize: 500 });
  const ready: string[] = [];
  /** Lines that came together, as they do from the clipboard: one message. */
  let together: string[] = [];
  let ended = false;
  let waiting: ((line: string | undefined) => void) | undefined;
  let running: AbortController | undefined;
  /** Ctrl-C was pressed where nothing runs and nothing is typed: once more leaves. */
  let leaving = false;

  function give(line: string): void {
    if (waiting === undefined) ready.push(line);
    else answer(line);
  }
  function answer(line: string | undefined): void {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(line);
  }
  function gathered(): void {
    // The rest of what was pasted stands in the line still.
    if (together.length === 0 || lines.line !== "") return;
    giveTogether();
  }
  /** A command stands by itself, also where several lines come in one piece. */
  function giveTogether(): void {
    const lines = together;
    together = [];
    for (let from = 0; from < lines.length; ) {
      const command = lines.findIndex((line, index) => index >= from && isCommand(line));
      const to = command === from ? from + 1 : command === -1 ? lines.length : command;
      give(lines.slice(from, to).join("\n"));
      from = to;
    }
  }
  function clearLine(): void {
    lines.write(null, { ctrl: true, name: "e" });
    lines.write(null, { ctrl: true, name: "u" });
  }
  function interrupted(): void {
    if (running !== undefined) running.abort(stopped());
    else if (interactive && (lines.line !== "" || together.length > 0)) {
      together = [];
      leaving = false;
      output.write("^C\n");
      clearLine();
    } else if (leaving) {
      lines.close();
    } else {
      leaving = true;
      if (interactive) output.write("\n");
      say("Ctrl-C once more leaves, and so does Ctrl-D.");
      if (interactive) lines.prompt();
    }
  }

  lines.on("line", (line) => {
    leaving = false;
    if (!interactive) {
      give(line);
      return;
    }
    if (together.push(line) === 1) setImmediate(gathered);
    else if (lines.line === "") setImmediate(gathered);
  });
  lines.on("close", () => {
    ended = true;
    giveTogether();
    answer(undefined);
  });
  lines.on("SIGINT", interrupted);
  process.on("SIGINT", interrupted);

  return {
    interactive,
    next(prompt) {
      const line = ready.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (ended) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        waiting = resolve;
        if (!interactive) return;
        lines.setPrompt(prompt);
        lines.prompt(true);
      });
    },
    ask(prompt, signal) {
      if (ended || signal.aborted) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const withdraw = (): void => answer(undefined);
        signal.addEventListener("abort", withdraw, { once: true });
        waiting = (line) => {
          signal.removeEventListener("abort", withdraw);
          resolve(line);
        };
        clearLine();
        lines.setPrompt(prompt);
        lines.prompt();
      });
    },
    async stoppable(work) {
      running = new AbortController();
      try {
        return await work(running.signal);
      } finally {
        running = undefined;
        leaving = false;
      }
    },
    close() {
      process.off("SIGINT", interrupted);
      lines.close();
    },
  };
}
