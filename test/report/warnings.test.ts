import { expect, it } from "vitest";
import { textWidth } from "../../src/diagnostics/text-width.ts";
import { collectWarnings, renderWarnings } from "../../src/report/warnings.ts";
import { story } from "./story.ts";

const error = { code: "T606", class: "server_error", message: "Down.", path: "main/a[1]/w/turn[0]", place: "m.tantra:3:1" } as const;
const fallback = { type: "fallback.entered", agent: "w", from: "m.tantra#large", to: "m.tantra#small", class: "overloaded", message: "Busy." } as const;
const events = story(
  [0, "main/a[0]/w/turn[0]", fallback],
  [1, "main/a[1]/w", { type: "step.failed", kind: "agent_call", durationMs: 1, error, tolerated: true }],
  [1, "main/a[1]", { type: "step.failed", kind: "iteration", durationMs: 1, error, tolerated: true }],
  [2, "main/a[2]/w/turn[0]", fallback],
  [3, "main/a[2]/w/turn[0]", { type: "check.failed", agent: "w", check: "plausible", place: "m.tantra:4:1" }],
  [4, "", { type: "warning", message: "Odd.", hint: "Look." }],
  [5, "main", { type: "step.failed", kind: "block", durationMs: 1, error: { ...error, message: "The end." } }],
);

function warned() {
  const { sink, warnings } = collectWarnings();
  for (const event of events) sink(event);
  return warnings;
}

it("a run warns of failures that were tolerated, of fallbacks and of checks, each once; what ends the run is no warning", () => {
  expect(warned()).toEqual([
    { message: 'The model "large" failed (overloaded), and "small" was asked in its place.', path: "main/a[0]/w/turn[0]" },
    { message: "A failure was tolerated: Down.", code: "T606", place: "m.tantra:3:1", path: "main/a[1]/w/turn[0]" },
    { message: 'The check "plausible" of w does not hold.', place: "m.tantra:4:1", path: "main/a[2]/w/turn[0]" },
    { message: "Odd.", hint: "Look." },
  ]);
});

it("a person reads where and what, control characters made visible, and how many more there are", () => {
  expect(renderWarnings(warned(), "see there", { width: 60 }).split("\n")).toEqual([
    'warning in main/a[0]/w/turn[0]: The model "large" failed',
    '  (overloaded), and "small" was asked in its place.',
    "warning in main/a[1]/w/turn[0]: A failure was tolerated:",
    "  Down.",
    'warning in main/a[2]/w/turn[0]: The check "plausible" of w',
    "  does not hold.",
    "warning: Odd. Look.",
  ]);
  const many = Array.from({ length: 8 }, (_, index) => ({ message: `Number ${index}\u001b[2J`, place: "m.tantra:1:1" }));
  const lines = renderWarnings(many, "see there", { width: 80 }).split("\n");
  expect(lines[4]).toBe("warning m.tantra:1:1: Number 4␛[2J");
  expect(lines.slice(5)).toEqual(["… and 3 more: see there"]);
});

it.each([40, 60, 100, 200])("warnings fit %i columns", (width) => {
  expect(
    renderWarnings(warned(), "see there", { width })
      .split("\n")
      .filter((line) => textWidth(line) > width),
  ).toEqual([]);
});
