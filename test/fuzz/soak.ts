import { parseArgs } from "node:util";
import fc from "fast-check";
import type { Part } from "../faults/part.ts";
import { parts as faults } from "../faults/parts.ts";
import { projectFiles, read } from "../repo/files.ts";
import { mutations, noise, type Property, printsAndReadsBack, soup } from "./properties.ts";

/**
 * `npm run soak -- [--only syntax,kill] [--seed 1] [--share 0.1]`: every part at its full figures, unless a share of them is
 * enough. A failure prints the seed and the smallest case that fails, and the process ends with 1.
 */
const batch = 10_000;

/** A million random trees, tokens and texts. */
const syntax: Part = {
  name: "syntax",
  title: "whatever a text is, it is read without trouble, and what is printed reads back as the same",
  async run({ seed: first, share }) {
    const cases = Math.round(1_000_000 * share);
    const programs = [...projectFiles("examples", ".tantra"), ...projectFiles("test/conformance", ".tantra")].map(read);
    let done = 0;
    const start = performance.now();
    function run<T>(property: Property<T>, of: number, seed: number): void {
      const count = Math.max(1, Math.round(of));
      const result = fc.check(fc.property(property.cases, property.holds), { numRuns: count, seed });
      done += count;
      if (!result.failed) return;
      const why = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
      throw new Error(`${property.name}\nseed ${seed}, path ${result.counterexamplePath}\nsmallest case: ${JSON.stringify(result.counterexample)}\n${why}`);
    }
    for (let seed = first; done < cases; seed++) {
      const left = Math.min(batch, cases - done);
      run(printsAndReadsBack, left * 0.4, seed);
      run(soup, left * 0.2, seed);
      run(noise, left * 0.1, seed);
      run(mutations(programs), left * 0.3, seed);
    }
    return `${done} cases, ${Math.round(done / ((performance.now() - start) / 1000))} a second`;
  },
};

const parts = [syntax, ...faults];
const { values } = parseArgs({ options: { only: { type: "string" }, seed: { type: "string" }, share: { type: "string", default: "1" } } });
const only = values.only?.split(",");
const unknown = only?.filter((name) => !parts.some((part) => part.name === name)) ?? [];
const [seed, share] = [Number(values.seed ?? Math.floor(performance.timeOrigin % 0x7fffffff)), Number(values.share)];
if (unknown.length > 0 || !Number.isInteger(seed) || !(share > 0 && share <= 1)) {
  console.error(`npm run soak -- [--only ${parts.map(({ name }) => name).join(",")}] [--seed 1] [--share 0.1]`);
  process.exit(2);
}

let failed = 0;
for (const { name, title, run } of parts) {
  if (only !== undefined && !only.includes(name)) continue;
  console.log(`${name}, seed ${seed}: ${title}`);
  const start = performance.now();
  try {
    const done = await run({ seed, share });
    console.log(`  holds after ${Math.round((performance.now() - start) / 1000)} s: ${done}`);
  } catch (error) {
    failed++;
    console.error(`  FAILED: npm run soak -- --only ${name} --seed ${seed}${share === 1 ? "" : ` --share ${share}`}`);
    console.error(error instanceof Error ? error.message : error);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
