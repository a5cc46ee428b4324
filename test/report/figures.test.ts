import { expect, it } from "vitest";
import { formatCost, formatCount, formatDuration, formatTokens, formatUsd } from "../../src/report/figures.ts";

it("money is never shown as nothing when it is not", () => {
  expect([0, 0.000001, 0.0001, 0.42135, 0.99999, 1, 1234.5].map(formatUsd)).toEqual(["$0", "<$0.0001", "$0.0001", "$0.4214", "$1.0000", "$1.00", "$1234.50"]);
});

it("a cost says what it leaves out and what is an estimate", () => {
  expect([
    formatCost({ usd: 0.42, unpriced: 3 }),
    formatCost({ usd: 0.42, unpriced: 1, estimated: true }),
    formatCost({ usd: 0, unpriced: 2 }),
    formatCost({ usd: 0, unpriced: 0 }),
  ]).toEqual(["$0.4200 + 3 unpriced calls", "~$0.4200 + 1 unpriced call", "2 unpriced calls", "$0"]);
});

it("counts, tokens and durations are short", () => {
  expect([formatCount(1234567), formatTokens(999), formatTokens(1234), formatTokens(123_456), formatTokens(2_500_000)]).toEqual([
    "1,234,567",
    "999",
    "1.2k",
    "123k",
    "2.5M",
  ]);
  expect([3, 99, 100, 1234, 59_949, 59_950, 185_000, 7_500_000].map(formatDuration)).toEqual([
    "3ms",
    "99ms",
    "0.1s",
    "1.2s",
    "59.9s",
    "1m 00s",
    "3m 05s",
    "2h 05m",
  ]);
});
