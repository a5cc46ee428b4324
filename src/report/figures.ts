import type { Cost } from "../agent/usage.ts";

/** `$0.4213`; from a dollar on cents are enough. What is not nothing never reads as nothing. */
export function formatUsd(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.0001) return "<$0.0001";
  return usd < 1 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** `$0.42 + 3 unpriced calls`, with `~` before it where a part of it is an estimate. */
export function formatCost({ usd, unpriced, estimated }: Cost): string {
  const open = unpriced === 0 ? "" : `${unpriced} unpriced call${unpriced === 1 ? "" : "s"}`;
  if (usd === 0 && open !== "") return open;
  const sum = formatUsd(usd);
  return `${estimated && !sum.startsWith("<") ? "~" : ""}${sum}${open === "" ? "" : ` + ${open}`}`;
}

/** `1,234` */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** `820`, `1.2k`, `3.4M` */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  const [size, unit] = tokens < 999_950 ? [1000, "k"] : [1_000_000, "M"];
  return `${(tokens / size).toFixed(tokens / size < 100 ? 1 : 0)}${unit}`;
}

/** `40ms`, `1.2s`, `3m 05s`, `2h 05m` */
export function formatDuration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, "0")}s`;
  return `${Math.floor(seconds / 3600)}h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}m`;
}
