/**
 * Where a stream of bytes is cut in two: every seventh place and all around each end of an event; every place when SOAK is set.
 */
export function cutsOf(bytes: Uint8Array): number[] {
  const near = new Set<number>();
  for (const [at, byte] of bytes.entries()) if (byte === 10 || byte === 13) for (let by = -2; by <= 2; by++) near.add(at + by);
  return Array.from(bytes, (_byte, at) => at).filter((at) => process.env["SOAK"] !== undefined || at % 7 === 0 || near.has(at));
}
