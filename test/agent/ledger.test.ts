import fc from "fast-check";
import { expect, test } from "vitest";
import { createLedger, type Ledger, type Pot, type Reservation } from "../../src/agent/ledger.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import { settled } from "../support/clock.ts";

const pot = (maxUsd: number, onExceed: Pot["onExceed"] = "stop", name = "p"): Pot => ({ name, maxUsd, onExceed });
const signal = (): AbortSignal => new AbortController().signal;

/** Whether a reservation was given at once, waits, or cannot be. */
function ask(ledger: Ledger, pots: readonly Pot[], worst: number | undefined, abort = signal()): { state: string; reservation?: Reservation; error?: unknown } {
  const asked: { state: string; reservation?: Reservation; error?: unknown } = { state: "waits" };
  const given = (reservation: Reservation): void => void Object.assign(asked, { state: "given", reservation });
  const refused = (error: unknown): void => void Object.assign(asked, { state: "refused", error });
  try {
    const reserved = ledger.reserve(pots, worst, { signal: abort });
    if (reserved instanceof Promise) reserved.then(given, refused);
    else given(reserved);
  } catch (error) {
    refused(error);
  }
  return asked;
}

test("a request that fits beside what is in flight is let through, one that does not waits until enough comes back", async () => {
  const ledger = createLedger();
  const p = pot(1);
  const a = ask(ledger, [p], 0.6);
  const b = ask(ledger, [p], 0.6);
  expect([a.state, b.state]).toEqual(["given", "waits"]);
  a.reservation?.settle(0.1);
  await settled();
  expect(b.state).toBe("given");
  expect(ledger.spentFrom(p)).toBeCloseTo(0.1);
});

test("one that nothing in flight could make room for fails with the class budget, at once or when that shows", async () => {
  const ledger = createLedger();
  const p = pot(1);
  expect(ask(ledger, [p], 1.1).error).toMatchObject({ class: "budget", code: "T614" });
  const a = ask(ledger, [p], 0.6);
  const b = ask(ledger, [p], 0.6);
  a.reservation?.settle(0.6);
  await settled();
  expect(b.error).toMatchObject({ class: "budget" });
  expect((b.error as RunError).message).toBe('The budget "p" of $1.00 has $0.40 left and the next request may cost up to $0.60.');
});

test("money is set aside in all pots or in none", () => {
  const ledger = createLedger();
  const wide = pot(10);
  const narrow = pot(1, "stop", "narrow");
  ask(ledger, [narrow], 0.8);
  expect(ask(ledger, [wide, narrow], 0.5).state).toBe("waits");
  // Nobody waits for `wide` alone, but the one above comes first.
  expect(ask(ledger, [pot(10, "stop", "other")], 9).state).toBe("given");
  expect(ledger.spentFrom(wide)).toBe(0);
});

test("nobody overtakes: a small request waits behind a large one for the same pot", async () => {
  const ledger = createLedger();
  const p = pot(1);
  const first = ask(ledger, [p], 0.7);
  const large = ask(ledger, [p], 0.9);
  const small = ask(ledger, [p], 0.1);
  expect([large.state, small.state]).toEqual(["waits", "waits"]);
  first.reservation?.settle(0.05);
  await settled();
  expect([large.state, small.state]).toEqual(["given", "waits"]);
  large.reservation?.settle(0.05);
  await settled();
  expect(small.state).toBe("given");
});

test("who waits for two pots keeps its place in both", async () => {
  const ledger = createLedger();
  const [p, q] = [pot(1, "stop", "p"), pot(1, "stop", "q")];
  const onP = ask(ledger, [p], 0.2);
  const onQ = ask(ledger, [q], 1);
  const both = ask(ledger, [p, q], 0.9);
  const apart = ask(ledger, [pot(1, "stop", "r")], 0.5);
  const later = ask(ledger, [p], 0.1);
  const elsewhere = ask(ledger, [q], 0.1);
  onP.reservation?.settle(0);
  await settled();
  expect([both.state, apart.state, later.state, elsewhere.state]).toEqual(["waits", "given", "waits", "waits"]);
  onQ.reservation?.settle(0);
  await settled();
  expect([both.state, later.state, elsewhere.state]).toEqual(["given", "given", "given"]);
});

