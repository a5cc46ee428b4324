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

test("a line break that was damaged before a whole line is no end of the file, whatever else of the line is damaged", () => {
  const three = lineOf(3, { said: { n: 3 } }, hash);
  for (const broken of [" ", "*", "\u000b", "J"]) {
    for (const second of [two.slice(0, -1), two.slice(1, -1), two.slice(0, -4), "", '{"n":2,']) {
      const text = one + second + broken + three;
      expect(() => readLines(linesOf(text), "run.jsonl", hash, () => undefined), text).toThrow(
        expect.objectContaining({ code: "T651", place: "run.jsonl:2:1" }),
      );
    }
  }
});
