/** Just enough of a reader for `grammar/tantra.ebnf` to compare it with the parser: each rule as nested lists. */
export type Shape = string | { readonly [K in "seq" | "or" | "optional" | "many"]?: readonly Shape[] };

const notations = new Set(["HERE", "NEWLINE"]);

/** Every production of a grammar, by name. */
export function readEbnf(text: string): ReadonlyMap<string, Shape> {
  const tokens = [...text.replace(/\(\*[\s\S]*?\*\)/g, " ").matchAll(/"[^"]*"|'[^']*'|[A-Za-z_]+|[=;|[\]{}()]/g)].map(([token]) => token);
  const rules = new Map<string, Shape>();
  let next = 0;
  const take = (expected: string): void => {
    if (tokens[next] !== expected) throw new Error(`${expected} expected, not ${tokens[next]}, after ${tokens.slice(Math.max(0, next - 5), next).join(" ")}`);
    next++;
  };
  const alternatives = (): Shape => {
    const found = [sequence()];
    while (tokens[next] === "|") {
      next++;
      found.push(sequence());
    }
    return found.length === 1 ? (found[0] ?? "") : { or: found };
  };
  const sequence = (): Shape => {
    const found: Shape[] = [];
    for (let token = tokens[next]; token !== undefined && !["|", ";", "]", "}", ")"].includes(token); token = tokens[next]) {
      next++;
      if (token === "[") found.push({ optional: [group("]")] });
      else if (token === "{") found.push({ many: [group("}")] });
      else if (token === "(") found.push(group(")"));
      else if (token === "SEP") found.push({ optional: ['","'] });
      else if (!notations.has(token)) found.push(token);
    }
    return flat(found);
  };
  const group = (close: string): Shape => {
    const inside = alternatives();
    take(close);
    return inside;
  };
  while (next < tokens.length) {
    const name = tokens[next++] ?? "";
    take("=");
    rules.set(name, alternatives());
    take(";");
  }
  return rules;
}

/** A sequence of one is that one; one in another is a part of it. */
export function flat(parts: readonly Shape[]): Shape {
  const spread = parts.flatMap((part) => (typeof part !== "string" && part.seq !== undefined ? part.seq : [part]));
  return spread.length === 1 ? (spread[0] ?? "") : { seq: spread };
}
