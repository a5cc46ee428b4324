import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { createDeadlines } from "../../src/agent/deadlines.ts";
import { createScope, durationText, standStill } from "../../src/agent/scope.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import { manualClock } from "../support/clock.ts";

test("a timeout is final: its reason is a RunError of class timeout that names what ran out of time", async () => {
  const clock = manualClock();
  const scope = createScope(new AbortController().signal, {
    timeoutMs: 1500,
    deadlines: createDeadlines(clock),
    what: 'The agent "writer"',
    path: "wf/writer",
  });
  await clock.advance(1499);
  expect(scope.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(scope.signal.reason).toMatchObject({ class: "timeout", message: 'The agent "writer" did not finish within its 1.5s.', path: "wf/writer" });
});

test("it aborts with its parent's reason, also when that aborted before", () => {
  const deadlines = createDeadlines(manualClock());
  const parent = new AbortController();
  const before = createScope(parent.signal, { deadlines });
  const reason = new RunError("cancelled", "Enough.");
  parent.abort(reason);
  expect(before.signal.reason).toBe(reason);
  expect(createScope(parent.signal, { deadlines }).signal.reason).toBe(reason);
});

test("the first reason stays", () => {
  const scope = createScope(new AbortController().signal, { deadlines: createDeadlines(manualClock()) });
  const [first, second] = [new RunError("failed", "First."), new RunError("cancelled", "Second.")];
  scope.cancel(first);
  scope.cancel(second);
  expect(scope.signal.reason).toBe(first);
});

test("ten thousand scopes at once put one listener on their parent and leave nothing", () => {
  const clock = manualClock();
  const deadlines = createDeadlines(clock);
  const parent = new AbortController();
  const scopes = Array.from({ length: 10_000 }, () => createScope(parent.signal, { deadlines, timeoutMs: 1000 }));
  expect(getEventListeners(parent.signal, "abort")).toHaveLength(1);
  expect(clock.sleepers).toBe(1);
  for (const scope of scopes) scope.dispose();
  parent.abort(new Error("over"));
  expect(scopes.some(({ signal }) => signal.aborted)).toBe(false);
});

test("deadlines share one timer, which is set for the earliest and is gone when they are closed", async () => {
  const clock = manualClock();
  const deadlines = createDeadlines(clock);
  const expired: string[] = [];
  deadlines.add(5000, () => expired.push("five"));
  const moved = deadlines.add(1000, () => expired.push("moved"));
  deadlines.add(2000, () => expired.push("two"));
  deadlines.add(1500, () => expired.push("never")).cancel();
  moved.at += 2000;
  expect(clock.sleepers).toBe(1);
  await clock.advance(2999);
  expect(expired).toEqual(["two"]);
  await clock.advance(3000);
  expect(expired).toEqual(["two", "moved", "five"]);
  deadlines.add(1000, () => expired.push("closed"));
  deadlines.close();
  await clock.advance(2000);
  expect(clock.sleepers).toBe(0);
  expect(expired).toEqual(["two", "moved", "five"]);
});

test.each([
  [250, "250ms"],
  [1500, "1.5s"],
  [120_000, "2m"],
  [90_000, "90s"],
  [3_600_000, "1h"],
])("%d ms reads as %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

describe("while a person is waited for", () => {
  const waiting = (clock = manualClock()) => {
    const deadlines = createDeadlines(clock);
    const outer = createScope(new AbortController().signal, { deadlines, timeoutMs: 1000, what: "The outer" });
    const middle = createScope(outer.signal, { deadlines });
    const inner = createScope(middle.signal, { deadlines, timeoutMs: 500, what: "The inner" });
    const beside = createScope(outer.signal, { deadlines, timeoutMs: 600, what: "The one beside" });
    return { clock, outer, inner, beside };
  };

  test("time stands still for a scope and all around it, and goes on for what was left", async () => {
    const { clock, outer, inner, beside } = waiting();
    await clock.advance(400);
    const goOn = standStill(inner.signal);
    await clock.advance(10_000);
    expect([outer.signal.aborted, inner.signal.aborted, beside.signal.aborted]).toEqual([false, false, true]);
    goOn();
    await clock.advance(99);
    expect(inner.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(inner.signal.aborted).toBe(true);
    await clock.advance(499);
    expect(outer.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(outer.signal.aborted).toBe(true);
  });

  test("several that are waited for at once hold it as long as one of them is", async () => {
    const { clock, outer, inner } = waiting();
    const [first, second] = [standStill(inner.signal), standStill(outer.signal)];
    first();
    await clock.advance(5000);
    expect([outer.signal.aborted, inner.signal.aborted]).toEqual([false, true]);
    second();
    await clock.advance(1000);
    expect(outer.signal.aborted).toBe(true);
  });

  test("a scope that is over takes no time up again", async () => {
    const { clock, inner } = waiting();
    const goOn = standStill(inner.signal);
    inner.dispose();
    goOn();
    await clock.advance(5000);
    expect(inner.signal.reason).not.toMatchObject({ message: expect.stringContaining("The inner") });
  });
});
