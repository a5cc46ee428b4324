import type { RunEvent } from "../../agent/events.ts";
import type { Journal } from "../../agent/journal.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Graph, TestNode } from "../../graph/graph.ts";
import { sha256 } from "../../host/hash.ts";
import { keepListings } from "../../host/keep-listings.ts";
import type { Project } from "../../host/project.ts";
import { closedWorld, halfOpenWorld, openRecording, saveRecording } from "../../host/replay.ts";
import type { RunOptions } from "../../interpreter/options.ts";
import { modelName } from "../../interpreter/server-rules.ts";
import { entriesOf } from "../../journal/record.ts";
import type { Entry, Recording } from "../../journal/recording.ts";
import { replayOf } from "../../journal/replay.ts";

export type ReplayStatement = Extract<TestNode["body"][number], { readonly kind: "replay" }>;

/** The recording that a test plays. */
export interface TestRecording {
  /** From the project's root. */
  readonly file: string;
  readonly recording: Recording;
  /** What it lacks is done, and it is written anew. */
  readonly update: boolean;
  /** What to type where it does not fit. */
  readonly hint: string;
  readonly project: Project;
}

/** A recording while a test plays it. */
export interface Playing {
  /** The options of the run, whose fakes answer for themselves. */
  readonly options: RunOptions;
  see(event: RunEvent): void;
  /** US dollars that it cost when it was recorded, as far as it was read. */
  readonly usd: number;
  /** Whether something was done that was not read. */
  done(): boolean;
  /** Writes it anew where it is to be. Throws T626. */
  end(failed: boolean): void;
}

export function replayIn({ body }: TestNode): ReplayStatement | undefined {
  const [first, second] = body.filter((statement) => statement.kind === "replay");
  if (second !== undefined)
    throw new RunError("invalid_request", "A test plays one recording, and this is a second one.", {
      code: "T651",
      place: second.place,
      hint: "Make two tests of it.",
    });
  return first;
}

/** Reads what a test plays. Throws T623, T651. */
export async function recordingOf(test: TestNode, graph: Graph, project: Project, update: boolean): Promise<TestRecording | undefined> {
  const statement = replayIn(test);
  if (statement === undefined) return undefined;
  const { file, place } = statement;
  const shared = graph.tests.filter((other) => other.body.some((each) => each.kind === "replay" && each.file === file)).length;
  const read = project.readFile(file);
  if (!read.ok && read.why === "missing" && update) return { file, recording: emptyOf(test, project), update, hint: updateHint, project };
  if (!read.ok && read.why === "missing")
    throw new RunError("invalid_request", `There is no recording ${file}.`, {
      code: "T623",
      place,
      hint: "`tantra test FILE --update` runs the test for real and records it there.",
    });
  const path = project.locate(file);
  if (path === undefined)
    throw new RunError("invalid_request", `${file} lies outside of the project.`, { code: "T623", place, hint: "Move it into the project." });
  const { recording, run } = await openRecording(path, project.root, file);
  const hint = run
    ? "It is the file of a run, to which nothing is added: `tantra record` makes a recording of it."
    : shared > 1
      ? `${shared} tests play it, so \`--update\` does not write it: give each one of its own, or record the run anew.`
      : updateHint;
  return { file, recording, update: update && hint === updateHint, hint, project };
}

const updateHint = "`tantra test FILE --update` runs what is new or differs for real, and writes the recording anew.";

function emptyOf({ name }: TestNode, project: Project): Recording {
  return { head: { file: project.entry, main: `test ${name}`, input: {} }, entries: [] };
}

export function playing(recorded: TestRecording, given: RunOptions, test: TestNode, graph: Graph, faked: ReadonlySet<string>): Playing {
  const { recording, update, hint, file, project } = recorded;
  const { clock, secrets = [] } = given;
  const places = createPlaces(recording, graph);
  const tools = namesOf(faked, graph);
  const replay = replayOf(recording, {
    hash: sha256,
    clock,
    secrets,
    name: file,
    missing: update ? "live" : "stop",
    hint,
    locate: places.locate,
    exempt: ({ of, name }) => (of === "tool" ? tools.has(name) : faked.has(name)),
  });
  const journal: Journal = Object.assign(Object.create(replay.journal) as Journal, {
    take(event: RunEvent) {
      places.see(event);
      replay.journal.take(event);
    },
  });
  const world = update ? halfOpenWorld(replay, given) : closedWorld(replay, recording, project);
  const servers = update ? keepListings(world.openToolServer, journal, secrets) : {};
  let usd = 0;
  return {
    options: { ...given, ...world, ...servers, journal },
    see(event) {
      if (event.type === "model.replied" && event.replayed) usd += event.cost.usd;
    },
    get usd() {
      return usd;
    },
    done: () => replay.counts().done > 0,
    end(failed) {
      if (!update) return;
      const entries = entriesOf(replay.happened, sha256).filter((entry) => !isFaked(entry, faked, tools) && !(failed && replay.hasFailed(entry)));
      const unread = failed ? recording.entries.filter((entry) => !entries.some((other) => other.of === entry.of && pathOf(other) === pathOf(entry))) : [];
      saveRecording({ head: emptyOf(test, project).head, entries: [...entries, ...unread].map(movable) }, recording, file, project);
    },
  };
}

function pathOf(entry: Entry): string {
  return entry.of === "listing" ? entry.server : canonical(entry.path);
}

/** Which of a file's tests it is, says its name: others may come before it. */
function canonical(path: string): string {
  return path.replace(/^test#\d+/, "test");
}

function movable<E extends Entry>(entry: E): E {
  const end = "end" in entry && "failed" in entry.end ? { end: { ...entry.end, failed: { ...entry.end.failed, path: canonical(entry.end.failed.path) } } } : {};
  return "path" in entry ? { ...entry, path: canonical(entry.path), ...end } : entry;
}

function isFaked(entry: Entry, faked: ReadonlySet<string>, tools: ReadonlySet<string>): boolean {
  if (entry.of === "tool") return tools.has(entry.tool);
  return entry.of === "model" && entry.asked !== undefined && faked.has(entry.asked.model);
}

/** The names of faked tools, as models and recordings have them. */
function namesOf(faked: ReadonlySet<string>, { tools, mcp }: Graph): ReadonlySet<string> {
  return new Set(
    [...faked].flatMap((key) => {
      const own = tools[key];
      if (own !== undefined) return [own.name];
      const at = key.lastIndexOf(".");
      const server = mcp[key.slice(0, at)];
      return server === undefined ? [] : [modelName(server, key.slice(at + 1))];
    }),
  );
}

/** Where a step of a test stands in the recording: in that of a run, the calls of what was run are the run. */
function createPlaces({ head }: Recording, { workflows, agents }: Graph) {
  const main = workflows[head.main] ?? agents[head.main];
  const calls = new Set<string>();
  const root = (path: string): string | undefined => [...calls].find((call) => path === call || path.startsWith(`${call}/`));
  return {
    see(event: RunEvent): void {
      if (main === undefined || root(event.path) !== undefined) return;
      const begins = event.type === "step.started" && event.kind === "workflow_call" ? event.name : event.type === "agent.started" ? event.agent : undefined;
      if (begins === main.name) calls.add(event.path);
    },
    locate(path: string): string {
      const call = root(path);
      return call === undefined || main === undefined ? canonical(path) : `${main.name}${path.slice(call.length)}`;
    },
  };
}
