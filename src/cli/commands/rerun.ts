import { renderDiagnostics } from "../../diagnostics/render.ts";
import { visible } from "../../diagnostics/visible.ts";
import { anewFrom } from "../../host/anew.ts";
import { projectRoot } from "../../host/project.ts";
import { runStore } from "../../host/run-store.ts";
import { takenSteps } from "../../journal/taken-steps.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple } from "../flags.ts";
import { rendering } from "../layout.ts";
import type { OwnValues } from "../own-flags.ts";
import { perform } from "../run/perform.ts";
import { takenText } from "../runs/show.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";
import { changedFiles, cwdOf, manyFlags, ownValues, programOf, resumeFlags, startAgain } from "./resume.ts";

const simple = {
  usage: "rerun RUN|last --from STEP [flags]",
  about:
    "Begins a new run with the inputs of an earlier one. What had ended there is taken over and costs nothing again, but for STEP and what is below it: that is done again, and so is whatever asks something else because of it. The earlier run stays as it is.",
  flags: {
    "--from <step>": "the step's path, as `tantra runs show` writes it; [] means all iterations: main/drafts[]/writer",
    ...resumeFlags,
    "--max-cost <dollars>": "stop before the new run costs more; what was taken over is paid (default: as it was)",
    "--timeout <duration>": "stop the new run after so long: 90s, 5m, 1h (default: as it was)",
  },
  many: manyFlags,
};

/** `tantra rerun RUN --from STEP` */
export async function rerun(words: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, words);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [named, ...more] = operands;
  const { from: step, ...typed } = flags;
  if (named === undefined || more.length > 0)
    throw usageError("What to begin again is one run.", "tantra rerun last --from STEP, or the id of a run: `tantra runs` lists them");
  if (typeof step !== "string")
    throw usageError("From which step on is not said.", `tantra rerun ${named} --from STEP: \`tantra runs show ${named}\` lists its steps`);
  const given = ownValues(typed);
  const root = projectRoot(given.root);
  const store = runStore(root);
  const kept = store.read(store.find(named));
  const { head } = kept;
  const steps = takenSteps(kept, anewFrom(step, kept));
  const program = await programOf(head, root);
  const { graph } = program;
  if (graph === undefined) {
    terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
    return exitCodes.program;
  }
  const { profile, simulate, maxCostUsd, timeoutMs, input } = head;
  const own: OwnValues = {
    ...(maxCostUsd === undefined ? {} : { maxCost: String(maxCostUsd) }),
    ...(timeoutMs === undefined ? {} : { timeout: `${timeoutMs}ms` }),
    ...given,
    ...(profile === undefined ? {} : { profile }),
    ...(simulate === undefined ? {} : { simulate }),
  };
  const start = startAgain(graph, head);
  if (!own.quiet) {
    const edited = changedFiles(steps.sources, graph);
    const changes = edited.length === 0 ? "" : ` Changed since then: ${visible(edited.join(", "), true)}; steps that ask the same as before are kept.`;
    terminal.err(`Beginning from ${head.run}, ${takenText(steps.events)}. Done again: ${visible(step, true)}.${changes}\n`);
  }
  return perform({ program, graph, start, input, own, terminal, begunFrom: { head, steps }, cwd: cwdOf(head, root) });
}
