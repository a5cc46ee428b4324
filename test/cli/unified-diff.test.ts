import { array, boolean, constantFrom, property, assert as propertyHolds } from "fast-check";
import { expect, test } from "vitest";
import { unifiedDiff } from "../../src/cli/vendor/unified-diff.ts";

/** What `patch` makes of a text, knowing no more than the diff. */
function patched(old: string, diff: readonly string[]): string {
  const lines = old.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  for (const line of diff) {
    const head = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(line);
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === "0" ? 0 : 1);
      while (at < start) out.push(lines[at++] ?? "");
    } else if (line.startsWith("\\")) out.push(out.pop()?.replace(/\n$/, "") ?? "");
    else if (line.startsWith("+")) out.push(`${line.slice(1)}\n`);
    else {
      expect(lines[at]?.replace(/\n$/, "")).toBe(line.slice(1));
      if (line.startsWith(" ")) out.push(lines[at] ?? "");
      at++;
    }
  }
  return [...out, ...lines.slice(at)].join("");
}

test("shows a change between the lines around it", () => {
  const old = "a\nb\nc\nd\ne\nf\ng\nh\n";
  expect(unifiedDiff(old, old.replace("e\n", "E\nE2\n"))).toEqual(["@@ -2,7 +2,8 @@", " b", " c", " d", "-e", "+E", "+E2", " f", " g", " h"]);
});

test("starts again where changes are far apart, and says where", () => {
  const old = Array.from({ length: 20 }, (_, index) => `${index}\n`).join("");
  expect(unifiedDiff(old, old.replace("1\n", "x\n").replace("18\n", "")).filter((line) => line.startsWith("@@"))).toEqual([
    "@@ -1,5 +1,5 @@",
    "@@ -16,5 +16,4 @@",
  ]);
});

test("of equal texts says nothing", () => {
  expect(unifiedDiff("a\n", "a\n")).toEqual([]);
});

test("says enough to make the one text of the other", () => {
  const text = array(constantFrom("a", "b", "c", ""), { maxLength: 24 });
  propertyHolds(
    property(text, text, boolean(), (before, after, newline) => {
      const [old, next] = [before, after].map((lines) => lines.map((line) => `${line}\n`).join(""));
      const ended = newline ? (next ?? "") : (next ?? "").replace(/\n$/, "");
      expect(patched(old ?? "", unifiedDiff(old ?? "", ended))).toBe(ended);
    }),
  );
});
