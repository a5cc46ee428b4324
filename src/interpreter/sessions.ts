import { createRedactor } from "../agent/redact.ts";
import type { Said } from "./chat.ts";
import type { Branch, Run } from "./frame.ts";
import type { RunOptions, StoredSession } from "./options.ts";
import { readSession, unusable, writeSession } from "./session-text.ts";
import type { Speaker } from "./speaker.ts";

/** The sessions of a run: conversations that outlive it. */
export interface Sessions {
  /** Takes a session for this run. Throws a `RunError` (T627) where it cannot be had or read, or another branch has it. */
  open(name: string, by: { readonly speaker: Speaker; readonly path: string; readonly branch?: Branch | undefined }, run: Run): Promise<SessionHold>;
  /** Lets go of all of them. */
  close(): Promise<void>;
}

/** What one conversation has of a session. */
export interface SessionHold {
  /** What was kept when it was opened; undefined: nothing yet. */
  readonly kept: Said | undefined;
  /** Throws where another conversation of this run has gone on with it since. */
  refuseStale(): void;
  keep(said: Said): Promise<void>;
}

/** One session of the run, whoever of its conversations holds it. */
interface Shared {
  readonly stored: StoredSession;
  text: string | undefined;
  /** How often it was written. */
  version: number;
  /** The branches that have opened it. */
  readonly branches: Set<Branch>;
}

export function createSessions({ sessions: store, secrets = [] }: RunOptions, runId: string): Sessions {
  const shared = new Map<string, Promise<Shared>>();
  const redactor = createRedactor(secrets);

  function share(name: string): Promise<Shared> {
    const known = shared.get(name);
    if (known !== undefined) return known;
    if (store === undefined) {
      throw unusable(`The session "${name}" has nowhere to be kept.`, "Give the run a place for sessions (`sessions`), or leave `session` out.");
    }
    const opening = store.open(name, runId).then((stored): Shared => ({ stored, text: stored.text, version: 0, branches: new Set() }));
    shared.set(name, opening);
    // What could not be had may be free when it is asked for again.
    opening.catch(() => shared.delete(name));
    return opening;
  }

  /** A run that is gone on with finds each session as it was when it opened it first. What others have said in it since is not lost: it stops here. */
  function recall(session: Shared, name: string, path: string, { runtime: { journal, hash } }: Run): void {
    if (journal === undefined) return;
    const { file } = session.stored;
    const opened = journal.noted(path, "session", () => name);
    if (opened === undefined) {
      journal.note({ path, of: "session", asked: name, value: session.text ?? null });
      return;
    }
    const { text } = session;
    const own = text === undefined || text === opened || journal.noted(name, "session", () => hash(text)) !== undefined;
    if (!own) {
      throw unusable(`The session "${name}" has gone on in another run since this one began.`, `Move ${file} away to go on with this run, or begin a new one.`);
    }
    session.text = typeof opened === "string" ? opened : undefined;
  }

  return {
    async open(name, { speaker: opener, path, branch }, run) {
      refuseName(name);
      const session = await share(name);
      if ([...session.branches].some((other) => !other.block.ended && !isWithin(branch, other))) {
        throw unusable(
          `The session "${name}" is used by another branch of the same block.`,
          "Put into its name what tells the branches apart, or open it before the block and give each branch a copy: `fork(c)`.",
        );
      }
      if (branch !== undefined) session.branches.add(branch);
      recall(session, name, path, run);
      const { stored, text } = session;
      let seen = session.version;
      const refuseStale = (): void => {
        if (session.version === seen) return;
        throw unusable(
          `The session "${name}" has gone on in another conversation of this run.`,
          "Open it once, or give each conversation a session of its own.",
        );
      };
      return {
        kept: text === undefined ? undefined : await readSession({ name, text, file: stored.file, opener }, run),
        refuseStale,
        async keep(said) {
          refuseStale();
          seen = ++session.version;
          const next = redactor.text(writeSession({ name, opener, said }));
          // Known before it is there: what is found there later is this run's own.
          const { journal, hash } = run.runtime;
          journal?.note({ path: name, of: "session", asked: hash(next), value: true });
          await journal?.flush();
          await stored.write(next);
          session.text = next;
        },
      };
    },
    async close() {
      const opened = await Promise.allSettled(shared.values());
      await Promise.allSettled(opened.map((one) => (one.status === "fulfilled" ? one.value.stored.close() : undefined)));
    },
  };
}

function isWithin(branch: Branch | undefined, other: Branch): boolean {
  return branch !== undefined && (branch === other || isWithin(branch.outer, other));
}

const longest = 100;
/** Names that stand for devices under Windows, whatever follows the first dot. */
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A session's name is a file's name, everywhere: so it has no letter that a file system could read in another way. */
function refuseName(name: string): void {
  const hint = `A name has the letters a to z, digits and . _ - @ +, begins with a letter or a digit, does not end with a dot, and is at most ${longest} long.`;
  const shown = name.length > longest ? `${name.slice(0, longest)}…` : name;
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9._@+-]*[A-Za-z0-9_@+-])?$/.test(name) || name.length > longest)
    throw unusable(`"${shown}" cannot be the name of a session.`, hint);
  if (devices.test(name)) throw unusable(`"${name}" cannot be the name of a session: Windows has a device of that name.`, "Put something before it.");
}
