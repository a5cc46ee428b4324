/** Blots out secrets. `text` for one string; `value` for everything below, copying only what it has to change. */
export interface Redactor {
  text(text: string): string;
  value<T>(value: T): T;
}

/** What stands where a secret stood. */
const blot = "[secret]";
/** Shorter ones would blot out ordinary words. */
const shortest = 8;

/** A redactor of these secrets, in the forms that they may take inside other text: as they are, in JSON, in a URL. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < shortest) continue;
    forms.add(secret);
    forms.add(JSON.stringify(secret).slice(1, -1));
    forms.add(encodeURIComponent(secret.toWellFormed()));
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
