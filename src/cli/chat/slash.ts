import { suggest } from "../../diagnostics/suggest.ts";
import { clip, wrap } from "../../diagnostics/text-width.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Chat } from "../../interpreter/chat.ts";
import type { Talk } from "../../interpreter/talk.ts";
import { openOutFile } from "../run/out-file.ts";
import { usageError } from "../usage-error.ts";
import { transcript } from "./transcript.ts";

/** Where a talk stands. */
export interface Place {
  readonly talk: Talk;
  readonly graph: Graph;
  /** The conversations, by number from 1. */
  readonly chats: Chat[];
  /** The one that is talked in, from 0. */
  at: number;
  /** Files that this talk has written. */
  readonly saved: Set<string>;
  readonly cost: () => string;
  readonly say: (text: string) => void;
  /** Columns of the terminal. */
  readonly width: number;
  /** As it is, colours and all. */
  readonly print: (text: string) => void;
}

export type After = "go on" | "leave";

interface Slash {
  readonly usage: string;
  readonly about: string;
  run(place: Place, rest: string): Promise<After> | After;
}

const slashes: Readonly<Record<string, Slash>> = {
  help: {
    usage: "/help",
    about: "these commands",
    run: ({ say, width }) => {
      const all = Object.values(slashes);
      const wide = Math.max(...all.map(({ usage }) => usage.length)) + 2;
      const fits = all.every(({ about }) => wide + about.length <= width);
      const lines = all.flatMap(({ usage, about }) => (fits ? [usage.padEnd(wide) + about] : [usage, ...wrap(about, width - 2).map((line) => `  ${line}`)]));
      say(lines.join("\n"));
      say("A message that begins with / is typed with two: //etc is a folder.");
      return "go on";
    },
  },
  fork: {
    usage: "/fork [NUMBER]",
    about: "copy the conversation and go on in the copy; with a number, go to that one",
    run: fork,
  },
  undo: {
    usage: "/undo",
    about: "take back what was said last, and the answer to it",
    run: async ({ talk, chats, at, say }): Promise<After> => {
      const chat = chats[at];
      const text = chat === undefined ? undefined : await talk.undo(chat);
      say(text === undefined ? "There is nothing to take back." : text === "" ? "Taken back." : `Taken back: ${text}`);
      return "go on";
    },
  },
  cost: {
    usage: "/cost",
    about: "what was spent so far",
    run: ({ cost, say, print }) => {
      const report = cost();
      if (report === "") say("No model was asked yet.");
      else print(`${report}\n`);
      return "go on";
    },
  },
  save: { usage: "/save FILE", about: "write the conversation to a file: as text, or every detail to a .jsonl", run: save },
  tools: { usage: "/tools", about: "what the agent may call, and whom it may hand over to", run: tools },
  quit: { usage: "/quit", about: "leave; so does Ctrl-D", run: () => "leave" },
};

/** Runs what stands behind a `/`. Throws T621 where there is no such command, or it cannot be done. */
export function runSlash(line: string, place: Place): Promise<After> | After {
  const [, name = "", rest = ""] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  const slash = Object.hasOwn(slashes, name) ? slashes[name] : undefined;
  if (slash !== undefined) return slash.run(place, rest.trim());
  const nearest = suggest(name, Object.keys(slashes));
  throw usageError(
    `There is no command "/${clip(name, longestName)}".`,
    nearest === undefined ? "/help lists them; a message that begins with / is typed //." : `Did you mean /${nearest}?`,
  );
}

/** A pasted path or worse is told by its beginning. */
const longestName = 40;

function fork(place: Place, rest: string): After {
  const { talk, chats, say } = place;
  if (rest === "") {
    const chat = chats[place.at];
    if (chat === undefined) return "go on";
    const from = place.at + 1;
    place.at = chats.push(talk.fork(chat)) - 1;
    say(`This is conversation ${place.at + 1}, a copy. /fork ${from} goes back to the other.`);
    return "go on";
  }
  const index = Number(rest) - 1;
  if (chats[index] === undefined)
    throw usageError(`There is no conversation ${rest}.`, `There ${chats.length === 1 ? "is only 1" : `are 1 to ${chats.length}`}.`);
  place.at = index;
  say(`This is conversation ${index + 1}.`);
  return "go on";
}

function save({ chats, at, saved, say }: Place, file: string): After {
  const chat = chats[at];
  if (file === "") throw usageError("/save does not say where to.", "Write /save FILE");
  if (chat === undefined) return "go on";
  openOutFile(file, process.cwd(), { flag: "/save", keep: !saved.has(file) }).write(transcript(chat, file));
  saved.add(file);
  say(`Saved to ${file}.`);
  return "go on";
}

function tools({ chats, at, graph, say }: Place): After {
  const node = chats[at]?.said.speaker.node;
  const declared = (node?.tools ?? []).map((ref): readonly [string, string | undefined] => {
    if (ref.of === "mcp") return [`${graph.mcp[ref.key]?.name ?? ref.key}_${ref.tool}`, undefined];
    const callee = ref.of === "tool" ? graph.tools[ref.key] : graph.agents[ref.key];
    return [callee?.name ?? ref.key, callee?.doc];
  });
  const handoffs = (node?.handoffs ?? []).map(({ agent }): readonly [string, string | undefined] => {
    const taker = graph.agents[agent];
    return [`handoff_${taker?.name ?? agent}`, taker?.doc];
  });
  const all = [...declared, ...handoffs];
  const lines = all.map(([name, doc]) => (doc === undefined ? name : `${name}: ${doc.replaceAll("\n", " ")}`));
  say(lines.length === 0 ? `The agent "${node?.name ?? ""}" has no tools.` : lines.join("\n"));
  return "go on";
}
