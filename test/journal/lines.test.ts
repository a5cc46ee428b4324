import { expect, test } from "vitest";
import { lineOf, linesOf, readLines } from "../../src/journal/lines.ts";
import { hash } from "../conformance/run-program.ts";

const one = lineOf(1, { said: "one" }, hash);
const two = lineOf(2, { said: "twö" }, hash);

test("a file that was cut off anywhere in its last line is read up to there", () => {
  for (let cut = 0; cut < two.length; cut++) {
    const lines: unknown[] = [];
    const read = readLines(linesOf(one + two.slice(0, cut)), "run.jsonl", hash, (n, members) => lines.push(`${n} ${members}`));
    expect(read, `cut at ${cut}`).toEqual({ n: 1, end: one.length, torn: cut });
    expect(lines).toEqual(['1 "said":"one"']);
  }
});
