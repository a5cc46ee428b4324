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
  /** Somebody is asked something: nothing is written until what this gives is called, and then all that was said. */
  hold(): () => void;
  /** Takes away what is live. Afterwards nothing is drawn any more. */
  end(): void;
  /** Whether what it shows can still be read after its end. */
  readonly lasting: boolean;
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
  let said = false;
  /** What was said while somebody is asked. */
  let held: string[] | undefined;

  /** Rows that the last frame takes up: a window that became narrower has wrapped its lines. */
  function rowsDrawn(): number {
    const columns = Math.max(1, terminal.columns());
    return drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  }
  /**
   * Writes these lines over the last frame. Each row is cleared by itself: tmux keeps what is cleared from the top of the
   * screen down as history, and would be left with every frame.
   */
  function replace(lines: readonly string[]): string {
    const before = rowsDrawn();
    const rest = Math.max(0, before - lines.length);
    const up = before === 0 ? "" : `\r\x1b[${before}A`;
    const back = rest === 0 ? "" : `\x1b[${rest}A`;
    drawn = lines.map(columnsOf);
    return `${up}${lines.map((line) => `\x1b[2K${line}\n`).join("")}${"\x1b[2K\n".repeat(rest)}${back}`;
  }
  function paint(): void {
    if (held !== undefined) return;
    const size = { width: terminal.columns(), height: terminal.rows() };
    terminal.write(`${beginFrame}${replace(drawTree(tree, { ...size, now: terminal.now(), tick, paint: terminal.paint }))}${endFrame}`);
    tick++;
  }

  function goOn(): void {
    if (held === undefined || ended) return;
    const lines = held;
    held = undefined;
    terminal.write(`${hideCursor}${lines.map((line) => `${line}\n`).join("")}`);
    paint();
  }

  terminal.write(hideCursor);
  const timer = setInterval(paint, frameMs);
  timer.unref();
  return {
    sink: tree.sink,
    lasting: false,
    say(text) {
      said = true;
      if (held !== undefined) {
        held.push(text);
        return;
      }
      terminal.write(`${replace([])}${text}\n`);
      if (!ended) paint();
    },
    hold() {
      terminal.write(`${replace([])}${showCursor}`);
      held = [];
      return goOn;
    },
    end() {
      if (ended) return;
      goOn();
      ended = true;
      clearInterval(timer);
      terminal.write(`${replace([])}${said ? "\n" : ""}${showCursor}`);
    },
  };
}

function columnsOf(line: string): number {
  return cells(line.replace(/\x1b\[[0-9;]*m/g, "")).reduce((sum, cell) => sum + cell.width, 0);
}
