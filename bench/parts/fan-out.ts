import { child } from "../support/child.ts";
import { median, type Spent } from "../support/measure.ts";
import { type Figure, quantity, type Report } from "../support/report.ts";
import { startServer } from "../support/server.ts";

interface Outcome extends Spent {
  readonly peakMb: number;
}
const contenders = ["undici", "openai", "tantra"] as const;
const latencyMs = 50;

/** Many calls at the same time, 50 ms of latency each: wall time, processor time, peak memory. */
export async function fanOut(rounds: number): Promise<Report> {
  const server = await startServer();
  try {
    const figures: Figure[] = [];
    for (const count of [1000, 5000]) {
      const outcomes: Record<(typeof contenders)[number], Outcome[]> = { undici: [], openai: [], tantra: [] };
      for (let round = 0; round < rounds; round++) {
        for (const name of contenders) outcomes[name].push(await child<Outcome>("fan-out", name, String(count), server.url(`wait${latencyMs}`)));
      }
      const of = (name: (typeof contenders)[number], key: keyof Outcome) => median(outcomes[name].map((outcome) => outcome[key]));
      const figure = (what: string, key: keyof Outcome, unit: "ms" | "MB", aim: number): Figure => {
        const [ours, undici, openai] = [of("tantra", key), of("undici", key), of("openai", key)];
        const ideal = key === "wallMs" ? `; ideal ${latencyMs} ms` : "";
        return {
          name: `${count.toLocaleString("en")} calls: ${what}`,
          value: ours / undici,
          unit: "x",
          must: openai / undici,
          aim,
          measured: `${quantity(ours, unit)}; undici ${quantity(undici, unit)}; openai ${quantity(openai, unit)} (${(openai / undici).toFixed(2)} x)${ideal}`,
        };
      };
      figures.push(figure("wall time", "wallMs", "ms", 2.0), figure("processor time", "cpuMs", "ms", 2.2), figure("peak memory", "peakMb", "MB", 1.8));
    }
    return { part: "fan-out", title: "Fan-out at 50 ms of latency, against undici = 1 (must: below the openai package alone)", figures };
  } finally {
    server.close();
  }
}
