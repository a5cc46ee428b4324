import type { RunEvent } from "../../agent/events.ts";
import type { Paint } from "../../diagnostics/paint.ts";
import { cells } from "../../diagnostics/text-width.ts";
import { drawTree } from "./draw.ts";
import { progressTree } from "./tree.ts";

/** A terminal that the tree is drawn on. */
export interface LiveTerminal {
  write(text: string): void;
  columns(): number;
  rows(): number;
  now(): number;
  readonly paint: Paint;
}

/** Progress of a run as a person watches it. */
export interface Progress {
  readonly sink: (event: RunEvent) => void;
  /** Writes a line that stays, above what is live. */
  say(text: string): void;
  /** Takes away what is live. Afterwards nothing is drawn any more. */
  end(): void;
}

const frameMs = 80;
const hideCursor = "\x1b[?25l";
const showCursor = "\x1b[?25h";
/** Terminals that know it draw a frame at once; others ignore it. */
const beginFrame = "\x1b[?2026h";
const endFrame = "\x1b[?2026l";

/** A tree that redraws itself in place, some twelve times a second. */
export function liveProgress(terminal: LiveTerminal): Progress {
  const tree = progressTree();
  /** Columns of each line that stands on the screen. */
  let drawn: readonly number[] = [];
  let tick = 0;
  let ended = false;

  /** Moves to the first line of the last frame and clears from there. A window that became narrower has wrapped its lines. */
  function clear(): string {
    const columns = Math.max(1, terminal.columns());
    const rows = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    drawn = [];
    return rows === 0 ? "" : `\r\x1b[${rows}A\x1b[0J`;
  }
  function paint(): void {
    const size = { width: terminal.columns(), height: terminal.rows() };
    const lines = drawTree(tree, { ...size, now: terminal.now(), tick, paint: terminal.paint });
    const wipe = clear();
    drawn = lines.map(columnsOf);
    terminal.write(`${beginFrame}${wipe}${lines.map((line) => `${line}\n`).join("")}${endFrame}`);
    tick++;
  }

  terminal.write(hideCursor);
  const timer = setInterval(paint, frameMs);
  timer.unref();
  return {
    sink: tree.sink,
    say(text) {
      terminal.write(`${clear()}${text}\n`);
      if (!ended) paint();
    },
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      terminal.write(`${clear()}${showCursor}`);
    },
  };
}

function columnsOf(line: string): number {
  return cells(line.replace(/\x1b\[[0-9;]*m/g, "")).reduce((sum, cell) => sum + cell.width, 0);
}
