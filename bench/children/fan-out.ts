import { spend } from "../support/measure.ts";

/** `node fan-out.ts CONTENDER COUNT URL`: so many calls at once, in a process of its own so that its memory is its own. Prints JSON. */
const [, , contender = "", count = "0", url = ""] = process.argv;

async function worker(): Promise<(times: number) => Promise<unknown>> {
  if (contender === "tantra") {
    const run = await (await import("../support/tantra.ts")).tantra("calls.tantra", url);
    return (times) => run("fan_out", times);
  }
  const { onOpenAI, onUndici } = await import("../support/contenders.ts");
  const by = contender === "undici" ? onUndici(url) : onOpenAI(url);
  return (times) => Promise.all(Array.from({ length: times }, () => by.call("Why does the sea have tides?")));
}

const work = await worker();
// So that what is measured is calls, not the loading of modules.
await work(100);
const spent = await spend(() => work(Number(count)));
console.log(JSON.stringify({ ...spent, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
