import { spawn } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  fdatasync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { child } from "../support/child.ts";
import { median, type Spent } from "../support/measure.ts";
import { type Figure, quantity, type Report } from "../support/report.ts";
import { startServer } from "../support/server.ts";

interface Outcome extends Spent {
  readonly peakMb: number;
}
const root = fileURLToPath(new URL("../..", import.meta.url));
const tantra = fileURLToPath(new URL("../../dist/cli/tantra.js", import.meta.url));
const atExit = new URL("../children/at-exit.ts", import.meta.url).href;
const steps = 10_000;

/** What it costs that a run is kept in a file, and to go on with a long one. Uses the built package, and the disk that it is on. */
export async function journal(rounds: number): Promise<Report> {
  if (!existsSync(tantra)) throw new Error("There is no dist/: npm run build comes first.");
  mkdirSync(join(root, ".tantra"), { recursive: true });
  const folder = mkdtempSync(join(root, ".tantra/bench-"));
  try {
    return {
      part: "journal",
      title: "A run that is kept in a file",
      figures: [...(await oneStep(rounds, folder)), ...(await besideModels(rounds, folder)), ...(await goingOn(rounds, folder))],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function kept(folder: string, how: "none" | "new" | "resume", program: string, workflow: string, times: number, url = ""): Promise<Outcome> {
  const fresh = mkdtempSync(join(folder, "run-"));
  const outcome = await child<Outcome>("kept", program, workflow, String(times), how, how === "resume" ? folder : fresh, url);
  rmSync(fresh, { recursive: true });
  return outcome;
}

async function oneStep(rounds: number, folder: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, workflow, times } of [
    { name: "one step more in a file, one after the other", workflow: "steps", times: 2000 },
    { name: "one step more in a file, 10,000 at once", workflow: "elements", times: steps },
  ]) {
    const [none, file, disk]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      none.push((await kept(folder, "none", "simulated.tantra", workflow, times)).wallMs / times);
      file.push((await kept(folder, "new", "simulated.tantra", workflow, times)).wallMs / times);
      disk.push(await diskAlone(join(folder, "disk")));
    }
    const [without, with_, alone] = [median(none), median(file), median(disk)];
    const measured = `${quantity(with_ * 1000, "µs")}; without a file ${quantity(without * 1000, "µs")}; the disk's own sync ${quantity(alone * 1000, "µs")}`;
    figures.push({ name, value: (with_ - without) * 1000, unit: "µs", must: 1000, aim: 500, measured });
  }
  return figures;
}

/** Milliseconds to write as much as a step does, and to know that it is on the disk, each time after a rest. */
async function diskAlone(path: string, restMs = 0): Promise<number> {
  const file = openSync(path, "w");
  const bytes = Buffer.alloc(2800, "a");
  const times = restMs === 0 ? 300 : 30;
  let taken = 0;
  for (let time = 0; time < times; time++) {
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    const start = performance.now();
    writeSync(file, bytes, 0, bytes.length, time * bytes.length);
    await new Promise((resolve) => fdatasync(file, resolve));
    taken += performance.now() - start;
  }
  closeSync(file);
  return taken / times;
}

/** With models that take 50 ms. */
async function besideModels(rounds: number, folder: string): Promise<Figure[]> {
  const server = await startServer();
  try {
    const figures: Figure[] = [];
    for (const { name, workflow, times, promised = true } of [
      { name: "40 calls of 50 ms, one after the other", workflow: "one_call", times: 40 },
      { name: "10 calls of 50 ms at once, then 10 more, 10 times", workflow: "waves", times: 10 },
      // 100 at once are the processor's work, and a server's that shares it: what a file adds is shown, and nothing is promised.
      { name: "100 calls of 50 ms at once, then 100 more, 10 times", workflow: "waves", times: 100, promised: false },
    ]) {
      const [none, file, disk]: [number[], number[], number[]] = [[], [], []];
      for (let round = 0; round < rounds; round++) {
        none.push((await kept(folder, "none", "calls.tantra", workflow, times, server.url("wait50"))).wallMs);
        file.push((await kept(folder, "new", "calls.tantra", workflow, times, server.url("wait50"))).wallMs);
        disk.push(await diskAlone(join(folder, "disk"), 50));
      }
      const [without, with_] = [median(none), median(file)];
      figures.push({
        name,
        value: with_ / without,
        unit: "x",
        ...(promised ? { must: 1.05, aim: 1.02 } : {}),
        measured: `${quantity(with_, "ms")}; without a file ${quantity(without, "ms")}; the disk's own sync after 50 ms of rest ${quantity(median(disk), "ms")}`,
      });
    }
    return figures;
  } finally {
    server.close();
  }
}

async function goingOn(rounds: number, folder: string): Promise<Figure[]> {
  copyFileSync(join(root, "bench/programs/simulated.tantra"), join(folder, "simulated.tantra"));
  writeFileSync(join(folder, "package.json"), "{}");
  await command(folder, ["run", "simulated.tantra", "steps", "--times", String(steps)]);
  const runs = join(folder, ".tantra/runs");
  const path = join(runs, readdirSync(runs).find((name) => name.endsWith(".jsonl")) ?? "");
  const lines = readFileSync(path, "utf8").split("\n");
  // As if the process had ended just before the run did: all steps are there.
  const text = `${lines.slice(0, -4).join("\n")}\n`;
  const inProcess: Outcome[] = [];
  const asCommand: Outcome[] = [];
  for (let round = 0; round < rounds; round++) {
    writeFileSync(path, text);
    inProcess.push(await kept(folder, "resume", "simulated.tantra", "steps", steps));
    writeFileSync(path, text);
    asCommand.push(await command(folder, ["resume", "last"]));
  }
  const figure = (name: string, outcomes: readonly Outcome[], what: "wallMs" | "peakMb", promised = true): Figure => {
    const value = median(outcomes.map((outcome) => outcome[what]));
    const cpu = quantity(median(outcomes.map(({ cpuMs }) => cpuMs)), "ms");
    const measured = what === "wallMs" ? `processor time ${cpu}; the file ${quantity(text.length / 1e6, "MB")}` : "of the whole process";
    return { name, value, unit: what === "wallMs" ? "ms" : "MB", ...(promised ? { must: what === "wallMs" ? 2000 : 200 } : {}), measured };
  };
  return [
    figure("tantra resume of 10,000 steps, the whole process", asCommand, "wallMs"),
    figure("tantra resume of 10,000 steps: peak memory", asCommand, "peakMb"),
    figure("the same in a process that runs", inProcess, "wallMs"),
    // How much Node leaves lying is the process's own matter.
    figure("the same in a process that runs TypeScript: peak memory", inProcess, "peakMb", false),
  ];
}

/** The command line as a process, which says at its end what it took. */
async function command(cwd: string, args: readonly string[]): Promise<Outcome> {
  const start = performance.now();
  const ran = spawn(process.execPath, ["--import", atExit, tantra, ...args, "--quiet"], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  ran.stderr.setEncoding("utf8").on("data", (piece: string) => {
    said += piece;
  });
  const code = await new Promise((resolve) => ran.once("close", resolve));
  if (code !== 0) throw new Error(`tantra ${args.join(" ")} ended with ${code}: ${said}`);
  const wallMs = performance.now() - start;
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(said.trimEnd().split("\n").at(-1) ?? "") as NodeJS.ResourceUsage;
  return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 };
}
