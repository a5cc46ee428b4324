import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hold, type Part, same, shareOf } from "./part.ts";
import { type Random, random } from "./random.ts";
import { type Known, knownFrom, type Place, storyEnv, storyPlace } from "./story/place.ts";
import { type StoryServer, storyServer } from "./story/server.ts";

const bin = fileURLToPath(new URL("../../dist/cli/tantra.js", import.meta.url));

/** The command line as a process, killed as if power had failed at any moment. */
export const kill: Part = {
  name: "kill",
  title: "a run that is killed at any moment comes to the same value, and nothing that had ended is done again",
  async run(soaking) {
    if (!existsSync(bin)) throw new Error("There is no dist/: npm run build comes first.");
    const server = await storyServer();
    const place = storyPlace();
    const times = shareOf(200, soaking);
    const story: Story = { server, place, random: random(soaking.seed), kills: 0, repeated: 0, early: 0 };
    try {
      const whole = await undisturbed(story);
      for (let time = 0; time < times; time++) await oneKilled(story, whole, time);
      return `${times} runs of ${whole.requests} requests, killed ${story.kills} times, ${story.early} of them before anything was kept; ${story.repeated} requests were in flight and sent again`;
    } finally {
      await server.close();
      place.remove();
    }
  },
};

interface Story {
  readonly server: StoryServer;
  readonly place: Place;
  readonly random: Random;
  kills: number;
  repeated: number;
  early: number;
}
interface Whole {
  readonly stdout: string;
  readonly requests: number;
  readonly took: number;
}

async function undisturbed(story: Story): Promise<Whole> {
  const began = performance.now();
  const { code, stdout, stderr } = await go(story, ["run", "story.tantra", "story"]);
  hold(code === 0, () => `The run ended with ${code}: ${stderr}`);
  return { stdout, requests: story.server.heard.length, took: performance.now() - began };
}

async function oneKilled(story: Story, whole: Whole, time: number): Promise<void> {
  const { server, place, random } = story;
  place.clear();
  server.forget();
  const before: Process[] = [];
  let args: readonly string[] = ["run", "story.tantra", "story"];
  for (;;) {
    // Most are killed once, some when they are gone on with, too.
    const left = before.length === 0 ? whole.requests : Math.max(1, whole.requests - before.reduce((sum, { asked }) => sum + asked.length, 0));
    const after = before.length === 0 || random.chance(0.3) ? random.below(left + 1) : undefined;
    const delay = after === 0 ? random.real() * whole.took * 0.4 : random.real() * 15;
    const from = server.heard.length;
    const called = place.calls().length;
    const ran = await go(story, args, after === undefined ? undefined : { after, delay });
    await server.quiet();
    const asked = server.heard.slice(from).map(({ key }) => key);
    const about = (): string => `Run ${time}, process ${before.length + 1}, killed ${delay.toFixed(1)} ms after request ${after}; ${place.root}. ${ran.stderr}`;
    heldTo(before, asked, place.calls().slice(called), about);
    if (ran.signal === null) {
      hold(ran.code === 0, () => `It ended with ${ran.code}. ${about()}`);
      same("The value", ran.stdout, whole.stdout, about);
      break;
    }
    const kept = place.kept();
    if (kept === undefined) {
      same("What was asked before anything was kept", asked, [], about);
      place.clear();
      story.early++;
    } else {
      const known = knownFrom(kept);
      for (const [key, count] of counts(asked, before)) {
        hold((known.requested.get(key) ?? 0) >= count, () => `"${key}" was asked, and is not in the file. ${about()}`);
      }
      const answered = new Set(server.heard.filter(({ whole }) => whole).map(({ key }) => key));
      for (const key of known.replied) hold(answered.has(key), () => `The file has a reply to "${key}", which was not sent whole. ${about()}`);
      before.push({ asked, known });
      args = ["resume", "last"];
    }
    story.kills++;
  }
  const last = before.at(-1);
  const seen = new Set(last?.known.requested.keys());
  story.repeated +=
    last === undefined ? 0 : server.heard.slice(before.reduce((sum, { asked }) => sum + asked.length, 0)).filter(({ key }) => seen.has(key)).length;
  const keys = new Map<string, string>();
  for (const { path, key } of place.calls()) {
    hold((keys.get(path) ?? key) === key, () => `The tool at ${path} was given two keys.`);
    keys.set(path, key);
  }
  same("Idempotency keys", new Set(keys.values()).size, keys.size);
}

/** A process that was killed. */
interface Process {
  readonly asked: readonly string[];
  /** What the run's file knew then. */
  readonly known: Known;
}

/** What a process may ask and call, after others were killed. */
function heldTo(before: readonly Process[], asked: readonly string[], calls: ReturnType<Place["calls"]>, about: () => string): void {
  const last = before.at(-1);
  if (last === undefined) return;
  const { replied, over, open, requested, tools } = last.known;
  for (const key of asked) {
    hold(!replied.has(key), () => `"${key}" was asked again, and had a reply. ${about()}`);
    hold(!over.has(key), () => `"${key}" was asked again, and was over. ${about()}`);
    hold(!requested.has(key) || open.has(key), () => `"${key}" was asked again, and was not in flight. ${about()}`);
  }
  for (const { path } of calls) hold(!tools.has(path), () => `The tool at ${path} was called again, and had ended. ${about()}`);
}

function counts(asked: readonly string[], before: readonly Process[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const key of [...before.flatMap((each) => each.asked), ...asked]) all.set(key, (all.get(key) ?? 0) + 1);
  return all;
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function go({ server, place }: Story, args: readonly string[], moment?: { readonly after: number; readonly delay: number }): Promise<Ended> {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child: ChildProcess = spawn(process.execPath, [bin, ...args, "--quiet"], {
    cwd: place.root,
    env: { ...env, ...storyEnv(server.url) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let timer: NodeJS.Timeout | undefined;
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const later = (): void => {
    timer = setTimeout(() => child.kill("SIGKILL"), moment?.delay);
  };
  if (moment?.after === 0) later();
  else if (moment !== undefined) server.atRequest(moment.after, later);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
