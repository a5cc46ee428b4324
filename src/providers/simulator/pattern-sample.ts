/**
 * A short text that a regular expression matches, for the usual ones: letters, classes, groups, alternatives, counts.
 * Anchors and look-arounds count as nothing. With `min`, open-ended counts are stretched until the text is so long.
 */
export function sampleOf(pattern: string, min = 0): string {
  const shortest = sample(pattern, 0);
  // What is missing goes to the open-ended counts, a character at a time.
  for (let extra = 1; extra <= min - shortest.length; extra++) {
    const longer = sample(pattern, extra);
    if (longer.length >= min) return longer;
  }
  return shortest;
}

function sample(pattern: string, extra: number): string {
  let at = 0;

  function alternatives(): string {
    const first = sequence();
    while (pattern[at] === "|") {
      at++;
      sequence();
    }
    return first;
  }
  function sequence(): string {
    let text = "";
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") text += repeated(atom());
    return text;
  }
  function repeated(text: string): string {
    const count = /^(?:([*+?])|\{(\d+)(,)?(\d*)\})\??/.exec(pattern.slice(at));
    if (count === null) return text;
    at += count[0].length;
    const [, sign, least, comma, most] = count;
    const open = sign === "*" || sign === "+" || (comma === "," && most === "");
    return text.repeat((sign === "+" ? 1 : Number(least ?? 0)) + (open ? extra : 0));
  }
  function atom(): string {
    const char = pattern[at++] ?? "";
    if (char === "^" || char === "$") return "";
    if (char === ".") return "a";
    if (char === "(") return group();
    if (char === "[") return oneOf();
    return char === "\\" ? escaped() : char;
  }
  function group(): string {
    const head = /^\?(?:[=!]|<[=!]|:|<[^>]*>)/.exec(pattern.slice(at));
    at += head?.[0].length ?? 0;
    const text = alternatives();
    at++;
    return head !== null && /[=!]$/.test(head[0]) ? "" : text;
  }
  /** The first member of a class; of an excluding one the first usual character that it leaves. */
  function oneOf(): string {
    const end = classEnd();
    const body = pattern.slice(at, end);
    at = end + 1;
    const whole = new RegExp(`^[${body}]$`, "u");
    return [...usual].find((char) => whole.test(char)) ?? body[0] ?? "";
  }
  function classEnd(): number {
    let end = at;
    while (end < pattern.length && pattern[end] !== "]") end += pattern[end] === "\\" ? 2 : 1;
    return end;
  }
  function escaped(): string {
    const start = at;
    const long = /^(?:u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\})/.exec(pattern.slice(at));
    at += long?.[0].length ?? 1;
    const text = pattern.slice(start, at);
    if (/^[bB]$/.test(text)) return "";
    const one = new RegExp(`^\\${text}$`, "u");
    return [...usual].find((char) => one.test(char)) ?? text;
  }
  return alternatives();
}

const usual = "a1A_- bcdefghijklmnopqrstuvwxyz023456789BCDEFGHIJKLMNOPQRSTUVWXYZ.,:;/+*?!@#$%&=()[]{}<>'\"\\|^~`\n\t";
