import { child } from "../support/child.ts";
import { kinds } from "../support/kinds.ts";
import { type Figure, quantity, type Report } from "../support/report.ts";
import { startServer } from "../support/server.ts";

interface Compared {
  readonly ours: number;
  readonly sdk: number;
}

/** Processor time of agent calls through each kind of provider, against the vendor's own package by hand. */
export async function providers(rounds: number): Promise<Report> {
  const figures: Figure[] = [];
  for (const kind of kinds) {
    const server = await startServer("vendor-server", kind);
    try {
      const [http1 = "", http2 = ""] = server.origins;
      const { call, chunk } = await child<{ call: Compared; chunk: Compared }>("provider", kind, String(rounds), http1, kind === "bedrock" ? http2 : http1);
      const figure = (what: string, { ours, sdk }: Compared): Figure => ({
        name: `${kind}: ${what}`,
        value: ours / sdk,
        unit: "x",
        must: 1,
        measured: `${quantity(ours, "µs")}; package ${quantity(sdk, "µs")}`,
      });
      figures.push(figure("one agent call", call), figure("one of 2,000 chunks in a burst", chunk));
    } finally {
      server.close();
    }
  }
  return { part: "providers", title: "Providers: processor time, against the vendor's package by hand = 1", figures };
}
