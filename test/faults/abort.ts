import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RunFailure } from "../../src/agent/run-failure.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { newRunId } from "../../src/host/ids.ts";
import { type LoadedProgram, loadProgram } from "../../src/host/load-program.ts";
import { prepareRun } from "../../src/host/prepare-run.ts";
import { type OpenRun, runStore } from "../../src/host/run-store.ts";
import { run } from "../../src/interpreter/run.ts";
import { blamed } from "../../src/journal/kept-run.ts";
import { isAlive } from "../support/mcp-program.ts";
import { hold, type Part, same, shareOf } from "./part.ts";
import { random } from "./random.ts";
import { knownFrom, type Place, storyEnv, storyPlace } from "./story/place.ts";
import { type StoryServer, storyServer } from "./story/server.ts";

/** A run that is told to stop at any moment, in a process that goes on. */
export const abort: Part = {
  name: "abort",
  title: "a run that is aborted at any moment leaves no socket, process, timer or handle, and can be gone on with to the same value",
  async run(soaking) {
    const server = await storyServer();
    const place = storyPlace();
    const { below, real } = random(soaking.seed);
    const times = shareOf(200, soaking);
    let aborted = 0;
    try {
      const program = await loadProgram(join(place.root, "story.tantra"), { root: place.root });
      const { graph } = program;
      if (graph === undefined) throw new Error("The story has errors.");
      const story: Story = { server, place, program, graph };
      const whole = await once(story);
      const requests = server.heard.length;
      await server.quiet();
      const handles = handlesNow();
      for (let time = 0; time < times; time++) {
        place.clear();
        server.forget();
        const [after, delay] = [below(requests + 1), real() * 15];
        const about = (): string => `Run ${time}, aborted ${delay.toFixed(1)} ms after request ${after} of ${requests}.`;
        const came = await once(story, { after, delay });
        await clean(story, handles, about);
        if (came.failed === undefined) same("The value", came.value, whole.value, about);
        else {
          hold(came.failed.class === "cancelled", () => `It ended with ${came.failed?.class}: ${came.failed?.message} ${about()}`);
          aborted++;
          const kept = place.kept();
          hold(kept !== undefined && kept.torn === 0, () => `The run's file is not whole. ${about()}`);
          if (kept === undefined) continue;
          const { replied, over } = knownFrom(kept);
          const from = server.heard.length;
          const again = await once(story, undefined, true);
          same("The value", again.value, whole.value, about);
          for (const { key } of server.heard.slice(from)) hold(!replied.has(key) && !over.has(key), () => `"${key}" was asked again. ${about()}`);
          await clean(story, handles, about);
        }
      }
      return `${times} runs of ${requests} requests, ${aborted} of them aborted before they were over, and gone on with`;
    } finally {
      await server.close();
      place.remove();
    }
  },
};

interface Story {
  readonly server: StoryServer;
  readonly place: Place;
  readonly program: LoadedProgram;
  readonly graph: Graph;
}
interface Came {
  readonly value?: unknown;
  readonly failed?: RunFailure;
}

/** The run from its beginning, or what is left of it. */
async function once({ server, place, program, graph }: Story, moment?: { readonly after: number; readonly delay: number }, again = false): Promise<Came> {
  const stop = new AbortController();
  const { project } = program;
  const prepared = await prepareRun({ graph, project, main: "serving", input: {}, env: { ...process.env, ...storyEnv(server.url) }, signal: stop.signal });
  if (!prepared.ready) throw prepared.problems[0];
  const store = runStore(place.root);
  let open: OpenRun;
  let runId: string;
  if (again) {
    runId = store.find("last");
    const taken = store.take(runId);
    open = await taken.resume({ at: Date.now(), sources: graph.sources, dropped: blamed(taken.kept) });
  } else {
    runId = newRunId();
    open = await store.begin({ run: runId, at: Date.now(), file: project.entry, sources: graph.sources, main: "serving", input: {}, seed: runId });
  }
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    timer = setTimeout(() => stop.abort(), moment?.delay);
  };
  if (moment?.after === 0) later();
  else if (moment !== undefined) server.atRequest(moment.after, later);
  try {
    return { value: (await run(graph, { ...prepared.options, runId, seed: runId, journal: open.journal })).value };
  } catch (error) {
    if (error instanceof RunFailure) return { failed: error };
    throw error;
  } finally {
    clearTimeout(timer);
    await open.close();
  }
}

/** Nothing that the run has opened or started is left. */
async function clean({ server, place }: Story, handles: readonly string[], about: () => string): Promise<void> {
  const soon = async (holds: () => boolean, what: () => string): Promise<void> => {
    // A socket and a process end a moment after they were told to.
    for (let waited = 0; !holds(); waited++) {
      hold(waited < 400, () => `${what()} ${about()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await soon(
    () => server.openSockets === 0,
    () => `${server.openSockets} sockets are open.`,
  );
  const log = join(place.root, "served.log");
  const started = existsSync(log) ? [...readFileSync(log, "utf8").matchAll(/^started (\d+)$/gm)].map(([, pid]) => Number(pid)) : [];
  const processes = [...started, ...place.calls().flatMap(({ pid }) => pid ?? [])];
  await soon(
    () => !processes.some(isAlive),
    () => `Processes run: ${processes.filter(isAlive).join(", ")}.`,
  );
  await soon(
    () => JSON.stringify(handlesNow()) === JSON.stringify(handles),
    () => `Handles are left: ${handlesNow().join(", ")}, and there were ${handles.join(", ")}.`,
  );
}

function handlesNow(): readonly string[] {
  // The timer that this part itself waits with is none of the run's.
  return process
    .getActiveResourcesInfo()
    .filter((name) => !/^(Pipe|TTY|File|Immediate|FSReq)/.test(name))
    .sort();
}
