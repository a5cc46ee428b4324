import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { revivedError } from "../agent/recall.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { Graph, ProviderNode } from "../graph/graph.ts";
import type { OpenedProvider, OpenToolServer, RunOptions, ServerTool, SessionStore, ToolServer } from "../interpreter/options.ts";
import { type KeptRun, readRun } from "../journal/kept-run.ts";
import { unusable } from "../journal/lines.ts";
import { entriesOf } from "../journal/record.ts";
import type { Recording } from "../journal/recording.ts";
import { isRecording, readRecording, writeRecording } from "../journal/recording-text.ts";
import type { Replay } from "../journal/replay.ts";
import { codeOf, reasonOf } from "./file-reasons.ts";
import { sha256 } from "./hash.ts";
import { kinds } from "./kinds.ts";
import { addressOf, publishedKind } from "./open-provider.ts";
import type { Project } from "./project.ts";

/** A recording from a file: one that was written as such, or the file of a run. `run`: it is the latter. Throws T623, T651. */
export async function openRecording(file: string, cwd: string, name = file): Promise<{ readonly recording: Recording; readonly run: boolean }> {
  const text = readRecorded(file, cwd);
  if (isRecording(text)) return { recording: await readRecording(text, name), run: false };
  const kept = readRun(text, name, sha256);
  return { recording: recordingOf(kept), run: true };
}

/** What of a run that is kept can be played again. */
export function recordingOf(kept: KeptRun): Recording {
  return { head: recordedHead(kept.head), entries: entriesOf(kept, sha256) };
}

/** What of a run's first line a recording has: nothing that differs from one run to the next. */
export function recordedHead({ file, main, input, profile, simulate, cwd }: Recording["head"]): Recording["head"] {
  return {
    file,
    main,
    input,
    ...(profile === undefined ? {} : { profile }),
    ...(simulate === undefined ? {} : { simulate }),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function readRecorded(file: string, cwd: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(resolve(cwd, file)));
  } catch (error) {
    const missing = codeOf(error) === "ENOENT";
    const why = error instanceof TypeError ? "it is not UTF-8 text" : reasonOf(error, "read");
    throw new RunError("invalid_request", missing ? `There is no recording ${file}.` : `${file} cannot be read: ${why}.`, {
      code: "T623",
      cause: error,
      hint: missing
        ? "`tantra run FILE --record FILE` makes one; `tantra record RUN|last FILE` makes one of a run that is kept."
        : "Give --replay a recording, or the file of a run.",
    });
  }
}

/** Writes a recording of a project that has changed: all of it or nothing. Throws T626. */
export function saveRecording(recording: Recording, before: Recording, file: string, project: Project): void {
  const text = writeRecording(recording);
  if (text === writeRecording(before)) return;
  const path = project.locate(file) ?? join(project.root, file);
  const beside = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new RunError("invalid_request", `${file} cannot be written: ${reasonOf(cause)}.`, {
      code: "T626",
      cause,
      hint: "Recordings of tests lie in the project.",
    });
  }
}

/** Throws T651 where the recording is one of another program. */
export function refuseForeign({ head }: Recording, name: string, graph: Graph, project: Project): void {
  const hint = "Replay it with its own program, or record anew.";
  if (head.main.startsWith("test ")) throw unusable("This is the recording of a test.", `${name}:1:1`, `tantra test ${head.file} plays it.`);
  if (head.file !== project.entry) throw unusable(`This is a recording of ${head.file}, and not of ${project.entry}.`, `${name}:1:1`, hint);
  if (graph.workflows[head.main] === undefined && graph.agents[head.main] === undefined)
    throw unusable(`This is a recording of "${head.main}", which ${project.entry} does not have any more.`, `${name}:1:1`, hint);
}

/** What a replay puts in the place of this machine: no provider, no tool's module, no server and no session is opened. */
export function closedWorld(
  replay: Replay,
  { head }: Recording,
  project: Project,
): Pick<RunOptions, "openProvider" | "loadTool" | "openToolServer" | "sessions"> {
  return {
    openProvider: (_key, node) => standInProvider(node, head.simulate === true, project),
    loadTool: (_key, node) => () => {
      throw notReached(`The tool "${node.name}"`);
    },
    openToolServer: recordedServers(replay, undefined),
    sessions: recordedSessions(),
  };
}

/** What a replay that may do what is missing puts in the place of this machine. Sessions are the recording's: they are not written. */
export function halfOpenWorld(replay: Replay, { openToolServer }: RunOptions): Pick<RunOptions, "openToolServer" | "sessions"> {
  return { sessions: recordedSessions(), openToolServer: recordedServers(replay, openToolServer) };
}

/** A provider that knows what its kind refuses, and is never asked. */
function standInProvider(node: ProviderNode, simulate: boolean, project: Project): OpenedProvider {
  const provider: OpenedProvider["provider"] = {
    // biome-ignore lint/correctness/useYield: it gives nothing
    async *complete() {
      throw notReached(`The provider "${node.name}"`);
    },
  };
  if (simulate) return { provider, kind: "simulator", refusedKeywords: [], simulated: true };
  if ("module" in node.of) {
    const address = addressOf(node.of.module, project);
    const { refusedKeywords = [] } = address === undefined ? {} : publishedKind(node.of.module, address, project);
    return { provider, kind: node.name, refusedKeywords, simulated: false };
  }
  const { kind } = node.of;
  const known = Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : undefined;
  return { provider, kind, refusedKeywords: known?.refusedKeywords ?? [], simulated: kind === "simulator" };
}

function notReached(what: string): RunError {
  return new RunError("internal", `This is a bug in Tantra: ${what} was reached in a replay.`);
}

/** Servers that list what was listed then. The real one is opened when it is called, where it may be. */
function recordedServers(replay: Replay, open: OpenToolServer | undefined): OpenToolServer {
  return async (key, node, context) => {
    const listings = replay.listings(key).map(({ since, listed }) => {
      if ("failed" in listed) throw revivedError(listed.failed as unknown as Json, "");
      return { since, tools: listed.tools as unknown as readonly ServerTool[] };
    });
    let real: Promise<ToolServer> | undefined;
    const opened = (): Promise<ToolServer> => {
      if (open === undefined)
        throw new RunError("internal", `The MCP server "${node.name}" is needed, and the recording has nothing of it.`, { code: "T655", place: node.place });
      real ??= open(key, node, context);
      return real;
    };
    return {
      async tools() {
        const known = listings.findLast(({ since }) => since === undefined || replay.wasRead(since));
        return known === undefined ? (await opened()).tools() : known.tools;
      },
      call: async (tool, args, options) => (await opened()).call(tool, args, options),
      close: async () => (await real?.catch(() => undefined))?.close(),
    };
  };
}

/** Nothing is kept, and nothing read: what a session held stands in the recording. */
function recordedSessions(): SessionStore {
  const none = async (): Promise<void> => undefined;
  return { open: async (name) => ({ file: `the session "${name}"`, text: undefined, write: none, close: none }) };
}
