/** What a case throws: a sentence about the provider, with both sides. */
export class NotConform extends Error {
  override readonly name = "NotConform";
}

export function hold(condition: boolean, sentence: string): void {
  if (!condition) throw new NotConform(sentence);
}

/** Holds two values to be the same as JSON. */
export function same(what: string, got: unknown, wanted: unknown): void {
  const [is, should] = [canonical(got), canonical(wanted)];
  if (is !== should) throw new NotConform(`${what} should be ${should}, and is ${is}.`);
}

/** JSON with sorted keys: protocols do not keep their order. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "nothing"
  );
}
