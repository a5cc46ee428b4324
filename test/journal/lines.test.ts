import { expect, test } from "vitest";
import { lineOf, readLines } from "../../src/journal/lines.ts";
import { hash } from "../conformance/run-program.ts";

const one = lineOf(1, { said: "one" }, hash);
const two = lineOf(2, { said: "twö" }, hash);

test("a file that was cut off anywhere in its last line is read up to there", () => {
  for (let cut = 0; cut < two.length; cut++) {
    expect(readLines(one + two.slice(0, cut), "run.jsonl", hash), `cut at ${cut}`).toMatchObject({
      lines: [{ n: 1, said: "one" }],
      end: one.length,
      torn: cut,
    });
  }
});
