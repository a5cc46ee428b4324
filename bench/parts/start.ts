import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interleaved, medians } from "../support/measure.ts";
import { type Figure, quantity, type Report } from "../support/report.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tantra = fileURLToPath(new URL("../../dist/cli/tantra.js", import.meta.url));

/** The whole process from its start, compile cache warm, against `node -e 0`. Uses the built package. */
export async function start(rounds: number): Promise<Report> {
  if (!existsSync(tantra)) throw new Error("There is no dist/: npm run build comes first.");
  const many = rounds * 3;
  const taken = medians(
    await interleaved(many, {
      node: () => whole(["-e", "0"]),
      version: () => whole([tantra, "--version"]),
      check: () => whole([tantra, "check", "examples/research.tantra"]),
      event: () => firstEvent(),
      request: () => firstRequest(),
    }),
  );
  const figure = (name: string, ms: number, must: number, aim: number): Figure => ({
    name,
    value: ms / taken.node,
    unit: "x",
    must,
    aim,
    measured: `${quantity(ms, "ms")}; node -e 0 ${quantity(taken.node, "ms")}`,
  });
  return {
    part: "start",
    title: "Cold start, against node -e 0",
    figures: [
      figure("tantra --version", taken.version, 2, 1.5),
      figure("tantra check examples/research.tantra", taken.check, 7, 5),
      figure("first event of a simulated run", taken.event, 7, 5),
      figure("first request through openai", taken.request, 12, 9),
    ],
  };
}

/** Milliseconds until the process has ended. */
function whole(args: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${String(stderr)}`);
  return performance.now() - begun;
}

/** Milliseconds until the first event of a run happens, by its own time: it is written a little later. */
function firstEvent(): number {
  const folder = mkdtempSync(join(tmpdir(), "tantra-bench-"));
  const events = join(folder, "events.jsonl");
  const begun = Date.now();
  whole([tantra, "run", "examples/hello.tantra", "--events", events, "--quiet"]);
  const [first = ""] = readFileSync(events, "utf8").split("\n");
  rmSync(folder, { recursive: true });
  return (JSON.parse(first) as { readonly at: number }).at - begun;
}

/** Milliseconds until the server has a run's first request. It is answered with an error: the run is over then. */
async function firstRequest(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer((_request, response) => {
    resolve(performance.now());
    response.writeHead(400, { "content-type": "application/json" }).end('{"error":{"message":"enough"}}');
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const begun = performance.now();
  const child = spawn(process.execPath, [tantra, "run", "calls.tantra", "one_call", "--times", "1", "--quiet"], {
    cwd: fileURLToPath(new URL("../programs", import.meta.url)),
    stdio: "ignore",
    env: { ...process.env, BENCH_KEY: "bench-key-0123456789", BENCH_URL: url },
  });
  const ended = new Promise<never>((_resolve, reject) => child.once("close", () => reject(new Error("no request was sent"))));
  ended.catch(() => undefined);
  const ms = (await Promise.race([promise, ended])) - begun;
  await ended.catch(() => undefined);
  server.close();
  return ms;
}
