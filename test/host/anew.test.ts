import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { anewFrom } from "../../src/host/anew.ts";
import { keptEvent } from "../../src/journal/kept-event.ts";

const paths = [
  "main",
  "main/drafts",
  "main/drafts[0]",
  "main/drafts[0]/writer",
  "main/drafts[0]/writer/turn[0]",
  "main/drafts[0]/writer/turn[0]/call[0]/checker",
  "main/drafts[0]/writer/turn[0]/call[0]/checker/turn[0]",
  "main/drafts[1]",
  "main/drafts[1]/writer",
  "main/drafts[1]/writer/turn[0]",
  "main/drafts[10]/writer",
  "main/drafts_too",
  "main/verdict",
];
const agents = new Set(["main/drafts[0]/writer", "main/drafts[0]/writer/turn[0]/call[0]/checker", "main/drafts[1]/writer", "main/drafts[10]/writer"]);
const events = paths.map((path, index) => keptEvent({ path, type: agents.has(path) ? "agent.started" : "step.started" } as RunEvent, index + 2));
const run = { head: { run: "R", at: 0, file: "", sources: [], main: "", input: {}, seed: "" }, events };

describe("what is done again from a step", () => {
  test.each([
    ["main/verdict", ["main/verdict"]],
    ["main/drafts[1]", ["main/drafts[1]", "main/drafts[1]/writer", "main/drafts[1]/writer/turn[0]"]],
    ["main/drafts", paths.filter((path) => path.startsWith("main/drafts") && path !== "main/drafts_too")],
    ["main/drafts[]/writer", paths.filter((path) => path.includes("/writer"))],
    ["main/drafts[]", paths.filter((path) => path.startsWith("main/drafts["))],
    ["main/drafts[0]/writer/turn[0]/call[0]/checker", paths.filter((path) => path.includes("/checker"))],
    ["main/drafts[]/writer/checker", paths.filter((path) => path.includes("/checker"))],
    ["main", paths],
  ])("%s", (step, below) => {
    expect(paths.filter(anewFrom(step, run).isBelow)).toEqual(below);
  });

  test("what lies around it is known", () => {
    const { isAbove } = anewFrom("main/drafts[0]/writer/turn[0]", run);
    expect(paths.filter(isAbove)).toEqual(["main", "main/drafts", "main/drafts[0]", "main/drafts[0]/writer"]);
  });

  test.each([
    ["main/verdit", "Did you mean main/verdict?"],
    ["verdict", "Did you mean main/verdict?"],
    ["wrtier", "Did you mean main/drafts[0]/writer?"],
    ["main/draft[0]/writer", "Did you mean main/drafts[0]/writer?"],
    ["somewhere/else", "`tantra runs show R` lists its steps."],
    ["main/drafts.0.", "Did you mean main/drafts[0]?"],
  ])("%s is no step: %s", (step, hint) => {
    expect(() => anewFrom(step, run)).toThrow(expect.objectContaining({ code: "T653", message: `The run R had no step ${step}.`, hint }));
  });
});
