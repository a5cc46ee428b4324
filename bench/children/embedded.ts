import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Agent, load, simulator, systemClock } from "../../src/index.ts";
import { spend } from "../support/measure.ts";

/** `node embedded.ts program|agent TIMES`: runs through the public door that nobody listens to. Prints JSON. */
const [, , what = "program", times = "0"] = process.argv;
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const file = new URL("../programs/simulated.tantra", import.meta.url).pathname;
const program = await load(file);
const agent = new Agent({ name: "echo", model: "x", provider: simulator({}, { clock: systemClock }) });
const once = what === "agent" ? async () => void (await agent.reset().run("Say it.")) : async () => void (await program.run("steps", { times: 1 }));

async function repeat(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await once();
}
await repeat(500);
collectGarbage();
const before = process.memoryUsage().heapUsed;
const spent = await spend(() => repeat(Number(times)));
collectGarbage();
const grownMb = (process.memoryUsage().heapUsed - before) / 1e6;
const warm: number[] = [];
for (let i = 0; i < 20; i++) warm.push((await spend(() => load(new URL("../../examples/research.tantra", import.meta.url).pathname))).wallMs);
console.log(
  JSON.stringify({
    ...spent,
    grownMb,
    handles: process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|File)/.test(name)).length,
    loadMs: warm.sort((a, b) => a - b)[10],
  }),
);
