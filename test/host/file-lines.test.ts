import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileLines } from "../../src/host/file-lines.ts";
import { linesOf } from "../../src/journal/lines.ts";
import { folder } from "./folder.ts";

/** Short lines and long ones, letters of one to four bytes, and a piece's end in the middle of each sort. */
const texts = Array.from({ length: 3000 }, (_, index) => `${index} ${"aé€😀".repeat(index % 97)}${index % 1000 === 999 ? "x".repeat(150_000) : ""}\n`);

describe.each([
  ["whose last line is whole", texts.join("")],
  ["whose last line has no end", `${texts.join("")}torn of`],
  ["that is empty", ""],
])("a file %s", (_name, text) => {
  function written(): ReturnType<typeof fileLines> {
    const path = join(folder({}), "lines.jsonl");
    writeFileSync(path, text);
    return fileLines(path, "lines.jsonl");
  }

  test("gives its lines, each time", () => {
    const lines = written();
    const expected = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    expect([...lines]).toEqual(expected);
    expect([...lines]).toEqual(expected);
    expect([...linesOf(text)]).toEqual(expected);
  });

  test("gives each of them again, in any order", () => {
    for (const lines of [written(), linesOf(text)]) {
      const all = [...lines];
      const numbers = all.map((_, index) => index + 1);
      const shuffled = [...numbers, ...numbers.toReversed(), ...numbers.filter((n) => n % 7 === 0)];
      expect(shuffled.filter((n) => lines.again(n) !== all[n - 1])).toEqual([]);
    }
  });
});

test("a file that is gone, and a line that is gone, are told", () => {
  const path = join(folder({}), "lines.jsonl");
  writeFileSync(path, texts.join(""));
  const lines = fileLines(path, "lines.jsonl");
  const all = [...lines];
  truncateSync(path, 10);
  expect(lines.again(all.length)).toBe("");
  rmSync(path);
  expect(() => lines.again(1)).toThrow(expect.objectContaining({ code: "T653", message: "lines.jsonl cannot be read: there is no such file." }));
});
