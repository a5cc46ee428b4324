import fc from "fast-check";
import { expect, test } from "vitest";
import { projectFiles, read } from "../repo/files.ts";
import { mutations, noise, type Property, printsAndReadsBack, soup } from "./properties.ts";

/** `FUZZ_CASES` and `FUZZ_SEED` change how many cases are tried and which; the seed is printed with a failure. */
const cases = Number(process.env["FUZZ_CASES"] ?? 2000);
const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(performance.timeOrigin % 0x7fffffff));

const programs = [...projectFiles("examples", ".tantra"), ...projectFiles("test/conformance", ".tantra")].map(read);

function check<T>({ name, cases: arbitrary, holds }: Property<T>, share: number): void {
  test(`${name} (seed ${seed})`, () => {
    fc.assert(fc.property(arbitrary, holds), { numRuns: Math.ceil(cases * share), seed });
  });
}

check(printsAndReadsBack, 0.4);
check(soup, 0.2);
check(noise, 0.1);
check(mutations(programs), 0.3);

test("there are programs to change", () => {
  expect(programs.length).toBeGreaterThan(20);
});
