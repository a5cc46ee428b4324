import type { OwnValues } from "../own-flags.ts";
import type { Terminal } from "../terminal.ts";
import { lineProgress, quietProgress } from "./lines.ts";
import { liveProgress, type Progress } from "./live.ts";

/** The progress that fits the place: a live tree on a terminal, lines elsewhere and with `--verbose`, none with `--quiet`. */
export function openProgress({ quiet, verbose }: OwnValues, terminal: Terminal): Progress {
  if (quiet) return quietProgress(terminal.err);
  const { TERM, CI } = process.env;
  if (verbose || !terminal.errIsTerminal || TERM === "dumb" || CI) return lineProgress(terminal.err, verbose === true);
  return liveProgress({
    write: terminal.err,
    columns: () => terminal.errLayout().width ?? 80,
    rows: terminal.rows,
    now: () => Date.now(),
    paint: terminal.errLayout().paint,
  });
}
