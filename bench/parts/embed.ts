import { child } from "../support/child.ts";
import { median, type Spent } from "../support/measure.ts";
import { quantity, type Report } from "../support/report.ts";

interface Outcome extends Spent {
  readonly grownMb: number;
  readonly handles: number;
  readonly loadMs: number;
}

const times = 10_000;

/** Runs through the public door, with the simulator: what one costs by itself, and what stays of those that nobody listens to. */
export async function embed(rounds: number): Promise<Report> {
  const outcomes: Record<"program" | "agent", Outcome[]> = { program: [], agent: [] };
  for (let round = 0; round < rounds; round++) {
    for (const what of ["program", "agent"] as const) outcomes[what].push(await child<Outcome>("embedded", what, String(times)));
  }
  const of = (what: keyof typeof outcomes, figure: keyof Outcome) => median(outcomes[what].map((outcome) => outcome[figure]));
  const stays = (what: keyof typeof outcomes) => `after ${quantity(of(what, "wallMs"), "ms")}; handles left: ${of(what, "handles")}`;
  return {
    part: "embed",
    title: "Through the public door, with the simulator",
    figures: [
      { name: "load of the flagship, warm", value: of("program", "loadMs"), unit: "ms", must: 30, measured: "median of 20" },
      { name: "program.run: one run of one step", value: (of("program", "wallMs") * 1000) / times, unit: "µs", measured: `${times} runs` },
      { name: "program.run: heap that 10,000 runs leave", value: of("program", "grownMb"), unit: "MB", must: 10, measured: stays("program") },
      { name: "agent.run: one run", value: (of("agent", "wallMs") * 1000) / times, unit: "µs", measured: `${times} runs` },
      { name: "agent.run: heap that 10,000 runs leave", value: of("agent", "grownMb"), unit: "MB", must: 10, measured: stays("agent") },
    ],
  };
}