test("who waits for one pot does not hold up who wants of another", async () => {
  const ledger = createLedger();
  const [p, q] = [pot(1, "stop", "p"), pot(1, "stop", "q")];
  ask(ledger, [p], 1);
  const held = ask(ledger, [q], 1);
  const onP = ask(ledger, [p], 1);
  const onQ = ask(ledger, [q], 0.5);
  held.reservation?.settle(0);
  await settled();
  expect([onP.state, onQ.state]).toEqual(["waits", "given"]);
});

test("an aborted wait ends with the signal's reason and lets the next one go on", async () => {
  const ledger = createLedger();
  const p = pot(1);
  ask(ledger, [p], 0.5);
  const stop = new AbortController();
  const large = ask(ledger, [p], 0.8, stop.signal);
  const small = ask(ledger, [p], 0.3);
  const reason = new RunError("cancelled", "Stopped.");
  stop.abort(reason);
  await settled();
  expect(large.error).toBe(reason);
  expect(small.state).toBe("given");
});

test("without a known worst case the pot is checked against what was spent", async () => {
  const ledger = createLedger();
  const p = pot(1);
  const a = ask(ledger, [p], undefined);
  const b = ask(ledger, [p], undefined);
  expect([a.state, b.state]).toEqual(["given", "given"]);
  a.reservation?.settle(0.7);
  expect(ask(ledger, [p], undefined).state).toBe("given");
  b.reservation?.settle(0.4);
  expect(ask(ledger, [p], undefined).error).toMatchObject({ class: "budget" });
});

test("a pot that only warns never holds anyone up, and says once that it is over", () => {
  const ledger = createLedger();
  const p = pot(1, "warn");
  const over = [0.9, 0.9, 0.9].map((usd) => ask(ledger, [p], usd).reservation?.settle(usd)[0]?.justExceeded);
  expect(over).toEqual([false, true, false]);
});

test("settling twice counts once", () => {
  const ledger = createLedger();
  const p = pot(1);
  const { reservation } = ask(ledger, [p], 0.5);
  reservation?.settle(0.2);
  reservation?.settle(0.2);
  expect(ledger.spentFrom(p)).toBeCloseTo(0.2);
});

test("whatever the order of requests over a tree of pots, none is ever over its limit, and none waits for ever", async () => {
  const request = fc.record({
    pots: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 4 }),
    worst: fc.integer({ min: 1, max: 60 }),
    used: fc.float({ min: 0, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 10, max: 200 }), { minLength: 5, maxLength: 5 }),
      fc.array(request, { maxLength: 40 }),
      fc.infiniteStream(fc.nat(100)),
      async (limits, requests, picks) => {
        const ledger = createLedger();
        const pots = limits.map((max, index) => pot(max, "stop", `p${index}`));
        const all: { asked: ReturnType<typeof ask>; worst: number; used: number; of: readonly Pot[]; over: boolean }[] = [];
        const check = (): void => {
          for (const each of pots) {
            const inFlight = all
              .filter(({ asked, over, of }) => asked.state === "given" && !over && of.includes(each))
              .reduce((sum, { worst }) => sum + worst, 0);
            expect(ledger.spentFrom(each) + inFlight).toBeLessThanOrEqual(each.maxUsd + 1e-6);
          }
        };
        const settleOne = async (): Promise<boolean> => {
          const open = all.filter(({ asked, over }) => asked.state === "given" && !over);
          const one = open[(picks.next().value ?? 0) % Math.max(1, open.length)];
          if (one === undefined) return false;
          one.over = true;
          one.asked.reservation?.settle(one.worst * one.used);
          await Promise.resolve();
          await Promise.resolve();
          check();
          return true;
        };
        for (const { pots: indices, worst, used } of requests) {
          const of = indices.flatMap((index) => pots[index] ?? []);
          all.push({ asked: ask(ledger, of, worst), worst, used, of, over: false });
          check();
          if ((picks.next().value ?? 0) % 3 === 0) await settleOne();
        }
        while (await settleOne());
        await settled();
        while (await settleOne());
        expect(all.filter(({ asked }) => asked.state === "waits")).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

test("ten thousand who wait for one pot are all served", async () => {
  const ledger = createLedger();
  const p = pot(1);
  const { signal: shared } = new AbortController();
  const first = ask(ledger, [p], 1, shared);
  const waiting = Array.from({ length: 10_000 }, () => ask(ledger, [p], 1, shared));
  first.reservation?.settle(0);
  let served = 0;
  for (const each of waiting) {
    while (each.reservation === undefined) await Promise.resolve();
    each.reservation.settle(0);
    served++;
  }
  expect(served).toBe(10_000);
});
