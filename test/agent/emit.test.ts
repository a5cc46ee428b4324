import { expect, test } from "vitest";
import { createEmit } from "../../src/agent/emit.ts";
import type { RunEvent } from "../../src/agent/events.ts";
import { createRedactor } from "../../src/agent/redact.ts";
import { manualClock } from "../support/clock.ts";

test("events are numbered from 1, stamped, and told to every sink, though one of them throws", () => {
  const events: RunEvent[] = [];
  const emit = createEmit({
    runId: "r",
    clock: manualClock(7),
    redactor: createRedactor([]),
    sinks: [
      () => {
        throw new Error("broken sink");
      },
      (event) => events.push(event),
    ],
  });
  emit("a", { type: "warning", message: "one" });
  emit("b", { type: "warning", message: "two" });
  expect(events).toEqual([
    { seq: 1, at: 7, runId: "r", path: "a", type: "warning", message: "one" },
    { seq: 2, at: 7, runId: "r", path: "b", type: "warning", message: "two" },
  ]);
});

test("a secret is blotted out wherever it stands in an event, and what was given is left as it is", () => {
  const events: RunEvent[] = [];
  const emit = createEmit({ runId: "r", clock: manualClock(), sinks: [(event) => events.push(event)], redactor: createRedactor(["sk-secret-123", "short"]) });
  const args = { deep: [{ text: "Bearer sk-secret-123!", "sk-secret-123": 1, fine: "short" }] };
  emit("a", { type: "tool.called", tool: "t", arguments: args, attempt: 1 });
  expect(events[0]).toMatchObject({ arguments: { deep: [{ text: "Bearer [secret]!", "[secret]": 1, fine: "short" }] } });
  expect(args.deep[0]?.text).toBe("Bearer sk-secret-123!");
});

test("secrets are found in the forms that they take in JSON and in a URL, and the longer of two first", () => {
  const { text } = createRedactor(['pass"word\n1', "a/b c/d e", "long-secret", "long-secret-er"]);
  expect(text(JSON.stringify({ key: 'pass"word\n1' }))).toBe('{"key":"[secret]"}');
  expect(text(`https://host/?k=${encodeURIComponent("a/b c/d e")}`)).toBe("https://host/?k=[secret]");
  expect(text("long-secret-er long-secret")).toBe("[secret] [secret]");
  expect(text(JSON.stringify({ result: JSON.stringify({ deep: JSON.stringify('pass"word\n1') }) }))).not.toContain("word");
});

test("secrets are found in base64, whatever stands before and behind them", () => {
  const secret = "user:pässword?>~1";
  const { text } = createRedactor([secret]);
  for (const before of ["", "a", "ab", "abc"]) {
    for (const behind of ["", "x", "yz"]) {
      for (const form of ["base64", "base64url"] as const) {
        const encoded = Buffer.from(before + secret + behind).toString(form);
        expect(text(encoded), encoded).toMatch(/^\w{0,4}\[secret\][\w=+/-]{0,6}$/);
      }
    }
  }
});

test("what holds no secret is passed on as the same object", () => {
  const { value } = createRedactor(["sk-secret-123"]);
  const clean = { messages: [{ role: "user", content: "Hello, how are you?" }] };
  const mixed = { clean, dirty: "sk-secret-123" };
  expect(value(clean)).toBe(clean);
  expect(value(mixed).clean).toBe(clean);
});
