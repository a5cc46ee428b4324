import { describe, expect, it } from "vitest";
import { Steps } from "../../src/compiler/steps.ts";

describe("the path of a step", () => {
  it("is named by its callee or keyword, and numbered from the second of a name on", () => {
    const steps = new Steps("research");
    expect([steps.path("planner"), steps.path("planner"), steps.path("ask"), steps.path("planner")]).toEqual([
      "research/planner",
      "research/planner#2",
      "research/ask",
      "research/planner#3",
    ]);
  });

  it("is named by the let for the first step of its value only", () => {
    const steps = new Steps("research");
    const paths = steps.under("draft", () => [steps.path("writer"), steps.path("critic")]);
    expect([...paths, steps.path("writer")]).toEqual(["research/draft", "research/critic", "research/writer"]);
  });

  it("counts a let and a callee of one name together", () => {
    const steps = new Steps("research");
    expect([steps.under("writer", () => steps.path("critic")), steps.path("writer")]).toEqual(["research/writer", "research/writer#2"]);
  });

  it("is not named by a let that binds nothing", () => {
    const steps = new Steps("research");
    expect(steps.under("_", () => steps.path("writer"))).toBe("research/writer");
  });

  it("keeps the outer let's name for the outer value when another let stands in a block of it", () => {
    const steps = new Steps("research");
    const paths = steps.under("outer", () => [steps.under("inner", () => steps.path("writer")), steps.path("critic")]);
    expect(paths).toEqual(["research/inner", "research/outer"]);
  });

  it("is not named by a let whose value had no step", () => {
    const steps = new Steps("research");
    steps.under("text", () => undefined);
    expect(steps.path("writer")).toBe("research/writer");
  });
});
