import { child } from "../support/child.ts";
import { median, type Spent } from "../support/measure.ts";
import { quantity, type Report } from "../support/report.ts";

interface Outcome extends Spent {
  readonly peakMb: number;
}

/** The interpreter with the simulator, which answers at once: what a step costs by itself, and how it grows. */
export async function interpreter(rounds: number): Promise<Report> {
  const runs = { steps: ["steps", 10_000], ten: ["elements", 10_000], twenty: ["elements", 20_000] } as const;
  const outcomes: Record<keyof typeof runs, Outcome[]> = { steps: [], ten: [], twenty: [] };
  for (let round = 0; round < rounds; round++) {
    for (const key of Object.keys(runs) as (keyof typeof runs)[]) outcomes[key].push(await child<Outcome>("simulated", runs[key][0], String(runs[key][1])));
  }
  const of = (key: keyof typeof runs, what: keyof Outcome) => median(outcomes[key].map((outcome) => outcome[what]));
  const [ten, twenty] = [of("ten", "wallMs"), of("twenty", "wallMs")];
  return {
    part: "interpreter",
    title: "The interpreter alone, with the simulator",
    figures: [
      { name: "one agent step", value: (of("steps", "wallMs") * 1000) / 10_000, unit: "µs", must: 100, aim: 50, measured: "10,000 steps, one after the other" },
      { name: "parallel for of 10,000: one element", value: (ten * 1000) / 10_000, unit: "µs", must: 100, aim: 50, measured: quantity(ten, "ms") },
      { name: "parallel for of 10,000: peak memory", value: of("ten", "peakMb"), unit: "MB", must: 200, measured: "of the whole process" },
      {
        name: "parallel for, twice the elements: time",
        value: twenty / ten,
        unit: "x",
        must: 2.3,
        aim: 2.1,
        measured: `${quantity(ten, "ms")} to ${quantity(twenty, "ms")}`,
      },
    ],
  };
}
