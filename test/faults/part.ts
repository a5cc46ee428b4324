/** Something that is broken on purpose, many times, and what must hold of it. */
export interface Part {
  /** What `--only` calls it. */
  readonly name: string;
  /** What must hold. */
  readonly title: string;
  /** Gives what was done, in a line. Throws where something does not hold. */
  readonly run: (how: Soaking) => Promise<string>;
}

export interface Soaking {
  /** The same seed tries the same cases. */
  readonly seed: number;
  /** Of the full figures: 1 is all of them. */
  readonly share: number;
}

/** So many of the full figure, one at the least. */
export function shareOf(full: number, { share }: Soaking): number {
  return Math.max(1, Math.round(full * share));
}

/** Throws where something does not hold. */
export function hold(holds: boolean, otherwise: () => string): void {
  if (!holds) throw new Error(otherwise());
}

export function same(name: string, a: unknown, b: unknown, about: () => string = () => ""): void {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  if (left !== right) throw new Error(`${name}: ${shortened(left)} is not ${shortened(right)}. ${about()}`);
}

function shortened(text = "undefined"): string {
  return text.length > 1500 ? `${text.slice(0, 1500)}…` : text;
}
