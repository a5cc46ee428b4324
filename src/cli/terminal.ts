import { writeSync } from "node:fs";
import { styleText } from "node:util";
import type { Paint, Role } from "../diagnostics/paint.ts";
import { unpainted } from "../diagnostics/paint.ts";

/** Where the command line writes to. */
export interface Terminal {
  /** Results. Resolves when the text is out, or at once when nobody reads any more. */
  out(text: string): Promise<void>;
  /** Everything else. */
  err(text: string): void;
  /** Whether a person looks at results, and at everything else. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** How messages look there at this moment. */
  outLayout(): Layout;
  errLayout(): Layout;
  /** Rows of the terminal that progress is drawn on. */
  rows(): number;
}

/** Columns (absent where there is no terminal) and colours. */
export interface Layout {
  readonly width?: number;
  readonly paint: Paint;
}

const looks: { readonly [R in Role]: Parameters<typeof styleText>[0] } = {
  error: ["bold", "red"],
  warning: ["bold", "yellow"],
  good: "green",
  strong: "bold",
  place: "cyan",
  dim: "dim",
  mark: "blue",
  hint: "cyan",
  name: "magenta",
};

const painted: Paint = (role, text) => styleText(looks[role], text, { validateStream: false });

/** The process's own streams. A reader who goes away ends the process quietly; `--no-color`, NO_COLOR and FORCE_COLOR are heard. */
export function openTerminal(color: boolean): Terminal {
  const { stdout, stderr } = process;
  stdout.on("error", (error: Error & { code?: string }) => {
    if (error.code !== "EPIPE") reportLostOutput(error);
    process.exit(error.code === "EPIPE" ? process.exitCode : 1);
  });
  // Without anybody who reads messages the result is still worth its while.
  stderr.on("error", () => undefined);
  // The streams' own, whatever they are for others while a run lasts.
  const [writeOut, writeErr] = [stdout.write.bind(stdout), stderr.write.bind(stderr)];
  const layout = (stream: NodeJS.WriteStream): Layout => ({
    paint: color && wantsColor(stream) ? painted : unpainted,
    ...(stream.isTTY ? { width: Math.max(20, stream.columns || 80) } : {}),
  });
  return {
    out: (text) => new Promise((resolve) => writeOut(text, () => resolve())),
    err: (text) => void writeErr(text),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    outLayout: () => layout(stdout),
    errLayout: () => layout(stderr),
    rows: () => stderr.rows || 24,
  };
}

function wantsColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "0" && FORCE_COLOR !== "false") return true;
  return stream.isTTY === true && !NO_COLOR && FORCE_COLOR === undefined && TERM !== "dumb";
}

/** A full disk behind `> file`: what could not be written is said, by the one way that is left. */
function reportLostOutput(error: Error): void {
  try {
    writeSync(2, `The result could not be written to the standard output: ${error.message}.\n`);
  } catch {
    // Nobody is there to be told.
  }
}
