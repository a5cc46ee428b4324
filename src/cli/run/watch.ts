import type { RunEvent } from "../../agent/events.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { renderFailure } from "../../diagnostics/render.ts";
import { reasonOf } from "../../host/file-reasons.ts";
import { type CostCollector, collectCosts } from "../../report/collect.ts";
import { collectWarnings, type Warning } from "../../report/warnings.ts";
import { exitCodes } from "../exit-codes.ts";
import { rendering } from "../layout.ts";
import type { OwnValues } from "../own-flags.ts";
import { openProgress } from "../progress/open-progress.ts";
import type { Terminal } from "../terminal.ts";
import { openEventsFile } from "./events-file.ts";
import { type Interrupts, watchInterrupts } from "./interrupts.ts";
import { divertSideOutput } from "./side-output.ts";

/** Everybody who looks at a run: progress, costs, the events' file, and the person who may interrupt it. */
export interface Watch {
  readonly sink: (event: RunEvent) => void;
  readonly interrupts: Interrupts;
  readonly costs: CostCollector;
  readonly warnings: readonly Warning[];
  /** Those of them that nobody can read any more: the live tree showed them and is gone. */
  readonly faded: readonly Warning[];
  /** Nobody reads the events any more, and the run was given up for that. */
  readerGone(): boolean;
  /** Somebody is asked something: nothing is written until what this gives is called. */
  hold(): () => void;
  /** The run is over: what is live goes away, files are closed. */
  end(): void;
}

/** Opens everything before the run starts; throws T626 where the events' file cannot be written. */
export function openWatch(own: OwnValues, terminal: Terminal, prices: string, known: readonly Warning[]): Watch {
  /** What stands on the screen already. */
  const told = [...known];
  const { sink: warn, warnings } = collectWarnings();
  const costs = collectCosts(prices);
  let readerGone = false;
  const events = own.events === undefined ? undefined : openEventsFile(own.events, process.cwd(), eventsFailed);
  const progress = openProgress(own, terminal);
  const interrupts = watchInterrupts(
    (interrupt) => progress.say(interrupt === "SIGINT" ? "Winding down; Ctrl-C once more leaves at once." : "Winding down."),
    () => tidy(),
  );
  const flush = divertSideOutput(progress.say);
  // However the process ends: the cursor is shown again, and no event and no half line is lost.
  const tidy = (): void => {
    events?.close();
    flush();
    progress.end();
  };
  let stray = false;
  const notice = (): void => {
    stray = true;
  };
  const leave = (code: number): void => {
    tidy();
    if (!stray && interrupts.code() === undefined) process.exitCode = endedFromInside(code, terminal);
  };
  process.prependListener("uncaughtException", notice);
  process.once("exit", leave);

  function eventsFailed(why: NodeJS.ErrnoException): void {
    readerGone = why.code === "EPIPE";
    if (readerGone) {
      interrupts.giveUp();
      return;
    }
    const message = `${own.events} could not be written (${reasonOf(why)}): the run goes on, and the events from here on are lost.`;
    told.push({ message });
    progress.say(`warning: ${message}`);
  }

  return {
    sink(event) {
      costs.sink(event);
      events?.sink(event);
      if (readerGone) return;
      warn(event);
      progress.sink(event);
    },
    interrupts,
    costs,
    get warnings() {
      return [...told, ...warnings];
    },
    get faded() {
      return progress.lasting ? [] : warnings;
    },
    hold: progress.hold,
    readerGone: () => readerGone,
    end() {
      tidy();
      process.off("exit", leave);
      process.off("uncaughtException", notice);
      interrupts.stop();
    },
  };
}

/** A tool's module may end the process, and the value is not there yet: that is said, and is no success. */
function endedFromInside(code: number, terminal: Terminal): number {
  const error = new RunError("failed", `The process ended with code ${code} before the run was over.`, {
    hint: "It is likely a tool's module that calls process.exit: let it throw an error in its place.",
  });
  terminal.err(`${renderFailure(error, rendering(terminal.errLayout()))}\n`);
  return code === 0 ? exitCodes.failed : code;
}
