import { newRunId } from "../../src/host/ids.ts";
import { runStore } from "../../src/host/run-store.ts";
import { blamed } from "../../src/journal/kept-run.ts";
import { spend } from "../support/measure.ts";
import { prepared } from "../support/tantra.ts";

/**
 * `node kept.ts PROGRAM WORKFLOW TIMES none|new|resume FOLDER [URL]`: a run that is not kept, is kept in a file of FOLDER, or
 * is gone on with there, in a process of its own. Prints JSON.
 */
const [, , program = "", workflow = "", times = "0", how = "none", folder = "", url = ""] = process.argv;
const once = await prepared(program, url);
const store = runStore(folder);

async function kept(input: { readonly times: number }): Promise<void> {
  if (how === "none") return once(workflow, input);
  const run = newRunId();
  const head = { run, at: Date.now(), file: program, sources: [], main: workflow, input, seed: run };
  const taken = how === "resume" ? store.take(store.find("last")) : undefined;
  const open = await (taken === undefined ? store.begin(head) : taken.resume({ at: Date.now(), sources: [], dropped: blamed(taken.kept) }));
  const runId = taken?.kept.head.run ?? run;
  await once(workflow, input, { runId, seed: runId, journal: open.journal });
  await open.close();
}
if (how !== "resume") await kept({ times: Math.min(500, Number(times)) });
const spent = await spend(() => kept({ times: Number(times) }));
console.log(JSON.stringify({ ...spent, peakMb: process.resourceUsage().maxRSS / 1024 }));
