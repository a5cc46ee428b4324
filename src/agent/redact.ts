/** Blots out secrets. `text` for one string; `value` for everything below, copying only what it has to change. */
export interface Redactor {
  text(text: string): string;
  value<T>(value: T): T;
}

/** What stands where a secret stood. */
const blot = "[secret]";
/** Shorter ones would blot out ordinary words. */
const shortest = 8;
/** So deep a secret is found in JSON that stands in JSON. */
const jsonLevels = 4;

/** A redactor of these secrets, in the forms that they may take inside other text: as they are, in JSON, in a URL, in base64. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < shortest) continue;
    forms.add(secret);
    // JSON stands in JSON: a tool's result in a message in a line of a file.
    for (let level = 0, form = secret; level < jsonLevels; level++) {
      form = JSON.stringify(form).slice(1, -1);
      forms.add(form);
    }
    forms.add(encodeURIComponent(secret.toWellFormed()));
    for (const form of base64Forms(secret)) forms.add(form);
  }
  if (forms.size === 0) return { text: (text) => text, value: (value) => value };
  // The longest first: one secret may begin with another.
  const needles = [...forms].sort((a, b) => b.length - a.length);
  const longEnough = Math.min(...needles.map((needle) => needle.length));
  /** Objects without a secret in them. What an event holds is never changed afterwards, so each is looked at once. */
  const clean = new WeakSet<object>();

  function text(value: string): string {
    if (value.length < longEnough) return value;
    let result = value;
    for (const needle of needles) if (result.includes(needle)) result = result.replaceAll(needle, blot);
    return result;
  }
  function any(value: unknown, remember: boolean): unknown {
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null || clean.has(value)) return value;
    const changed = Array.isArray(value) ? list(value) : record(value as Readonly<Record<string, unknown>>);
    if (changed === undefined && remember) clean.add(value);
    return changed ?? value;
  }
  function list(items: readonly unknown[]): unknown[] | undefined {
    let copy: unknown[] | undefined;
    for (let i = 0; i < items.length; i++) {
      const item = any(items[i], true);
      if (item === items[i]) continue;
      copy ??= [...items];
      copy[i] = item;
    }
    return copy;
  }
  function record(object: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
    let dirty = false;
    for (const key in object) if (text(key) !== key || any(object[key], true) !== object[key]) dirty = true;
    if (!dirty) return undefined;
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [text(key), any(item, true)]));
  }
  // What comes out has the shape of what went in: only strings differ. The outermost object is new each time.
  return { text, value: <T>(value: T): T => any(value, false) as T };
}

/** What of a secret's base64 is the same whatever stands before and behind it, for each of the three ways in which it may begin in a group. */
function base64Forms(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = btoa(String.fromCharCode(...new Uint8Array(before), ...bytes));
    // A character that also holds bits of a neighbour is left out.
    const own = text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
    return own.length < shortest ? [] : [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
