import { parseArgs } from "node:util";
import { type Report, table } from "./support/report.ts";

/** Each part is loaded only when it is asked for, so that none weighs on another's memory. */
const parts: Readonly<Record<string, (rounds: number) => Promise<Report>>> = {
  parse: async (rounds) => (await import("./parts/parse.ts")).parsing(rounds),
  calls: async (rounds) => (await import("./parts/calls.ts")).calls(rounds),
  "fan-out": async (rounds) => (await import("./parts/fan-out.ts")).fanOut(rounds),
  providers: async (rounds) => (await import("./parts/providers.ts")).providers(rounds),
  interpreter: async (rounds) => (await import("./parts/interpreter.ts")).interpreter(rounds),
  embed: async (rounds) => (await import("./parts/embed.ts")).embed(rounds),
  journal: async (rounds) => (await import("./parts/journal.ts")).journal(rounds),
  start: async (rounds) => (await import("./parts/start.ts")).start(rounds),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" }, json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (values.help || unknown.length > 0) {
  console.log(`node bench/main.ts [${Object.keys(parts).join("] [")}] [--rounds 5] [--json]

Ratios measured in one run: the median of so many interleaved rounds. "must" and "aim" are marks, not tests: nothing fails.
Processor time, where a process is not measured whole, is that of the process that calls; the server is another one.`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const reports: Report[] = [];
for (const [name, part] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const report = await part(Number(values.rounds));
  reports.push(report);
  if (!values.json) console.log(table(report));
}
if (values.json) console.log(JSON.stringify({ node: process.version, rounds: Number(values.rounds), reports }, undefined, 2));
