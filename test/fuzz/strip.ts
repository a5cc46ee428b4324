/** What a tree says, apart from where it stands and which comments surround it. */
const places = new Set(["start", "end", "opSpan", "comments", "path"]);

export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, held]) => !places.has(key) && held !== undefined)
      .map(([key, held]) => [key, withoutPlaces(held)]),
  );
}
