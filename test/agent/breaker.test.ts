import { expect, test } from "vitest";
import { type Breaker, createBreaker, defaultBreaker } from "../../src/agent/breaker.ts";
import type { ErrorClass } from "../../src/diagnostics/classes.ts";

function setUp(): { breaker: Breaker; at: (ms: number) => void; now: () => number; call: (outcome?: ErrorClass | "aborted") => unknown } {
  let now = 1_000_000;
  const breaker = createBreaker(defaultBreaker, () => now);
  return {
    breaker,
    at: (ms) => {
      now += ms;
    },
    now: () => now,
    call: (outcome) => breaker.enter(now).settle(outcome),
  };
}

test.each(["connection", "timeout", "overloaded", "server_error"] as const)(
  "five calls of which over half fail by %s open it for five seconds",
  (errorClass) => {
    const { breaker, call, now } = setUp();
    call();
    call();
    call(errorClass);
    call(errorClass);
    expect(call(errorClass)).toEqual({ change: "opened", openMs: 5000, failures: 3, calls: 5 });
    expect(breaker.blocked(now())).toEqual({ waitMs: 5000, class: errorClass });
  },
);

test.each(["rate_limit", "quota", "auth", "invalid_request", "content_filter"] as const)("%s says that the model is there", (errorClass) => {
  const { breaker, call, now } = setUp();
  for (let i = 0; i < 20; i++) expect(call(errorClass)).toBeUndefined();
  expect(breaker.blocked(now())).toBeUndefined();
});

test("half of the calls failing is not over half", () => {
  const { breaker, call, now } = setUp();
  for (let i = 0; i < 20; i++) call(i % 2 === 0 ? undefined : "server_error");
  expect(breaker.blocked(now())).toBeUndefined();
});

test("an aborted call counts for nothing", () => {
  const { breaker, call, now } = setUp();
  for (let i = 0; i < 4; i++) call("server_error");
  for (let i = 0; i < 20; i++) call("aborted");
  expect(breaker.blocked(now())).toBeUndefined();
  expect(call("server_error")).toMatchObject({ change: "opened" });
});

test("failures that are older than the window are forgotten", () => {
  const { breaker, call, at, now } = setUp();
  for (let i = 0; i < 4; i++) call("timeout");
  at(61_000);
  call("timeout");
  expect(breaker.blocked(now())).toBeUndefined();
});

test("after its time one probe goes through, and a reply closes it", () => {
  const { breaker, call, at, now } = setUp();
  for (let i = 0; i < 5; i++) call("timeout");
  at(4999);
  expect(breaker.blocked(now())?.waitMs).toBe(1);
  at(1);
  expect(breaker.blocked(now())).toBeUndefined();
  const probe = breaker.enter(now());
  expect(breaker.blocked(now())).toBeDefined();
  expect(probe.settle(undefined)).toEqual({ change: "closed" });
  expect(breaker.blocked(now())).toBeUndefined();
});

test("a probe that fails doubles the time, up to a minute; one that succeeds starts over", () => {
  const { breaker, call, at, now } = setUp();
  for (let i = 0; i < 5; i++) call("connection");
  const times = [5000];
  for (let i = 0; i < 6; i++) {
    at(breaker.blocked(now())?.waitMs ?? 0);
    const change = breaker.enter(now()).settle("connection");
    if (change?.change === "opened") times.push(change.openMs);
  }
  expect(times).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  at(60_000);
  call();
  for (let i = 0; i < 5; i++) call("connection");
  expect(breaker.blocked(now())?.waitMs).toBe(5000);
});

test("a probe that nobody waited for leaves the place to the next one", () => {
  const { breaker, call, at, now } = setUp();
  for (let i = 0; i < 5; i++) call("connection");
  at(5000);
  breaker.enter(now()).settle("aborted");
  expect(breaker.blocked(now())).toBeUndefined();
});

test("calls sent before it opened say nothing about the time after", () => {
  const { breaker, call, at, now } = setUp();
  const late = breaker.enter(now());
  for (let i = 0; i < 5; i++) call("connection");
  expect(late.settle(undefined)).toBeUndefined();
  expect(breaker.blocked(now())).toBeDefined();
  at(5000);
  const probe = breaker.enter(now());
  probe.settle(undefined);
  expect(breaker.blocked(now())).toBeUndefined();
});
