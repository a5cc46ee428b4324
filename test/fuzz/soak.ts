import fc from "fast-check";
import { projectFiles, read } from "../repo/files.ts";
import { mutations, noise, type Property, printsAndReadsBack, soup } from "./properties.ts";

/**
 * `node test/fuzz/soak.ts [CASES] [SEED]`: as many cases of every property as the machine is given time for, a million unless
 * said otherwise. A failure prints the seed and the smallest case that fails, and the process ends with 1.
 */
const cases = Number(process.argv[2] ?? 1_000_000);
const first = Number(process.argv[3] ?? Math.floor(performance.timeOrigin % 0x7fffffff));
const batch = 10_000;

const programs = [...projectFiles("examples", ".tantra"), ...projectFiles("test/conformance", ".tantra")].map(read);

let done = 0;
const start = performance.now();

function run<T>(property: Property<T>, count: number, seed: number): void {
  const result = fc.check(fc.property(property.cases, property.holds), { numRuns: count, seed });
  done += count;
  if (!result.failed) return;
  console.error(`\nFailed: ${property.name}\nseed ${seed}, path ${result.counterexamplePath}, after ${done} cases`);
  console.error(`smallest case: ${JSON.stringify(result.counterexample)}`);
  console.error(result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance));
  process.exit(1);
}

const shares: readonly (readonly [(count: number, seed: number) => void, number])[] = [
  [(count, seed) => run(printsAndReadsBack, count, seed), 0.4],
  [(count, seed) => run(soup, count, seed), 0.2],
  [(count, seed) => run(noise, count, seed), 0.1],
  [(count, seed) => run(mutations(programs), count, seed), 0.3],
];

console.log(`${cases} cases, seed ${first}`);
for (let seed = first; done < cases; seed++) {
  const left = Math.min(batch, cases - done);
  for (const [property, share] of shares) property(Math.max(1, Math.round(left * share)), seed);
  const seconds = (performance.now() - start) / 1000;
  console.log(`${done} of ${cases} in ${seconds.toFixed(0)} s, ${Math.round(done / seconds)} a second`);
}
console.log("All hold.");
