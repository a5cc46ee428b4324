import { projectRoot } from "../../host/project.ts";
import { runStore } from "../../host/run-store.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple } from "../flags.ts";
import { listRuns } from "../runs/list.ts";
import { removeRuns } from "../runs/remove.ts";
import { showRun } from "../runs/show.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";

const simple = {
  usage: "runs [show RUN|last | rm RUN…] [flags]",
  about:
    "Lists the runs that are kept below the project's root, the newest first. `runs show` tells what happened in one; `runs rm` removes what is named, or all that --finished, --older-than or --all mean. A run is named by its id, or the beginning of it, or last.",
  flags: {
    "--json": "print it as JSON",
    "--limit <count>": "list so many (default: 20)",
    "--all": "list all of them; with rm: remove all of them",
    "--verbose": "with show: inputs, replies and results whole",
    "--finished": "with rm: those that have finished",
    "--older-than <age>": "with rm: those that began longer ago: 12h, 7d",
    "--yes": "with rm: do not ask",
    "--root <folder>": "the project's root (default: the nearest folder with package.json or .git)",
  },
};

const words = { list: ["json", "limit", "all", "root"], show: ["json", "verbose", "root"], rm: ["finished", "olderThan", "all", "yes", "root"] } as const;

/** `tantra runs`, `tantra runs show RUN`, `tantra runs rm RUN…` */
export async function runs(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  const [word, ...named] = operands;
  if (word !== undefined && word !== "show" && word !== "rm")
    throw usageError(`tantra runs has no "${word}".`, `tantra runs lists them; tantra runs show ${word} tells of one, tantra runs rm ${word} removes it.`);
  const { color: _color, ...typed } = flags;
  refuseOthers(word ?? "list", Object.keys(typed));
  const root = projectRoot(typeof flags["root"] === "string" ? flags["root"] : undefined);
  const store = runStore(root);
  const { json, verbose, all, limit, finished, olderThan, yes } = flags;
  if (word === undefined) return listRuns({ store, terminal, json: json === true, limit: all === true ? Number.POSITIVE_INFINITY : limitOf(limit) });
  if (word === "rm")
    return removeRuns({ store, terminal, named, all: all === true, finished: finished === true, yes: yes === true, olderThan: ageOf(olderThan) });
  const [one, ...more] = named;
  if (one === undefined || more.length > 0)
    throw usageError("One run is shown at a time.", "tantra runs show last, or the id of a run: `tantra runs` lists them");
  return showRun({ store, root, id: store.find(one), terminal, json: json === true, verbose: verbose === true });
}

function refuseOthers(word: keyof typeof words, typed: readonly string[]): void {
  const other = typed.find((name) => !(words[word] as readonly string[]).includes(name));
  if (other === undefined) return;
  const flag = `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw usageError(`tantra runs${word === "list" ? "" : ` ${word}`} takes no ${flag}.`, "tantra runs --help says which flag belongs to what.");
}

function limitOf(text: string | boolean | undefined): number {
  if (text === undefined) return 20;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw usageError(`--limit ${String(text)} is no number of runs.`, "--limit 50, or --all");
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function ageOf(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(String(text)) ?? [];
  const age = Number(number) * (units[unit ?? ""] ?? Number.NaN);
  if (Number.isFinite(age)) return age;
  throw usageError(`--older-than ${String(text)} is no age.`, "Write a number and m, h or d: --older-than 7d");
}
