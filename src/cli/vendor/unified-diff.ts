/** Lines that stand around a change. */
const around = 3;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** What makes `next` of `old`, line by line, in the form that `diff -u` has and `patch` reads; without the two lines of its head. */
export function unifiedDiff(old: string, next: string): readonly string[] {
  const lines = compared(linesOf(old), linesOf(next));
  const changed = lines.flatMap(({ sign }, index) => (sign === " " ? [] : [index]));
  const hunks: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    if (last !== undefined && index - around <= last.to) last.to = index + around + 1;
    else hunks.push({ from: Math.max(0, index - around), to: index + around + 1 });
  }
  return hunks.flatMap(({ from, to }) => {
    const shown = lines.slice(from, to);
    const range = (other: Line["sign"]) => {
      const before = lines.slice(0, from).filter(({ sign }) => sign !== other).length;
      const count = shown.filter(({ sign }) => sign !== other).length;
      return `${count === 0 ? before : before + 1},${count}`;
    };
    return [`@@ -${range("+")} +${range("-")} @@`, ...shown.flatMap(({ sign, text }) => printed(sign, text))];
  });
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function printed(sign: string, text: string): readonly string[] {
  return text.endsWith("\n") ? [`${sign}${text.slice(0, -1)}`] : [`${sign}${text}`, "\\ No newline at end of file"];
}

/** All lines of both, those that they share once: as many of them as there can be. */
function compared(old: readonly string[], next: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start++;
  let end = 0;
  while (end < old.length - start && end < next.length - start && old[old.length - 1 - end] === next[next.length - 1 - end]) end++;
  const same = (text: string): Line => ({ sign: " ", text });
  return [
    ...old.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), next.slice(start, next.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

function middle(old: readonly string[], next: readonly string[]): readonly Line[] {
  const width = next.length + 1;
  /** How many lines old[i…] and next[j…] share at most, at i * width + j. */
  const shared = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => shared[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = next.length - 1; j >= 0; j--) {
      shared[i * width + j] = old[i] === next[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < next.length) {
    const [gone, come] = [old[i], next[j]];
    if (gone !== undefined && gone === come) {
      lines.push({ sign: " ", text: gone });
      i++;
      j++;
    } else if (gone !== undefined && (come === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: "-", text: gone });
      i++;
    } else {
      lines.push({ sign: "+", text: come ?? "" });
      j++;
    }
  }
  return lines;
}
