import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { liveProgress } from "../../../src/cli/progress/live.ts";
import { unpainted } from "../../../src/diagnostics/paint.ts";
import { step, story } from "../../report/story.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What stands on a screen so wide after these bytes, as far as the tree uses them: up, clear line, newline. */
function screen(bytes: string, columns: number): string[] {
  const rows: string[] = [""];
  let row = 0;
  for (const [, up, clear, other] of bytes.matchAll(/\x1b\[(\d+)A|(\x1b\[2K)|\x1b\[\?[0-9]+[hl]|\r|([^\x1b\r])/gs)) {
    if (up !== undefined) row = Math.max(0, row - Number(up));
    else if (clear !== undefined) rows[row] = "";
    else if (other === "\n") rows[++row] ??= "";
    else if (other !== undefined) {
      if ((rows[row] ?? "").length >= columns) rows[++row] ??= "";
      rows[row] = (rows[row] ?? "") + other;
    }
  }
  while (rows.at(-1) === "") rows.pop();
  return rows;
}

function played(columns: number) {
  let bytes = "";
  const write = (text: string): void => {
    bytes += text;
  };
  const progress = liveProgress({ write, columns: () => columns, rows: () => 24, now: () => 1_000_500, paint: unpainted });
  const seen = () => screen(bytes, columns).map((line) => line.replace(/ {2,}/g, " | "));
  const events = story(
    [0, "main", { type: "run.started", main: "main.tantra#main", input: {}, seed: "s" }],
    [0, "main/a", step("block")],
    [0, "main/b", step("block")],
  );
  for (const event of events) progress.sink(event);
  return { progress, seen, bytes: () => bytes };
}

it.each([40, 60, 100, 200])("the live tree is redrawn in its place, and gone at the end, on %i columns", (columns) => {
  const { progress, seen, bytes } = played(columns);
  vi.advanceTimersByTime(80);
  const first = seen();
  expect(first).toHaveLength(3);
  vi.advanceTimersByTime(800);
  expect(seen()).toHaveLength(3);
  expect(seen()[0]?.slice(1)).toBe(first[0]?.slice(1));
  progress.end();
  expect(seen()).toEqual([]);
  expect(bytes().endsWith("\x1b[?25h")).toBe(true);
  vi.advanceTimersByTime(800);
  expect(seen()).toEqual([]);
});

it("what is said stays above the tree, and what comes after the run stands apart from it", () => {
  const { progress, seen } = played(60);
  vi.advanceTimersByTime(80);
  progress.say("a tool prints");
  vi.advanceTimersByTime(400);
  progress.say("and again");
  expect(seen().slice(0, 2)).toEqual(["a tool prints", "and again"]);
  expect(seen()).toHaveLength(5);
  progress.end();
  expect(seen()).toEqual(["a tool prints", "and again"]);
  expect(progress.lasting).toBe(false);
});

it("stands still while somebody is asked, and what was said meanwhile comes after the answer", () => {
  const { progress, seen, bytes } = played(60);
  vi.advanceTimersByTime(80);
  const goOn = progress.hold();
  expect(seen()).toEqual([]);
  const before = bytes();
  progress.say("a tool prints");
  vi.advanceTimersByTime(800);
  expect(bytes()).toBe(before);
  goOn();
  expect(seen()[0]).toBe("a tool prints");
  expect(seen()).toHaveLength(4);
  progress.hold();
  progress.say("the last word");
  progress.end();
  expect(seen()).toContain("the last word");
});
