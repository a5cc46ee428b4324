/**
 * The candidate nearest to `name`, or undefined when none is near enough to be a likely typo. Near is: at most one slip
 * (a letter wrong, missing, too many, or two swapped) in three letters, capitals and `_` against `-` counting nothing.
 * Of two that are equally near the first is given.
 */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  let best: string | undefined;
  let least = limit(wanted) + 1;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const distance = slips(wanted, fold(candidate), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function limit(name: string): number {
  return name.length < 3 ? 0 : Math.min(4, Math.max(1, Math.floor(name.length / 3)));
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/**
 * The number of slips between two words (optimal string alignment, the restricted form of Damerau and Levenshtein's
 * distance), or `enough` as soon as it cannot be fewer.
 */
function slips(a: string, b: string, enough: number): number {
  if (Math.abs(a.length - b.length) >= enough) return enough;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, (before[j - 2] ?? 0) + 1);
      current.push(value);
      if (value < least) least = value;
    }
    if (least >= enough) return enough;
    before = previous;
    previous = current;
  }
  return Math.min(enough, previous[b.length] ?? enough);
}
