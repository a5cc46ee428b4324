import { expect, test } from "vitest";
import { suggest } from "../../src/diagnostics/suggest.ts";

const names = ["writer", "editor", "researcher", "max_turns", "agent"];

test.each([
  ["wrtier", "writer"],
  ["write", "writer"],
  ["editer", "editor"],
  ["reseacher", "researcher"],
  ["resaercher", "researcher"],
  ["maxTurns", "max_turns"],
  ["max-turns", "max_turns"],
  ["Agent", "agent"],
  ["agnet", "agent"],
])("%s was meant to be %s", (typed, meant) => {
  expect(suggest(typed, names)).toBe(meant);
});

test.each(["cat", "w", "xx", "supervisor", ""])("%s is near nothing", (typed) => {
  expect(suggest(typed, names)).toBeUndefined();
});

test("the nearest wins over the first that is near", () => {
  expect(suggest("colour", ["colours_of", "colors", "color", "colour2"])).toBe("color");
  expect(suggest("planer", ["planet", "planner"])).toBe("planet");
});

test("a name is never suggested for itself", () => {
  expect(suggest("writer", ["writer"])).toBeUndefined();
  expect(suggest("writer", ["writer", "writers"])).toBe("writers");
});

test("a very long name costs no more than its length asks", () => {
  expect(suggest("a".repeat(20_000), ["b".repeat(20_000), "c"])).toBeUndefined();
});
