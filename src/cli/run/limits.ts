import { usageError } from "../usage-error.ts";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `--timeout 90s`, written as a program writes them. Throws T621. */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(number) * (units[unit ?? ""] ?? Number.NaN);
  if (!Number.isFinite(ms) || ms <= 0) throw usageError(`--timeout ${text} is no duration.`, "Write a number and ms, s, m or h: --timeout 90s");
  return ms;
}

/** US dollars of `--max-cost 1`, with or without a `$`. Throws T621. */
export function parseDollars(text: string): number {
  const usd = /^\$?\d*\.?\d+$/.test(text) ? Number(text.replace("$", "")) : Number.NaN;
  if (!Number.isFinite(usd)) throw usageError(`--max-cost ${text} is no sum of money.`, "Write dollars: --max-cost 0.50");
  return usd;
}
