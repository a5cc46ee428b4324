import { copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runStore } from "../../../src/host/run-store.ts";
import type { KeptRun } from "../../../src/journal/kept-run.ts";
import { keyOf } from "./answers.ts";

const own = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A project's folder with the story in it. */
export interface Place {
  readonly root: string;
  /** What tools have told so far. */
  calls(): readonly { readonly path: string; readonly key: string; readonly pid?: number }[];
  /** The run's file as it is, undefined where there is none. */
  kept(): KeptRun | undefined;
  /** As if nothing had run yet. */
  clear(): void;
  remove(): void;
}

export function storyPlace(): Place {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "tantra-soak-")));
  copyFileSync(own("tools.ts"), join(root, "tools.ts"));
  writeFileSync(
    join(root, "story.tantra"),
    readFileSync(own("story.tantra"), "utf8").replace('command: "node"', `command: ${JSON.stringify(process.execPath)}`),
  );
  writeFileSync(join(root, "server.mjs"), `import ${JSON.stringify(own("../../support/mcp-stdio-server.ts"))};\n`);
  writeFileSync(join(root, "package.json"), '{ "type": "module" }\n');
  const calls = join(root, "calls.jsonl");
  return {
    root,
    calls: () => (existsSync(calls) ? linesOf(readFileSync(calls, "utf8")) : []),
    kept() {
      const store = runStore(root);
      const id = store.ids().at(-1);
      return id === undefined || readFileSync(store.pathOf(id), "utf8").indexOf("\n") === -1 ? undefined : store.read(id);
    },
    clear() {
      for (const name of [".tantra", "calls.jsonl", "served.log"]) rmSync(join(root, name), { recursive: true, force: true });
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function linesOf<T>(text: string): T[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** What the run's variables are. */
export function storyEnv(url: string): Readonly<Record<string, string>> {
  return { SOAK_KEY: "soak-key-0123456789", SOAK_URL: url };
}

/** What a run's file knows of what was asked. */
export interface Known {
  /** Requests by what they asked: how often each was sent. */
  readonly requested: ReadonlyMap<string, number>;
  /** Of these a reply is kept. */
  readonly replied: ReadonlySet<string>;
  /** Nothing was heard of these, or the turn that they are in has no reply yet. */
  readonly open: ReadonlySet<string>;
  /** Of these nothing is to be asked again, because a failure was gone on from, or others had won. */
  readonly over: ReadonlySet<string>;
  /** Paths of tools that have ended. */
  readonly tools: ReadonlySet<string>;
}

export function knownFrom({ events, notes }: KeptRun): Known {
  const requested = new Map<string, number>();
  const replied = new Set<string>();
  const open = new Map<string, Set<string>>();
  const over = new Set<string>();
  const tools = new Set<string>();
  const last = new Map<string, string>();
  // A `catch` goes by where it stands, and one agent is called in it.
  const left = notes.flatMap(({ note }) => (note.of === "failure" || note.of === "winners" ? [note.path.replace(/\/catch@.*/, "/picky")] : []));
  for (const { event } of events) {
    const { path } = event;
    if (event.type === "model.requested") {
      const key = keyOf(event.request);
      last.set(path, key);
      requested.set(key, (requested.get(key) ?? 0) + 1);
      open.set(path, (open.get(path) ?? new Set()).add(key));
      if (left.some((each) => path === each || path.startsWith(`${each}/`))) over.add(key);
    } else if (event.type === "model.replied") {
      replied.add(last.get(path) ?? "");
      open.delete(path);
    } else if (event.type === "tool.returned") tools.add(path);
  }
  return { requested, replied, over, tools, open: new Set([...open.values()].flatMap((keys) => [...keys])) };
}
