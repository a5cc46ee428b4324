import { relative, resolve } from "node:path";
import type { Graph } from "../../graph/graph.ts";
import { sha256 } from "../../host/hash.ts";
import { keepListings } from "../../host/keep-listings.ts";
import type { Project } from "../../host/project.ts";
import { closedWorld, halfOpenWorld, openRecording, recordedHead, refuseForeign } from "../../host/replay.ts";
import type { RunOptions } from "../../interpreter/options.ts";
import { entriesOf } from "../../journal/record.ts";
import type { Entry, Recording } from "../../journal/recording.ts";
import { writeRecording } from "../../journal/recording-text.ts";
import { type Replay, replayOf } from "../../journal/replay.ts";
import type { OwnValues } from "../own-flags.ts";
import { usageError } from "../usage-error.ts";
import { openOutFile } from "./out-file.ts";

/** A recording that a run is to play. */
export interface Recorded {
  /** As it was named. */
  readonly name: string;
  readonly recording: Recording;
  /** What is not in it is done, and added to it. */
  readonly live: boolean;
  /** It is the file of a run, to which nothing is added. */
  readonly run: boolean;
}

/** What `--replay` names; undefined: nothing. Throws T621, T623, T651. */
export async function recordedFor(own: OwnValues, cwd: string): Promise<Recorded | undefined> {
  const { replay: name, replayMissing } = own;
  if (replayMissing !== undefined && name === undefined) throw usageError("--replay-missing says what --replay does, and there is none.", "--replay FILE");
  if (name === undefined) return undefined;
  if (replayMissing !== undefined && replayMissing !== "live" && replayMissing !== "stop")
    throw usageError(`--replay-missing is stop or live, and not ${replayMissing}.`, "Without it a replay stops at what is not recorded.");
  const refused = own.simulate ? "--simulate" : own.record !== undefined ? "--record" : undefined;
  if (refused !== undefined) throw usageError(`--replay answers for every model, so it cannot go with ${refused}.`, "Leave one of them out.");
  const { recording, run } = await openRecording(name, cwd);
  const live = replayMissing === "live";
  if (live && run)
    throw usageError(
      `${name} is the file of a run, and nothing is added to what has happened.`,
      `tantra record ${idIn(name)} FILE makes a recording of it, which can grow.`,
    );
  return { name, recording, live, run };
}

function idIn(name: string): string {
  return /([^/\\]+)\.jsonl$/.exec(name)?.[1] ?? "RUN";
}

/** A run that plays a recording. */
export interface Replaying {
  readonly options: RunOptions;
  /** Writes what has changed of the recording, and says what that is; "" where nothing has. Throws T626. */
  end(failed: boolean): string;
}

export function replaying({ recording, name, live, run }: Recorded, options: RunOptions, project: Project): Replaying {
  const { clock, secrets = [] } = options;
  const hint = run
    ? `tantra record ${idIn(name)} FILE makes a recording of the run; --replay-missing live adds to that what is new.`
    : `To ask for what is new and add it: --replay-missing live. To record all of it anew: tantra run ${recording.head.file} --record ${name}`;
  const replay = replayOf(recording, { hash: sha256, clock, name, missing: live ? "live" : "stop", hint, secrets });
  const { journal } = replay;
  if (!live) return { options: { ...options, journal, ...closedWorld(replay, recording, project) }, end: () => "" };
  const file = openOutFile(name, process.cwd(), { flag: "--replay" });
  const world = halfOpenWorld(replay, options);
  return {
    options: { ...options, journal, ...world, ...keepListings(world.openToolServer, journal, secrets) },
    end(failed) {
      const head = recordedHead({ ...recording.head, main: options.main ?? recording.head.main, input: options.input });
      const text = writeRecording({ head, entries: kept(replay, recording, failed) });
      if (text === writeRecording(recording)) return "";
      file.write(text);
      return changes(replay, name, failed);
    },
  };
}

/** A run that failed for what was asked anew has not come to its end: what it failed of is asked again, and what lies behind it stays. */
function kept(replay: Replay, { entries }: Recording, failed: boolean): readonly Entry[] {
  const happened = entriesOf(replay.happened, sha256);
  if (!failed) return happened;
  const unread = new Set(replay.journal.unread());
  return [...happened.filter((entry) => !replay.hasFailed(entry)), ...entries.filter((entry) => "path" in entry && unread.has(entry.path))];
}

/** What is in a recording now and was not, and what is not in it any more. */
function changes(replay: Replay, name: string, failed: boolean): string {
  const { done } = replay.counts();
  const dropped = failed ? [] : replay.journal.unread();
  const shown = dropped.slice(0, 10).join(", ");
  const more = dropped.length > 10 ? ` and ${dropped.length - 10} more` : "";
  const parts = [
    ...(done === 0 ? [] : [`${done === 1 ? "1 step was" : `${done} steps were`} done anew`]),
    ...(dropped.length === 0 ? [] : [`${dropped.length === 1 ? "1 is" : `${dropped.length} are`} no longer come by and left out (${shown}${more})`]),
  ];
  return `${name} is written anew${parts.length === 0 ? "" : `: ${parts.join("; ")}`}.`;
}

/** The program that a recording is of, as a path from the working directory. */
export function programOf({ recording }: Recorded, root: string): string {
  return relative(process.cwd(), resolve(root, recording.head.file));
}

export function refuseUnfit({ recording, name }: Recorded, graph: Graph, project: Project): void {
  refuseForeign(recording, name, graph, project);
}
