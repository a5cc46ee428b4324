import { RunError } from "../../src/diagnostics/errors.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { memoryFile } from "../../src/journal/file.ts";
import type { KeptRun } from "../../src/journal/kept-run.ts";
import { begun, goneOnFrom, name, readOrRefused, valueOf } from "./kept.ts";
import { hold, type Part, type Soaking, same, shareOf } from "./part.ts";
import { random } from "./random.ts";
import { memorySessions, runInMemory, storyGraph } from "./story/in-memory.ts";

/** A run's file that was cut off at any byte, or of which any bits were flipped. */
export const damage: Part = {
  name: "damage",
  title: "a run's file that is cut off or damaged anywhere is read as it was written up to there, or refused with the place",
  async run(soaking) {
    const graph = await storyGraph();
    const short = await fileOf(graph, "short_story");
    const cuts = cutAnywhere(short, soaking);
    const flips = flipped(short, soaking);
    const long = await fileOf(graph, "story");
    const { bytes, written, value } = long;
    const longFlips = flipped(long, { ...soaking, share: soaking.share / 20 });
    const resumed = shareOf(300, soaking);
    const { below } = random(soaking.seed + 1);
    for (let time = 0; time < resumed; time++) {
      const at = written.ends[0] ?? 0;
      const cut = at + below(bytes.length - at + 1);
      const text = bytes.subarray(0, cut).toString("utf8");
      const { journal, file: rest } = goneOnFrom(text);
      const again = await runInMemory(graph, "story", { journal, sessions: memorySessions() });
      same("The value", valueOf(again.result), value, () => `Cut at byte ${cut}.`);
      const read = readOrRefused(rest.text());
      hold(!(read instanceof RunError) && read.torn === 0, () => `Cut at byte ${cut}: what was added cannot be read.`);
    }
    const refused = flips.refused + longFlips.refused;
    const recovered = flips.recovered + longFlips.recovered;
    return `cut at ${cuts} of ${short.bytes.length} bytes; bits flipped ${refused + recovered} times (${refused} refused, ${recovered} cut off at the end); ${resumed} cut off and gone on with`;
  },
};

/** A run's file, and what the run came to. */
interface Whole {
  readonly bytes: Buffer;
  readonly written: Written;
  readonly value: unknown;
}

async function fileOf(graph: Graph, main: string): Promise<Whole> {
  const file = memoryFile();
  const { result } = await runInMemory(graph, main, { journal: begun(file), sessions: memorySessions() });
  const bytes = Buffer.from(file.text());
  return { bytes, written: writtenIn(bytes), value: valueOf(result) };
}

interface Written {
  /** Where each line ends, its line break with it. */
  readonly ends: readonly number[];
  /** What the first n lines tell. */
  tells(lines: number): string;
}

function writtenIn(bytes: Buffer): Written {
  const ends: number[] = [];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) ends.push(at + 1);
  const whole = readOrRefused(bytes.toString("utf8"));
  if (whole instanceof RunError) throw whole;
  const told = ends.map((_end, index) => tellingOf(whole, index + 1));
  return { ends, tells: (lines) => told[lines - 1] ?? "" };
}

function tellingOf({ head, events, notes }: KeptRun, lines = Number.POSITIVE_INFINITY): string {
  const upTo = ({ n }: { readonly n: number }): boolean => n <= lines;
  return JSON.stringify([head, events.filter(upTo), notes.filter(upTo)]);
}

function cutAnywhere({ bytes, written }: Whole, soaking: Soaking): number {
  const step = Math.max(1, Math.round(1 / soaking.share));
  let lines = 0;
  let cuts = 0;
  for (let cut = soaking.seed % step; cut <= bytes.length; cut += step) {
    while ((written.ends[lines] ?? Number.POSITIVE_INFINITY) <= cut) lines++;
    const read = readOrRefused(bytes.subarray(0, cut).toString("utf8"));
    if (lines === 0) {
      hold(read instanceof RunError && read.code === "T651", () => `Cut at byte ${cut}, in the first line: it was read.`);
    } else if (read instanceof RunError) throw new Error(`Cut at byte ${cut}, behind line ${lines}: ${read.message}`);
    else {
      hold(read.n === lines && tellingOf(read) === written.tells(lines), () => `Cut at byte ${cut}: ${read.n} lines were read, and ${lines} were whole.`);
      hold(read.torn > 0 === (written.ends[lines - 1] !== cut), () => `Cut at byte ${cut}: ${read.torn} were cut away.`);
    }
    cuts++;
  }
  return cuts;
}

function flipped({ bytes, written }: Whole, soaking: Soaking): { readonly refused: number; readonly recovered: number } {
  const { below, of } = random(soaking.seed);
  const all = shareOf(10_000, soaking);
  const count = written.ends.length;
  let refused = 0;
  let recovered = 0;
  for (let time = 0; time < all; time++) {
    const damaged = Buffer.from(bytes);
    const flips = Array.from({ length: of([1, 1, 1, 1, 2, 3, 8]) }, () => [below(bytes.length), below(8)] as const);
    for (const [at, bit] of flips) damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
    if (damaged.equals(bytes)) continue;
    const changed = [...bytes.keys()].filter((at) => damaged[at] !== bytes[at]);
    const lineOf = (at: number): number => written.ends.findIndex((end) => at < end) + 1;
    const [first, last] = [lineOf(changed[0] ?? 0), lineOf(changed.at(-1) ?? 0)];
    const read = readOrRefused(damaged.toString("utf8"));
    const about = (): string => `Flipped ${JSON.stringify(flips)}, in lines ${first} to ${last} of ${count}.`;
    if (read instanceof RunError) {
      hold(read.code === "T651" && read.place === `${name}:${first}:1`, () => `It was refused at ${read.place} with ${read.code}. ${about()}`);
      refused++;
    } else {
      // Behind the damage nothing may be whole, else a line was lost that had been there.
      hold(read.n === first - 1 && first > 1 && tellingOf(read) === written.tells(first - 1), () => `${read.n} lines were believed. ${about()}`);
      hold(first === count || count - first < flips.length, () => `Whole lines behind the damage were thrown away. ${about()}`);
      recovered++;
    }
  }
  return { refused, recovered };
}
