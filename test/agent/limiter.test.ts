import { expect, test } from "vitest";
import { createLimiter, type Limiter, type Slot } from "../../src/agent/limiter.ts";
import { manualClock, settled } from "../support/clock.ts";

const forever = new AbortController().signal;
const perMinute = (amount: number) => ({ amount, windowMs: 60_000 });

function ask(limiter: Limiter, tokens = 0, signal = forever): { slot?: Slot; error?: unknown } {
  const asked: { slot?: Slot; error?: unknown } = {};
  const given = limiter.acquire(tokens, signal);
  if (given instanceof Promise) {
    given.then(
      (slot) => {
        asked.slot = slot;
      },
      (error: unknown) => {
        asked.error = error;
      },
    );
  } else asked.slot = given;
  return asked;
}

const inside = (all: readonly { slot?: Slot }[]): number => all.filter(({ slot }) => slot !== undefined).length;

test("sixteen requests at once unless something is written, and the next goes as soon as one is over", async () => {
  const limiter = createLimiter(manualClock(), {});
  const all = Array.from({ length: 18 }, () => ask(limiter));
  expect(inside(all)).toBe(16);
  expect(limiter.busy).toBe(true);
  all[3]?.slot?.release();
  await settled();
  expect(all[16]?.slot).toBeDefined();
  expect(all[17]?.slot).toBeUndefined();
});

test("requests of a minute are let in at once, and never more than the limit within any minute", async () => {
  const clock = manualClock();
  const limiter = createLimiter(clock, { requests: perMinute(3) });
  const all = Array.from({ length: 7 }, () => ask(limiter));
  expect(inside(all)).toBe(3);
  await clock.advance(59_999);
  expect(inside(all)).toBe(3);
  await clock.advance(1);
  expect(inside(all)).toBe(6);
  await clock.advance(60_000);
  expect(inside(all)).toBe(7);
  expect(clock.sleepers).toBe(0);
});

test("a rate by the second holds within every second, also where a minute would have room", async () => {
  const clock = manualClock();
  const limiter = createLimiter(clock, { requests: { amount: 10, windowMs: 1000 }, concurrent: 100 });
  const early = Array.from({ length: 4 }, () => ask(limiter));
  await clock.advance(900);
  const late = Array.from({ length: 20 }, () => ask(limiter));
  expect([inside(early), inside(late)]).toEqual([4, 6]);
  // The four have left the window, the six have not.
  await clock.advance(100);
  expect(inside(late)).toBe(10);
  await clock.advance(899);
  expect(inside(late)).toBe(10);
  await clock.advance(1);
  expect(inside(late)).toBe(16);
  await clock.advance(1000);
  expect(inside(late)).toBe(20);
  expect(clock.sleepers).toBe(0);
});

test("tokens are counted as expected first, and as they were once the request is over", async () => {
  const clock = manualClock();
  const limiter = createLimiter(clock, { tokens: perMinute(1000) });
  const a = ask(limiter, 800);
  const b = ask(limiter, 800);
  expect(b.slot).toBeUndefined();
  a.slot?.release(100);
  await settled();
  expect(b.slot).toBeDefined();
});

test("a request of more tokens than a minute allows goes when the minute is empty", async () => {
  const clock = manualClock();
  const limiter = createLimiter(clock, { tokens: perMinute(1000) });
  ask(limiter, 500).slot?.release();
  const large = ask(limiter, 5000);
  expect(large.slot).toBeUndefined();
  await clock.advance(60_000);
  expect(large.slot).toBeDefined();
});

test("a slot that is given back counts for nothing", async () => {
  const clock = manualClock();
  const limiter = createLimiter(clock, { requests: perMinute(1), tokens: perMinute(10) });
  const a = ask(limiter, 10);
  const b = ask(limiter, 10);
  a.slot?.giveBack();
  await settled();
  expect(b.slot).toBeDefined();
});

test("who stops waiting leaves the queue, with the signal's reason and no timer", async () => {
  const clock = manualClock();
  const limiter = createLimiter(clock, { requests: perMinute(1) });
  ask(limiter);
  const stop = new AbortController();
  const waiting = ask(limiter, 0, stop.signal);
  await settled();
  expect(clock.sleepers).toBe(1);
  stop.abort(new Error("enough"));
  await settled();
  expect(waiting.error).toMatchObject({ class: "cancelled" });
  expect(clock.sleepers).toBe(0);
  expect(limiter.busy).toBe(false);
});

test("a slot released twice is free once", async () => {
  const limiter = createLimiter(manualClock(), { concurrent: 1 });
  const first = ask(limiter);
  first.slot?.release();
  first.slot?.release();
  const rest = [ask(limiter), ask(limiter)];
  await settled();
  expect(inside(rest)).toBe(1);
});
