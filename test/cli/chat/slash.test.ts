import { expect, test } from "vitest";
import { type Place, runSlash } from "../../../src/cli/chat/slash.ts";

/** What `/help` says in so many columns. */
async function help(width: number): Promise<string[]> {
  const said: string[] = [];
  await runSlash("/help", { width, say: (text) => said.push(text) } as Partial<Place> as Place);
  return (said[0] ?? "").split("\n");
}

test("/help is a table where there is room for it, and breaks between words where there is none", async () => {
  const [wide, narrow] = [await help(100), await help(32)];
  expect(wide).toContain("/undo           take back what was said last, and the answer to it");
  expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(32);
  expect(narrow.slice(narrow.indexOf("/undo"), narrow.indexOf("/cost"))).toEqual(["/undo", "  take back what was said last,", "  and the answer to it"]);
});
