import { spend } from "../support/measure.ts";
import { tantra } from "../support/tantra.ts";

/** `node simulated.ts WORKFLOW TIMES`: the interpreter alone, in a process of its own. Prints JSON. */
const [, , workflow = "", times = "0"] = process.argv;
const run = await tantra("simulated.tantra");
await run(workflow, 500);
const spent = await spend(() => run(workflow, Number(times)));
console.log(JSON.stringify({ ...spent, peakMb: process.resourceUsage().maxRSS / 1024 }));
