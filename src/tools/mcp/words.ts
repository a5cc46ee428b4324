/**
 * A text cut to about `most` characters, between two words: half a secret would not be known as one and blotted out. What has
 * no blank to be cut at is left out.
 */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${/^[\s\S]*\s/.exec(text.slice(0, most))?.[0].trimEnd() ?? ""} …`.trimStart();
}

/** The last of a text, cut in the same way. */
export function lastOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(-most);
  const blank = end.search(/\s/);
  return blank < 0 ? "…" : end.slice(blank + 1);
}
