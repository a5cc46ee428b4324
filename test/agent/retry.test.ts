import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, decideRetry, defaultRetry, jitterUnit, nearestPolicy, type RetryPolicy, type RetrySituation } from "../../src/agent/retry.ts";

const plain: RetryPolicy = { ...defaultRetry, jitter: "none" };

test("the defaults wait 0.5 s, doubled each time, never over 20 s", () => {
  expect([2, 3, 4, 5, 6, 7, 8, 20].map((n) => backoffMs(plain, n, 0))).toEqual([500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);
});

test.each([
  ["none", 0, 1000],
  ["none", 0.9, 1000],
  ["equal", 0, 500],
  ["equal", 0.5, 750],
  ["full", 0, 0],
  ["full", 0.5, 500],
] as const)("jitter %s at %d turns a wait of a second into %d ms", (jitter, unit, expected) => {
  expect(backoffMs({ ...defaultRetry, jitter }, 3, unit)).toBe(expected);
});

function decide(situation: Partial<RetrySituation>): ReturnType<typeof decideRetry> {
  return decideRetry({ policy: plain, failure: { class: "server_error" }, attempt: 1, elapsedMs: 0, waitedMs: 0, unit: 0, ...situation });
}

test.each(["rate_limit", "overloaded", "timeout", "connection", "server_error"] as const)("%s is tried again unless a policy says otherwise", (errorClass) => {
  expect(decide({ failure: { class: errorClass } })).toEqual({ delayMs: 500, because: "policy" });
});

test.each(["quota", "auth", "not_found", "invalid_request", "context_length", "content_filter", "invalid_output", "budget", "cancelled", "internal"] as const)(
  "%s is not tried again",
  (errorClass) => {
    expect(decide({ failure: { class: errorClass } })).toBeUndefined();
  },
);

test("attempts counts every try, the first included", () => {
  expect(decide({ attempt: 3 })).toBeDefined();
  expect(decide({ attempt: 4 })).toBeUndefined();
  expect(
    decideRetry({ policy: nearestPolicy("none"), failure: { class: "rate_limit", shouldRetry: true }, attempt: 1, elapsedMs: 0, waitedMs: 0, unit: 0 }),
  ).toBeUndefined();
});

test("the policy that is written nearest holds", () => {
  const far = { ...defaultRetry, attempts: 9 };
  expect(nearestPolicy(undefined, far).attempts).toBe(9);
  expect(nearestPolicy("none", far).attempts).toBe(1);
  expect(nearestPolicy(undefined, undefined)).toEqual(defaultRetry);
});

test("x-should-retry overrules the class both ways", () => {
  expect(decide({ failure: { class: "invalid_request", shouldRetry: true } })).toBeDefined();
  expect(decide({ failure: { class: "server_error", shouldRetry: false } })).toBeUndefined();
});

test.each([
  ["a longer word of the server wins", 3000, 0, { delayMs: 3000, because: "server" }],
  ["with up to a tenth on top", 3000, 0.5, { delayMs: 3150, because: "server" }],
  ["but never more than a second on top", 50_000, 0.5, { delayMs: 50_500, because: "server" }],
  ["a shorter one is a floor that is passed anyway", 100, 0, { delayMs: 500, because: "policy" }],
  ["one of a minute is slept on", 60_000, 0, { delayMs: 60_000, because: "server" }],
  ["one over a minute is not", 60_001, 0, undefined],
] as const)("retry-after: %s", (_name, retryAfterMs, unit, expected) => {
  expect(decide({ failure: { class: "rate_limit", retryAfterMs }, unit })).toEqual(expected);
});

test("a policy may disregard the server's word", () => {
  expect(decide({ policy: { ...plain, respectRetryAfter: false }, failure: { class: "rate_limit", retryAfterMs: 90_000 } })).toEqual({
    delayMs: 500,
    because: "policy",
  });
});

test("without a deadline the waits add up to two minutes at most", () => {
  expect(decide({ waitedMs: 119_500, elapsedMs: 500_000 })).toBeDefined();
  expect(decide({ waitedMs: 119_501 })).toBeUndefined();
});

test("a deadline takes the place of that sum, and counts from the first attempt", () => {
  const policy = { ...plain, deadlineMs: 10_000 };
  expect(decide({ policy, waitedMs: 500_000, elapsedMs: 9500 })).toBeDefined();
  expect(decide({ policy, elapsedMs: 9501 })).toBeUndefined();
  expect(decide({ policy, failure: { class: "rate_limit", retryAfterMs: 11_000 } })).toBeUndefined();
});

test("jitter is the same for the same seed, path and attempt, and lies in [0, 1)", () => {
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(20), (seed, path, attempt) => {
      const unit = jitterUnit(hash, seed, path, attempt);
      expect(unit).toBeGreaterThanOrEqual(0);
      expect(unit).toBeLessThan(1);
      expect(jitterUnit(hash, seed, path, attempt)).toBe(unit);
    }),
  );
  expect(jitterUnit(hash, "s", "a/b", 2)).not.toBe(jitterUnit(hash, "s", "a/b", 3));
  expect(jitterUnit(hash, "s", "a/b", 2)).not.toBe(jitterUnit(hash, "t", "a/b", 2));
});
